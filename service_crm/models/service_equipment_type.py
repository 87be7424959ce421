from odoo import fields, models


class ServiceEquipmentType(models.Model):
    """A kind of equipment: lift, boiler, car; it says what is known of each piece."""

    _name = "service.equipment.type"
    _description = "Kind of equipment"
    _order = "sequence, name, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    properties_definition = fields.PropertiesDefinition("Technical Data")
