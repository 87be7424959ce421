import hashlib

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf

from ..tools.office import OfficeError, convert, find_office

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class ServiceDocument(models.Model):
    """Document: its file, rendered when it is issued and kept as it was."""

    _inherit = "service.document"

    docx_attachment_id = fields.Many2one(
        "ir.attachment",
        "DOCX",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    file_data = fields.Binary("Preview", related="attachment_id.datas")
    has_pdf = fields.Boolean(compute="_compute_has_pdf")

    def _compute_has_pdf(self):
        for document in self:
            # What kind of file it is, is no secret to who sees the document.
            document.has_pdf = document.attachment_id.sudo().mimetype == PDF

    def action_print(self):
        """Show the documents as one PDF; a single one without PDF as DOCX."""
        self.check_access("read")
        # Which files there are is no secret to who sees the documents.
        self.sudo()._check_printable()
        return {
            "type": "ir.actions.act_url",
            "url": f"/service/documents/{','.join(map(str, self.ids))}/file",
            "target": "new",
        }

    def _is_file_confidential(self):
        """Whether the file is never kept, mailed or shown online. Extension point."""
        self.ensure_one()
        return False

    def _keep_files(self):
        """Render the files and keep them with the documents."""
        keep = self.filtered(lambda document: not document._is_file_confidential())
        for document, (pdf, docx) in keep._render_files().items():
            files = [file for file in (pdf, docx) if file]
            kept = self.env["ir.attachment"].create(
                [
                    {
                        "name": name,
                        "raw": content,
                        "mimetype": mimetype,
                        "res_model": document._name,
                        "res_id": document.id,
                    }
                    for name, content, mimetype in files
                ]
            )
            document.attachment_id = kept[:1]
            document.docx_attachment_id = kept[-1:] if docx else False

    def _render_files(self):
        """``{document: (PDF, DOCX)}``, each ``(name, bytes, type)`` or ``None``.

        A DOCX becomes a PDF where LibreOffice is installed.
        """
        own = self.filtered("type_id.docx_template")
        files = {}
        for document in self - own:
            files[document] = (document._render_report(), None)
        drafts = {document: document._render_docx() for document in own}
        if drafts and find_office():
            try:
                pdfs = convert(list(drafts.values()))
            except OfficeError as error:
                raise UserError(
                    self.env._(
                        "LibreOffice could not make a PDF of %(documents)s. Check the "
                        "template, or try again.",
                        documents=", ".join(own.mapped("display_name")),
                    )
                ) from error
        else:
            pdfs = [None] * len(drafts)
        for (document, docx), pdf in zip(drafts.items(), pdfs, strict=True):
            files[document] = (
                pdf and (document._get_file_name("pdf"), pdf, PDF),
                (document._get_file_name("docx"), docx, DOCX),
            )
        return files

    def _render_report(self):
        """The print form of the document; ``None`` for kinds without one."""
        self.ensure_one()
        report, record_ids = self._get_print_form()
        if not report:
            return None
        content, extension = self._render_pdf(report, record_ids)
        if not content:
            return None
        mimetype = PDF if extension == "pdf" else "text/html"
        return self._get_file_name(extension), content, mimetype

    def _get_print_form(self):
        """``(report, record ids)`` of what prints the document. Extension point.

        An offer looks as the order prints it.
        """
        self.ensure_one()
        report = self.type_id.report_id
        if self.kind == "offer" and self.order_id and not report:
            report = self.env.ref("service_crm.action_report_service_offer")
            return report, self.order_id.ids
        return report, self.ids

    def _render_pdf(self, report, record_ids):
        """A report: ``(bytes, extension)``.

        Nothing while data is loaded: then no server answers the maker of the PDF.
        """
        if self.env.context.get("install_mode"):
            return None, None
        return (
            self.env["ir.actions.report"]
            .with_context(lang=self._get_document_lang())
            ._render_qweb_pdf(report, record_ids)
        )

    def _get_file_name(self, extension):
        """``Act ACT-2026-00001.pdf``: as a person would name it."""
        self.ensure_one()
        kind = self.with_context(lang=self._get_document_lang())
        name = f"{kind.type_id.name} {kind.number_label}".replace("/", "-")
        return f"{name}.{extension}"

    def _get_document_lang(self):
        """Language of the paper: the customer's, else the company's."""
        self.ensure_one()
        return self.partner_id.lang or self.company_id.partner_id.lang or self.env.lang

    def _get_present_file(self):
        """``(name, bytes, type)`` of the kept file, else as it would be now."""
        self.ensure_one()
        # Who reads a document reads its file, with what is printed from elsewhere.
        document = self.sudo()
        if document.state != "draft" and not document.attachment_id:
            document._keep_files()
        kept = document.attachment_id
        if kept:
            return kept.name, kept.raw, kept.mimetype
        pdf, docx = document._render_files()[document]
        return pdf or docx

    def _check_printable(self):
        """Refuse before a page is opened: without a form there is nothing to print."""
        formless = self.filtered(
            lambda document: (
                not document.attachment_id
                and not document._get_print_form()[0]
                and not document.type_id.docx_template
            )
        )
        only_docx = self.browse()
        if len(self) > 1 and not find_office():
            only_docx = self.filtered("type_id.docx_template")
        self._raise_without_pdf(formless | only_docx)

    def _raise_without_pdf(self, documents):
        """Name the documents that cannot be printed, and what to do."""
        if documents:
            raise UserError(
                self.env._(
                    "%(documents)s: there is no PDF to print. The kind of document "
                    "needs a print form, or an own template and LibreOffice on the "
                    "server.",
                    documents=", ".join(documents.mapped("display_name")),
                )
            )

    def _get_common_file(self):
        """One file of all these documents: the only one, or their PDFs together."""
        files = {document: document._get_present_file() for document in self}
        if len(files) == 1 and files[self]:
            return files[self]
        self._raise_without_pdf(
            self.filtered(
                lambda document: not files[document] or files[document][2] == DOCX
            )
        )
        name = self.env._("Documents.pdf")
        content = merge_pdf([content for _name, content, _type in files.values()])
        return name, content, PDF

    def _get_file_digest(self):
        """Fingerprint of the file that was signed."""
        self.ensure_one()
        return hashlib.sha256(self.attachment_id.raw or b"").hexdigest()

    def _append_signature_sheet(self):
        """Put the signature behind the file that was signed; the file stays as is."""
        self.ensure_one()
        kept = self.attachment_id
        if kept.mimetype != PDF:
            return
        sheet, extension = self._render_pdf(
            self.env.ref("service_crm.action_report_document_signature"), self.ids
        )
        if extension == "pdf":
            kept.raw = merge_pdf([kept.raw, sheet])
