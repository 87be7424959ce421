from odoo import fields, models


class ServiceDocument(models.Model):
    """Meeting minutes: who met, what about, who does what until when."""

    _inherit = "service.document"

    meeting_start = fields.Datetime("Meeting On")
    meeting_place = fields.Char()
    agenda = fields.Text(help="One item per line.")
    participant_ids = fields.Many2many(
        "res.partner",
        "service_document_participant_rel",
        string="Participants",
        check_company=True,
    )
    decision_ids = fields.One2many(
        "service.document.decision", "document_id", "Decisions", copy=True
    )

    def _get_issue_problems(self):
        """Minutes name who took part, and what was said or decided."""
        problems = super()._get_issue_problems()
        for document in self.filtered(
            lambda doc: doc.kind == "minutes" and doc._has_print_form()
        ):
            if not document.participant_ids:
                problems[document].append(self.env._("say who took part."))
            if not document.decision_ids and not document._get_paper_plain(
                document.body
            ):
                problems[document].append(
                    self.env._("write down what was said or decided.")
                )
        return problems
