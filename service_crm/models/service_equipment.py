from odoo import fields, models


class ServiceEquipment(models.Model):
    """A thing of a customer that is serviced: a lift, a boiler, a car."""

    _name = "service.equipment"
    _description = "Equipment"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _check_company_auto = True
    _order = "name, id"

    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    name = fields.Char(required=True, index="trigram")
    type_id = fields.Many2one(
        "service.equipment.type", "Kind", index="btree_not_null", ondelete="restrict"
    )
    brand_id = fields.Many2one(
        "service.brand", index="btree_not_null", ondelete="restrict"
    )
    model = fields.Char()
    serial = fields.Char("Serial Number", index="trigram")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    site_id = fields.Many2one(
        "res.partner", "Place of Work", index="btree_not_null", ondelete="restrict"
    )
    properties = fields.Properties(
        "Technical Data", definition="type_id.properties_definition"
    )
    request_ids = fields.One2many("crm.lead", "equipment_id", "Requests")
