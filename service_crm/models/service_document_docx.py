from odoo import models
from odoo.exceptions import UserError

from ..tools.docx_archive import DocxError
from ..tools.docx_template import render


class ServiceDocument(models.Model):
    """Document: filled from an own DOCX template."""

    _inherit = "service.document"

    def _render_docx(self):
        """The own template of the kind with the fields of this document (bytes)."""
        self.ensure_one()
        kind = self.type_id
        try:
            # The template is the administrator's; what is filled in is plain data of
            # a document the user may read.
            return render(kind.sudo()._get_template_bytes(), self._prepare_docx_data())
        except DocxError as error:
            raise UserError(
                self.env._(
                    "The template of “%(kind)s” cannot be filled: %(problem)s",
                    kind=kind.name,
                    problem=kind._get_docx_message(error),
                )
            ) from error

    def _get_issue_problems(self):
        """What nothing can print needs its scan."""
        problems = super()._get_issue_problems()
        for document in self:
            printed = document._get_print_form()[0] or document.type_id.docx_template
            if not printed and not document.scan_ids:
                problems[document].append(
                    self.env._(
                        "attach its scan: this kind of document has no print form."
                    )
                )
        return problems
