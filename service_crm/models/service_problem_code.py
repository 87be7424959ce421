from odoo import fields, models


class ServiceProblemCode(models.Model):
    """What was wrong, in the words of the company: chosen when a job is handed in."""

    _name = "service.problem.code"
    _description = "Problem found on a visit"
    _order = "sequence, name, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char("Problem", required=True, translate=True)
    code = fields.Char(help="Short, as the manufacturer or your statistics call it.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    category_ids = fields.Many2many(
        "service.category",
        string="For Services Of",
        help="Offered only for visits with services of these categories; for all "
        "visits without any.",
    )

    _code_uniq = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "Each code names one problem."
    )
