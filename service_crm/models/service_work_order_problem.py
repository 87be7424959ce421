from odoo import fields, models


class ServiceWorkOrder(models.Model):
    """Work order: what the performer found."""

    _inherit = "service.work.order"

    problem_code_ids = fields.Many2many(
        "service.problem.code",
        string="Problems Found",
        copy=False,
        help="What was wrong: for the figures of what fails how often.",
    )
