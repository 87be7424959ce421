from odoo import api, fields, models


class ServiceContract(models.Model):
    """Contract: its recurring visits follow its state."""

    _inherit = "service.contract"

    series_ids = fields.One2many(
        "service.visit.series", "contract_id", "Recurring Visits"
    )
    series_count = fields.Integer(compute="_compute_series_count")

    @api.depends("series_ids")
    def _compute_series_count(self):
        for contract in self:
            contract.series_count = len(contract.series_ids)

    def write(self, vals):
        result = super().write(vals)
        # sudo: whoever pauses or ends a contract need not plan visits
        running = self.sudo().series_ids.filtered(lambda s: s.state == "running")
        if running and "state" in vals:
            running._replan()
        elif running and "date_end" in vals:
            running._follow_contract_end()
        return result

    def action_view_series(self):
        """Open the recurring visits of these contracts."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_visit_series"
        )
        return {
            **action,
            "domain": [("contract_id", "in", self.ids)],
            "context": {"default_contract_id": self.id if len(self) == 1 else False},
        }
