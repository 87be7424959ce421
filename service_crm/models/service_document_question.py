from odoo import fields, models


class ServiceDocumentQuestion(models.Model):
    """One question of a questionnaire: of its kind, copied onto each paper."""

    _name = "service.document.question"
    _inherit = "service.document.row.mixin"
    _description = "Question of a questionnaire"
    _order = "sequence, id"

    document_id = fields.Many2one(
        "service.document", index="btree_not_null", ondelete="cascade"
    )
    type_id = fields.Many2one(
        "service.document.type",
        "Kind of Document",
        index="btree_not_null",
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Question", required=True, translate=True)
    answer = fields.Selection(
        [("scale", "1 to 5"), ("text", "Own Words")], required=True, default="scale"
    )

    _one_owner = models.Constraint(
        "CHECK((document_id IS NULL) <> (type_id IS NULL))",
        "A question belongs either to a kind of documents or to one document.",
    )

    def _prepare_copy_values(self, document):
        """Values of this question on a paper, in the language of the paper."""
        self.ensure_one()
        question = self.with_context(lang=document._get_paper_lang())
        return {
            "document_id": document.id,
            "sequence": self.sequence,
            "name": question.name,
            "answer": self.answer,
        }
