from odoo import fields, models


class ServiceTenderMixin(models.AbstractModel):
    """What may have come of a tender, and the way back to it."""

    _name = "service.tender.mixin"
    _description = "Result of a tender"

    tender_id = fields.Many2one(
        "service.tender",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    tender_state = fields.Selection(
        related="tender_id.state", string="State of the Tender"
    )

    def action_open_tender(self):
        """Open the tender this came of."""
        self.ensure_one()
        self.check_access("read")
        return self.tender_id._get_records_action()
