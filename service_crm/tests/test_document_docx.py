"""Own DOCX templates: what comes out."""

import hashlib
import io
import tempfile
import time
import zipfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.pdf import OdooPdfFileReader, OdooPdfFileWriter

from ..tools.docx_template import list_fields
from ..tools.office import OfficeError, convert, find_office
from .common import requirement
from .common_documents import SIGNATURE, build_docx, read_docx
from .common_docx import DocxCommon

FILE = "odoo.addons.service_crm.models.service_document_file"
OFFICE = "odoo.addons.service_crm.tools.office"


@tagged("post_install", "-at_install")
class TestDocumentDocx(DocxCommon):
    def test_an_office_that_hangs_is_ended_with_all_it_started(self):
        with tempfile.TemporaryDirectory() as folder:
            script, note = Path(folder, "office"), Path(folder, "pid")
            script.write_text(f"#!/bin/sh\nsleep 60 &\necho $! > {note}\nwait\n")
            script.chmod(0o755)
            with (
                patch(f"{OFFICE}.find_office", return_value=str(script)),
                patch(f"{OFFICE}.SECONDS", -4),
                self.assertRaises(OfficeError),
            ):
                convert([b""])
            child = Path("/proc", note.read_text().strip(), "stat")
            for _wait in range(20):
                if not child.exists() or child.read_text().split()[2] == "Z":
                    break
                time.sleep(0.1)
            else:
                self.fail("It goes on running.")

    @requirement("R222", "R131")
    def test_contract_of_a_request_with_number_date_and_sums(self):
        request = self.build_agreed_request(
            self.inspection, self.hinge, service_need="Шумит дверь & <скрипит>"
        )
        request.with_user(self.user_manager).action_make_documents()
        document = request.document_ids
        self.assertEqual((document.type_id, document.state), (self.contract, "draft"))
        document.date = "2026-11-20"
        document.with_user(self.user_manager).action_issue()
        self.assertEqual(document.name, "Д-2026/00001")
        self.assertEqual(document.attachment_id.name, "Договор Д-2026-00001.docx")
        text = read_docx(document.attachment_id.raw)
        for part in (
            "ДОГОВОР № Д-2026/00001 от 11/20/2026",
            f"{self.env.company.name} и Alfa LLC",
            "ул. Ленина, 5",
            "контактное лицо Anna Petrova, +7 495 120-81-15",
            "Шумит дверь & <скрипит>",
            "Крупный заказ",
            "1. Lift inspection",
            "2. Петля двери",
        ):
            self.assertIn(part, text)
        order = request.order_ids
        self.assertEqual(order.amount_total, 280)
        self.assertIn("Итого $ 280.00", text.replace("\xa0", " "))
        self.assertIn("$ 200.00", text)
        self.assertIn("$ 80.00", text)
        # No placeholder and no "False" left, in no part of the file.
        archive = zipfile.ZipFile(io.BytesIO(document.attachment_id.raw))
        for name in archive.namelist():
            if name.endswith(".xml"):
                part = archive.read(name).decode()
                for left in ("{{", "{%", "}}", "%}", ">False<", ">None<"):
                    self.assertNotIn(left, part, name)

    @requirement("R222")
    def test_numbers_follow_each_other(self):
        numbers = []
        for _index in range(3):
            request = self.build_agreed_request()
            request.with_user(self.user_manager).action_make_documents()
            request.document_ids.with_user(self.user_manager).action_issue()
            numbers.append(int(request.document_ids.name.rpartition("/")[2]))
        self.assertEqual(numbers, [1, 2, 3])

    def test_every_field_is_filled_also_of_an_empty_document(self):
        names = list_fields(self.env["service.document"]._get_docx_schema())
        tags = [
            f"{{% for row in lines %}}{{{{ row.{name.partition('[].')[2]} }}}}"
            "{% endfor %}"
            if "[]" in name
            else f"{{{{ {name} }}}}"
            for name in names
        ]
        self.upload(build_docx(*tags))
        for paper in (
            self.build_paper(self.contract),
            self.build_paper(
                self.contract,
                request_id=self.build_agreed_request().id,
            ),
        ):
            text = read_docx(paper._render_docx())
            self.assertNotIn("False", text)
            self.assertNotIn("None", text)
            self.assertNotIn("{{", text)

    def test_what_a_customer_is_called_is_no_template(self):
        self.company_customer.name = "{{ 7*7 }} <w:p/> & \x0b \ud83d"[:18]
        paper = self.build_paper(self.contract)
        self.assertIn("{{ 7*7 }} <w:p/>", read_docx(paper._render_docx()))

    def test_pdf_where_there_is_an_office(self):
        paper = self.build_paper(
            self.contract,
            date="2026-11-20",
            order_id=self.build_agreed_request().order_ids.id,
        )
        if not find_office():
            with self.assertRaises(OfficeError):
                convert([b""])
            return
        with patch(f"{FILE}.find_office", find_office):
            paper._action_issue()
        self.assertEqual(paper.attachment_id.mimetype, "application/pdf")
        self.assertTrue(paper.docx_attachment_id.name.endswith(".docx"))
        reader = OdooPdfFileReader(io.BytesIO(paper.attachment_id.raw))
        text = "".join(page.extract_text() for page in reader.pages)
        self.assertIn("Д-2026/00001", text)
        self.assertIn("Alfa LLC", text)
        self.assertIn("200.00", text)

    def test_signature_is_behind_the_file_that_was_signed(self):
        paper = self.build_paper(self.act)
        paper = paper.with_context(force_report_rendering=True)
        pdf = io.BytesIO()
        writer = OdooPdfFileWriter()
        writer.addBlankPage(width=595, height=842)
        writer.write(pdf)
        with (
            patch(f"{FILE}.find_office", return_value="soffice"),
            patch(f"{FILE}.convert", return_value=[pdf.getvalue()]),
        ):
            paper._action_issue()
        digest = hashlib.sha256(pdf.getvalue()).hexdigest()
        with self.allow_pdf_render():
            paper._action_sign(
                signed_by="Анна Петрова", signature=SIGNATURE, ip="192.0.2.7"
            )
        reader = OdooPdfFileReader(io.BytesIO(paper.attachment_id.raw))
        self.assertEqual(len(reader.pages), 2)
        self.assertFalse(reader.pages[0].extract_text())
        text = " ".join(reader.pages[1].extract_text().split())
        for part in ("Анна Петрова", "192.0.2.7", paper.name, "Alfa LLC"):
            self.assertIn(part, text)
        self.assertIn(digest, text.replace(" ", ""))
        self.assertNotIn("False", text)

    def test_a_failing_office_is_said(self):
        paper = self.build_paper(self.contract)
        with (
            patch(f"{FILE}.find_office", return_value="soffice"),
            patch(f"{FILE}.convert", side_effect=OfficeError("crash")),
            self.assertRaisesRegex(UserError, "LibreOffice could not make a PDF"),
        ):
            paper.with_user(self.user_manager).action_issue()

    def test_many_documents_start_the_office_once(self):
        papers = self.build_paper(self.contract) | self.build_paper()
        with (
            patch(f"{FILE}.find_office", return_value="soffice"),
            patch(f"{FILE}.convert", return_value=[b"%PDF-1", b"%PDF-2"]) as office,
        ):
            papers._action_issue()
        office.assert_called_once()
        self.assertEqual(papers[1].attachment_id.raw, b"%PDF-2")

    def test_authors_see_the_fields(self):
        table = self.contract.docx_fields
        self.assertIn("{{ customer.name }}", table)
        self.assertIn("{%tr for row in lines %}", table)
