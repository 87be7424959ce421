from odoo import fields, models


class ServiceParameter(models.Model):
    """A question whose answer prices need: length of the room, floor, urgency."""

    _name = "service.parameter"
    _description = "Parameter"
    _order = "sequence, name, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="The name in formulas: length, floor.")
    kind = fields.Selection(
        [("number", "Number"), ("boolean", "Yes or No"), ("choice", "Choice")],
        required=True,
        default="number",
    )
    uom_id = fields.Many2one("uom.uom", "Unit", ondelete="restrict")
    scope = fields.Selection(
        [("request", "Once per request"), ("line", "For each service")],
        "Asked",
        required=True,
        default="line",
    )

    _code_uniq = models.UniqueIndex(
        "(lower(code)) WHERE active", "There is a parameter of this name already."
    )
