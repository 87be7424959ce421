from odoo import fields, models


class ServiceRequestValue(models.Model):
    """The answer to one parameter, for a whole request or for one of its services."""

    _name = "service.request.value"
    _description = "Answer"
    _order = "request_id, line_id, id"

    request_id = fields.Many2one(
        "crm.lead", required=True, ondelete="cascade", index=True
    )
    line_id = fields.Many2one(
        "service.request.line",
        "Service",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: the answer counts for the whole request.",
    )
    parameter_id = fields.Many2one(
        "service.parameter", required=True, ondelete="restrict", index=True
    )
    is_answered = fields.Boolean("Answered")
    value_number = fields.Float("Number", digits=(16, 6))
    value_boolean = fields.Boolean("Yes")
    option_id = fields.Many2one(
        "service.parameter.option", "Choice", ondelete="restrict", index=True
    )

    _one_answer = models.UniqueIndex(
        "(request_id, parameter_id, COALESCE(line_id, 0))",
        "The question is answered already.",
    )
