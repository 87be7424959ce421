from odoo import fields, models


class ResPartner(models.Model):
    """Customer and place of work: what the dispatcher plans by."""

    _inherit = "res.partner"

    service_area_id = fields.Many2one(
        "service.area",
        "Service Area",
        index="btree_not_null",
        help="Who goes there: performers of this area.",
    )
    service_performer_id = fields.Many2one(
        "resource.resource",
        "Personal Performer",
        domain=[("is_performer", "=", True)],
        index="btree_not_null",
        help="Who is sent to this customer when possible.",
    )
