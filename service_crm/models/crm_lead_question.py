from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class CrmLead(models.Model):
    """Service request: what the office asks the customer, and the answers."""

    _inherit = "crm.lead"

    question_ids = fields.One2many(
        "service.request.question", "request_id", "Questions to the Customer"
    )
    question_state = fields.Selection(
        [("asked", "Asked"), ("answered", "Answered")],
        "Questions",
        compute="_compute_question_state",
        store=True,
        precompute=True,
        help="Asked: the customer is written to, and answers on the own page.",
    )

    @api.depends("question_ids.answered_at")
    def _compute_question_state(self):
        for lead in self:
            questions = lead.question_ids
            if not questions:
                lead.question_state = False
            elif all(questions.mapped("answered_at")):
                lead.question_state = "answered"
            else:
                lead.question_state = "asked"

    @api.model
    def _get_service_entry_fields(self):
        """Questions asked and answered are logged, so that messages follow them."""
        return (*super()._get_service_entry_fields(), "question_state")

    def _get_service_entry_records(self, field_name):
        """A request without questions entered nothing."""
        records = super()._get_service_entry_records(field_name)
        if field_name == "question_state":
            return records.filtered("question_state")
        return records

    def _prepare_customer_page_values(self):
        """The questions, those without an answer first."""
        values = super()._prepare_customer_page_values()
        questions = self.question_ids.sorted(lambda q: (bool(q.answered_at), q.id))
        return {**values, "questions": questions if self.active else questions[:0]}

    def _customer_answer(self, answers):
        """The customer answers questions of the office.

        :param answers: ``{id of the question: text}``; empty texts are left out
        """
        if not self.active:
            raise UserError(self._get_customer_too_late())
        texts = {
            question: self._check_customer_text(answers.get(question.id), False)
            for question in self.question_ids
            if not question.answered_at
        }
        given = {question: text for question, text in texts.items() if text}
        if not given:
            if texts:
                raise UserError(self.env._("Please write an answer."))
            return  # sent twice
        for question, text in given.items():
            question.answer = text
        note = Markup("").join(
            Markup("<p><b>%s</b></p>%s") % (question.name, plaintext2html(text))
            for question, text in given.items()
        )
        self._ask_for_customer(
            self._get_service_dispatcher(),
            note,
            lambda env: env._("The customer answered your questions"),
        )
