from odoo import api, fields, models


class ServiceRequestQuestion(models.Model):
    """A question to the customer, answered on the customer's page or by phone."""

    _name = "service.request.question"
    _description = "Question to the customer"
    _order = "request_id, id"

    request_id = fields.Many2one(
        "crm.lead", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="request_id.company_id", store=True, index=True, precompute=True
    )
    name = fields.Char("Question", required=True)
    answer = fields.Text(
        help="The customer answers on the own page; note it here when you were told "
        "on the phone."
    )
    answered_at = fields.Datetime(
        "Answered", compute="_compute_answered_at", store=True, precompute=True
    )

    @api.depends("answer")
    def _compute_answered_at(self):
        for question in self:
            if (question.answer or "").strip():
                question.answered_at = question.answered_at or fields.Datetime.now()
            else:
                question.answered_at = False
