"""Own DOCX templates: what is refused, and in which words."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_documents import build_docx
from .common_docx import DocxCommon

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
class TestDocumentDocxRefused(DocxCommon):
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
