from odoo import fields, models


class ResourceResource(models.Model):
    _inherit = "resource.resource"

    is_performer = fields.Boolean(
        "Performer", index="btree_not_null", help="Work orders can be assigned to this resource."
    )
    service_skill_ids = fields.One2many(
        "service.resource.skill", "resource_id", "Skills"
    )
    service_capacity = fields.Integer(
        "Jobs at Once", default=1, help="How many work orders may overlap in time: 1 for a person, more for a crew."
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        index="btree_not_null",
        help="Where messages go: the contact of the user, or of a subcontractor without a login.",
    )
