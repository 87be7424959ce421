from odoo import api, fields, models


class ResPartner(models.Model):
    """Customer and place of work: what the dispatcher plans by."""

    _inherit = "res.partner"

    service_area_id = fields.Many2one(
        "service.area",
        compute="_compute_service_area_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        help="Who goes there: performers of this area. Found by the postal code, or "
        "as you say.",
    )
    service_performer_id = fields.Many2one(
        "resource.resource",
        "Personal Performer",
        domain=[("is_performer", "=", True)],
        index="btree_not_null",
        help="Who is sent to this customer when possible.",
    )

    @api.depends("zip", "company_id")
    def _compute_service_area_id(self):
        """By the postal code; what was chosen for a place without codes stays."""
        areas = self.env["service.area"]
        by_code = {row[0] for row in areas._get_zip_table()}
        for partner in self:
            found = areas._find_by_zip(partner.zip, partner.company_id.id)
            if found or partner.service_area_id.id in by_code:
                partner.service_area_id = found or False
            else:
                partner.service_area_id = partner.service_area_id
