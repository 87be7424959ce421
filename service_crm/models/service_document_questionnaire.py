from markupsafe import Markup

from odoo import api, fields, models

from ..tools.qr_code import make_qr_svg


class ServiceDocumentType(models.Model):
    _inherit = "service.document.type"

    question_ids = fields.One2many(
        "service.document.question",
        "type_id",
        "Questions",
        help="Copied onto each new questionnaire of this kind.",
    )


class ServiceDocument(models.Model):
    """Questionnaire: the questions, and the way to the customer's own page."""

    _inherit = "service.document"

    question_ids = fields.One2many(
        "service.document.question", "document_id", "Questions", copy=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        bare = documents.filtered(
            lambda doc: doc.kind == "questionnaire" and not doc.question_ids
        )
        if bare:
            # The system copies what the kind of the paper asks.
            self.env["service.document.question"].sudo().create(
                [
                    question._prepare_copy_values(document)
                    for document in bare
                    for question in document.type_id.question_ids
                ]
            )
        return documents

    def _get_issue_problems(self):
        """A questionnaire asks something."""
        problems = super()._get_issue_problems()
        for document in self.filtered(
            lambda doc: doc.kind == "questionnaire" and doc._has_print_form()
        ):
            if not document.question_ids:
                problems[document].append(self.env._("it asks nothing: add questions."))
        return problems

    def _get_answer_page(self):
        """Where the customer answers online; empty without a request.

        Whoever knows the address speaks for the customer: a paper that a performer
        carries does not name it.
        """
        self.ensure_one()
        if not self.request_id or self.work_order_id:
            return ""
        return self.request_id._get_service_rating_url()

    def _get_answer_code(self):
        """The address of :meth:`_get_answer_page` as a picture for a phone."""
        return Markup(make_qr_svg(self._get_answer_page()))
