"""Own DOCX templates: what is accepted, what is refused, what comes out."""

import base64
import hashlib
import io
import tempfile
import time
import zipfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools.pdf import OdooPdfFileReader, OdooPdfFileWriter

from ..tools.docx_template import list_fields
from ..tools.office import OfficeError, convert, find_office
from .common import requirement
from .common_documents import SIGNATURE, DocumentsCommon, build_docx, read_docx

FILE = "odoo.addons.service_crm.models.service_document_file"
OFFICE = "odoo.addons.service_crm.tools.office"
CONTRACT = (
    "ДОГОВОР № {{ document.number }} от {{ document.date }}",
    "{{ company.name }} и {{ customer.name }} ({{ customer.address }}),",
    "контактное лицо {{ contact.name }}, {{ contact.phone }}",
    "Предмет: {{ request.name }}. {{ request.need }}",
    "{% if order.total_number > 100 %}Крупный заказ{% else %}Малый заказ{% endif %}",
    "Итого {{ order.total }}, без НДС {{ order.untaxed }} ({{ order.currency }})",
)
LINES = (
    ("{%tr for line in lines %}", "", ""),
    ("{{ loop.index }}. {{ line.name }}", "{{ line.quantity }}", "{{ line.subtotal }}"),
    ("{%tr endfor %}", "", ""),
)
# What a hostile or careless author may write, and what he is told.
HOSTILE = {
    "{{ ''.__class__ }}": "is not possible",
    "{{ ''['__class__'] }}": "is not possible",
    "{{ customer.__init__ }}": "is not possible",
    "{{ customer|attr('name') }}": "no filter",
    "{{ customer.name.upper() }}": "is not possible",
    "{{ self.__dict__ }}": "is not possible",
    "{{ lipsum.__globals__ }}": "is not possible",
    "{{ range(10) }}": "is not possible",
    "{{ cycler('a').next }}": "is not possible",
    "{{ 'a' * 1000000000 }}": "",
    "{{ 2 ** 99999999 }}": "is not possible",
    "{{ '%s' % 5 }}": "is not possible",
    "{{ customer.name|replace('a', 'aaaaaaaaaa') }}": "no filter",
    "{{ customer.name|center(100000000) }}": "no filter",
    "{{ '{0.__class__}'|format(customer) }}": "no filter",
    "{% set x = 'a' %}": "is not possible",
    "{% with x = 1 %}{% endwith %}": "is not possible",
    "{% macro f() %}{% endmacro %}": "is not possible",
    "{% include 'x' %}": "is not possible",
    "{% import 'x' as y %}": "is not possible",
    "{% extends 'x' %}": "is not possible",
    "{% for a in 'abc' %}{% endfor %}": "A loop goes over a list",
    "{% for a in [1, 2, 3] %}{% endfor %}": "A loop goes over a list",
    "{% for a in lines recursive %}{% endfor %}": "deep",
    "{% for a in lines %}{% for b in lines %}{% for c in lines %}{% for d in lines %}"
    "{% endfor %}{% endfor %}{% endfor %}{% endfor %}": "deep",
    "{{ a" * 400 + "x" * 100_000: "its end is missing",
    "{{ customer.name": "not written correctly",
    "{{ }}": "not written correctly",
    "{% if order.total_number %}": "not written correctly",
    "{% for line in lines %}{{ line.price }": "not written correctly",
}


