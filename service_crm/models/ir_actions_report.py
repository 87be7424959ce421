import io

from lxml import etree
from lxml.html import document_fromstring
from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from ..tools.page_numbers import make_page_number

MARK = "data-service-paper"


class IrActionsReport(models.Model):
    """Print forms of papers: whole pages that need nothing from the server.

    A page of ours carries its styles and pictures itself, so a print is the same with
    one worker, behind a proxy and with any build of the printing program, and takes a
    tenth of the time. Each paper is printed by itself and gets its page numbers.
    """

    _inherit = "ir.actions.report"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_print_form(self):
        # Kinds of all companies, and archived ones, print their papers with it.
        kinds = self.env["service.document.type"].sudo().with_context(active_test=False)
        kinds = kinds.search([("report_id", "in", self.ids)])
        if kinds:
            raise UserError(
                self.env._(
                    "This report prints %(kinds)s. Choose another print form there "
                    "first.",
                    kinds=", ".join(kinds.mapped("name")),
                )
            )

    def _prepare_html(self, html, report_model=False):
        """The pages of papers are passed on as they are, one body for each."""
        text = html.decode() if isinstance(html, bytes) else html
        if f"<html {MARK}=" not in text:
            return super()._prepare_html(html, report_model=report_model)
        root = document_fromstring(text)
        articles = root.xpath("//main/div[contains(@class, 'article')]")
        head = etree.tostring(root.find("head"), encoding="unicode", method="html")
        bodies = [
            Markup("<!DOCTYPE html><html>%s<body>%s</body></html>")
            % (
                Markup(head),
                Markup(etree.tostring(article, encoding="unicode", method="html")),
            )
            for article in articles
        ]
        ids = [
            int(article.get("data-oe-id"))
            if article.get("data-oe-model") == report_model
            else None
            for article in articles
        ]
        return bodies, ids, None, None, {}

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Print papers one by one."""
        report = self._get_report(report_ref)
        if not res_ids or not report._is_service_paper():
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        printer = self.with_context(service_paper=True)
        streams = {}
        for res_id in dict.fromkeys(res_ids):
            streams |= super(IrActionsReport, printer)._render_qweb_pdf_prepare_streams(
                report_ref, dict(data or {}), [res_id]
            )
            stream = streams[res_id]["stream"]
            if not streams[res_id]["attachment"]:
                streams[res_id]["stream"] = self._number_pages(stream)
        return streams

    def _is_service_paper(self):
        """Whether this report is printed on the page of papers."""
        return self.paperformat_id == self.env.ref(
            "service_crm.paperformat_document", raise_if_not_found=False
        )

    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if self.env.context.get("service_paper"):
            # There is no script on the page to wait for.
            command += ["--disable-javascript", "--javascript-delay", "0"]
        return command

    def _number_pages(self, stream):
        """Write "2 / 3" below the pages of a paper of several pages."""
        reader = PdfFileReader(stream)
        total = reader.getNumPages()
        if total < 2:
            return stream
        writer = PdfFileWriter()
        for index in range(total):
            writer.addPage(reader.getPage(index))
            page = writer.getPage(index)
            stamp = make_page_number(
                f"{index + 1} / {total}",
                float(page.mediaBox.getWidth()),
                float(page.mediaBox.getHeight()),
            )
            page.mergePage(PdfFileReader(io.BytesIO(stamp)).getPage(0))
            page.compress_content_streams()
        result = io.BytesIO()
        writer.write(result)
        return result
