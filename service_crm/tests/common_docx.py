import base64
import io
import zipfile

from odoo.exceptions import ValidationError

from .common_documents import DocumentsCommon, build_docx

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


class DocxCommon(DocumentsCommon):
    """A contract whose paper is made from an own DOCX template."""

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