@tagged("post_install", "-at_install")
class TestDocumentDocx(DocumentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls.build_kind(
            "Договор",
            kind="contract",
            subject="contract",
            in_set=True,
            is_gapless=True,
            number_prefix="Д-%(year)s/",
            signer="customer",
            for_customer=True,
            docx_template=base64.b64encode(build_docx(*CONTRACT, rows=LINES)),
        )
        cls.company_customer.write(
            {"street": "ул. Ленина, 5", "city": "Тверь", "zip": "170000"}
        )

    def upload(self, content):
        self.contract.docx_template = base64.b64encode(content)

    def refuse(self, content, message):
        with self.assertRaisesRegex(ValidationError, message):
            self.upload(content)

    def repack(self, change):
        """A good DOCX whose parts were changed: ``change({name: bytes})``."""
        source = zipfile.ZipFile(io.BytesIO(build_docx("{{ document.number }}")))
        parts = {name: source.read(name) for name in source.namelist()}
        change(parts)
        result = io.BytesIO()
        with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        return result.getvalue()

    def test_instructions_are_found_wherever_they_hide(self):
        """Split over runs, in the other namespace, or made by a field."""
        transitional = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
        head = b'<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        end = b'<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        word = b"<w:r><w:instrText>%s</w:instrText></w:r>"
        picture = b' PICTURE "http://192.0.2.1/x"'
        split = head + word % b"INCLUDE" + word % picture.strip() + end
        inner = head + word % b"INCLUDE" + head + word % b"PAGE" + end
        inner += word % picture.strip() + end

        def put(content, namespace=transitional):
            def change(parts):
                document = parts["word/document.xml"].replace(
                    b"</w:p>", content + b"</w:p>", 1
                )
                parts["word/document.xml"] = document.replace(transitional, namespace)

            return self.repack(change)

        for content in (put(split), put(inner), put(split, strict)):
            self.refuse(content, "INCLUDEPICTURE")
        linked = b'<a:blip xmlns:a="a" r:link="rId1"/>'
        self.refuse(put(linked), "from outside")
        self.upload(put(head + word % b"PAGE" + end))
        made = head + word % b"{{ 'INCLUDE' ~ 'TEXT' }} /etc/hosts" + end
        self.upload(put(made))
        with self.assertRaisesRegex(UserError, "INCLUDETEXT"):
            self.build_paper(self.contract)._render_docx()

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

    # -- what comes out

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

    # -- what is refused

    def test_hostile_templates_are_refused(self):
        for text, message in HOSTILE.items():
            with self.subTest(text=text):
                if message:
                    self.refuse(build_docx(text), message)
                else:
                    self.upload(build_docx(text))
                    with self.assertRaises(UserError):
                        self.build_paper(self.contract)._render_docx()

    def test_endless_loops_end(self):
        text = (
            "{% for a in lines %}{% for b in lines %}{% for c in lines %}x{% endfor %}"
        )
        self.upload(build_docx(text + "{% endfor %}{% endfor %}"))
        paper = self.build_paper(self.contract)
        data = {**paper._prepare_docx_data(), "lines": [{}] * 500}
        with (
            patch.object(type(paper), "_prepare_docx_data", lambda self: data),
            self.assertRaisesRegex(UserError, "too much comes out"),
        ):
            paper._render_docx()

    def test_unknown_fields_are_named_with_what_was_meant(self):
        self.refuse(
            build_docx("{{ customer.nmae }} {{ client.name }}"),
            r"(?s)no field “customer.nmae”. Did you mean: customer.name.*"
            "no field “client.name”",
        )
        self.refuse(
            build_docx("{% for row in lines %}{{ row.summa }}{% endfor %}"),
            "no field “row.summa”",
        )
        self.refuse(build_docx("{% for x in positions %}{% endfor %}"), "“positions”")

    def test_what_is_no_docx_is_refused(self):
        good = build_docx("text")
        for content in (
            b"",
            b"PK\x03\x04",
            b"%PDF-1.4",
            good[: len(good) // 2],
            b"x" * 99,
        ):
            with self.subTest(content=content[:10]):
                if content:
                    self.refuse(content, "no DOCX file")
        self.refuse(self.repack(lambda p: p.pop("word/document.xml")), "no DOCX file")
        self.refuse(b"\0" * (6 * 1024 * 1024), "larger than 5 MB")
        self.refuse(
            self.repack(
                lambda p: p.update({"word/document.xml": b"<w:document><broken"})
            ),
            "damaged",
        )

    def test_active_content_is_refused(self):
        def add(name, content=b"x"):
            return self.repack(lambda parts: parts.update({name: content}))

        def replace(name, old, new):
            def change(parts):
                self.assertIn(old, parts[name])
                parts[name] = parts[name].replace(old, new)

            return self.repack(change)

        relations = "word/_rels/document.xml.rels"
        end = b"</Relationships>"
        kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
        self.refuse(add("word/vbaProject.bin"), "macro")
        self.refuse(add("word/embeddings/oleObject1.bin"), "macro or an embedded")
        self.refuse(add("word/activeX/activeX1.xml", b"<a/>"), "macro or an embedded")
        self.refuse(
            replace(
                "[Content_Types].xml",
                b"application/vnd.openxmlformats-officedocument.wordprocessingml"
                b".document.main+xml",
                b"application/vnd.ms-word.document.macroEnabled.main+xml",
            ),
            "macro",
        )
        for name, target in (
            (b"image", b"http://evil.example.com/x.png"),
            (b"attachedTemplate", b"http://evil.example.com/x.dotm"),
            (b"hyperlink", b"file:///etc/passwd"),
        ):
            relation = (
                b'<Relationship Id="rIdX" Type="'
                + kind
                + name
                + b'" Target="'
                + target
                + b'" TargetMode="External"/>'
            )
            self.refuse(
                replace(relations, end, relation + end), "fetches something|macro"
            )
        link = (
            b'<Relationship Id="rIdX" Type="' + kind + b'hyperlink" '
            b'Target="https://example.com" TargetMode="External"/>'
        )
        self.upload(replace(relations, end, link + end))
        self.refuse(
            replace(
                "word/document.xml",
                b"<w:body>",
                b'<w:body><w:p><w:r><w:instrText> INCLUDETEXT "c:/x" </w:instrText>'
                b"</w:r></w:p>",
            ),
            "INCLUDETEXT",
        )
        self.refuse(
            replace(
                "word/document.xml",
                b"<w:document",
                b'<!DOCTYPE x [<!ENTITY a "b">]><w:document',
            ),
            "damaged",
        )

    def test_bombs_are_refused(self):
        self.refuse(
            self.repack(lambda p: p.update({"word/media/a.png": b"\0" * 50_000_000})),
            "far too large",
        )
        self.refuse(
            self.repack(lambda p: p.update({f"word/{i}.txt": b"" for i in range(600)})),
            "far too large",
        )
        self.refuse(build_docx("{{ document.number }}" * 501), "too many fields")

    def test_authors_see_the_fields(self):
        table = self.contract.docx_fields
        self.assertIn("{{ customer.name }}", table)
        self.assertIn("{%tr for row in lines %}", table)
