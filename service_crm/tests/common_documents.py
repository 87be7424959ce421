"""Builders of documents, and the table of who may take which step on them."""

import base64
import io
from unittest.mock import patch

from docx import Document

from odoo.fields import Command

from .common_money import MoneyCommon

SELLERS = "manager dispatcher admin"
STAFF = f"operator {SELLERS}"
LEAD = "crm.lead"
VISIT = "service.work.order"
PAPER = "service.document"

# Rows as in check_steps(): model, method, case, who may.
DOCUMENT_STEPS = [
    (LEAD, "action_make_documents", "paper_request", SELLERS),
    (LEAD, "action_issue_documents", "drafts_request", SELLERS),
    (LEAD, "action_change_document_set", "paper_request", "manager admin"),
    (LEAD, "action_reset_document_set", "paper_request", "manager admin"),
    (LEAD, "action_pass_documents", "dispatchers_paper", "dispatcher admin"),
    (LEAD, "action_view_documents", "paper_request", f"{STAFF} performer"),
    (VISIT, "action_make_documents", "paper_visit", "dispatcher performer admin"),
    (VISIT, "action_hand_over_documents", "visit_paper", "dispatcher performer admin"),
    (PAPER, "action_issue", "draft_paper", SELLERS),
    (PAPER, "action_issue", "performers_draft", f"{SELLERS} performer"),
    (PAPER, "action_mark_sent", "paper", SELLERS),
    (PAPER, "action_send", "paper", SELLERS),
    (PAPER, "action_sign", "paper", f"{SELLERS} performer", ("Анна", "@signature")),
    (PAPER, "action_cancel", "paper", SELLERS, ("Ошибка",)),
    (PAPER, "action_renew", "paper", SELLERS),
    (PAPER, "action_hand_over", "paper", "dispatcher performer admin"),
    (PAPER, "action_print", "paper", f"{STAFF} performer"),
    (PAPER, "action_fill_from_order", "draft_paper", SELLERS),
    (PAPER, "action_goods_received", "attorney", f"{SELLERS} performer"),
    ("service.document.sign", "action_sign", "signing", f"{SELLERS} performer"),
    ("service.document.cancel", "action_cancel", "cancelling", SELLERS),
]
# A dot, as a drawn signature.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


def build_docx(*paragraphs, rows=()):
    """A DOCX of these paragraphs and one table, as Word would save it."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if rows:
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def read_docx(content):
    """All text of a DOCX: paragraphs, then table cells."""
    document = Document(io.BytesIO(content))
    cells = [
        cell.text
        for table in document.tables
        for row in table.rows
        for cell in row.cells
    ]
    return "\n".join([p.text for p in document.paragraphs] + cells)


class DocumentsCommon(MoneyCommon):
    """Two kinds of documents with an own template, and nothing else in the set."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # LibreOffice takes seconds; one test of its own asks it.
        cls.startClassPatcher(
            patch(
                "odoo.addons.service_crm.models.service_document_file.find_office",
                return_value=None,
            )
        )
        cls.env["service.document.type"].search([]).in_set = False
        cls.act = cls.build_kind(
            "Акт",
            in_set=False,
            kind="act",
            subject="work_order",
            needed_by="done",
            needed_as="signed",
            signer="customer",
            for_customer=True,
            number_prefix="АКТ/%(year)s/",
            is_gapless=True,
        )
        cls.minutes = cls.build_kind(
            "Протокол",
            in_set=False,
            kind="minutes",
            preparer="manager",
            needed_by="request_close",
            number_prefix="ПР/%(year)s/",
        )

    @classmethod
    def build_kind(cls, name, **values):
        """A kind of document with a small template of its own."""
        template = build_docx("{{ document.kind }} {{ document.number }}")
        return cls.env["service.document.type"].create(
            {
                "name": name,
                "docx_template": base64.b64encode(template),
                "docx_filename": "template.docx",
                "number_prefix": f"{name}/%(year)s/",
                **values,
            }
        )

    @classmethod
    def build_paper(cls, kind=None, **values):
        """A draft for the test customer."""
        return cls.env["service.document"].create(
            {
                "type_id": (kind or cls.act).id,
                "partner_id": cls.customer.id,
                "responsible_id": cls.user_manager.id,
                **values,
            }
        )

    @classmethod
    def build_scan(cls, name="скан.png", user=None):
        """A scan as the browser uploads it."""
        return (
            cls.env["ir.attachment"]
            .with_user(user or cls.env.user)
            .create({"name": name, "datas": SIGNATURE, "res_model": PAPER})
        )


class DocumentStepsCommon(DocumentsCommon):
    """The cases of :data:`DOCUMENT_STEPS`."""

    def _build_paper_request(self):
        request = self.build_agreed_request()
        self.build_visit(request, "in_progress")
        self.act.in_set = True
        return request

    def _build_paper_visit(self):
        return self._build_paper_request().work_order_ids

    def _build_draft_paper(self, kind=None):
        visit = self._build_paper_visit()
        self.known["@signature"] = SIGNATURE
        return self.build_paper(
            kind, work_order_id=visit.id, request_id=visit.request_id.id
        )

    def _build_drafts_request(self):
        return self._build_draft_paper().request_id

    def _build_performers_draft(self):
        self.act.preparer = "performer"
        return self._build_draft_paper()

    def _build_paper(self):
        paper = self._build_draft_paper()
        paper._action_issue()
        return paper

    def _build_attorney(self):
        self.performer.partner_id.write(
            {
                "passport_number": "45 10 123456",
                "passport_issued_by": "ОУФМС",
                "passport_issued_on": "2012-05-17",
            }
        )
        visit = self._build_paper_visit()
        paper = self.build_paper(
            self.env.ref("service_crm.document_type_power_of_attorney"),
            work_order_id=visit.id,
            performer_id=visit.performer_id.id,
            request_id=visit.request_id.id,
            line_ids=[Command.create({"name": "Петля двери"})],
        )
        paper._action_issue()
        return paper

    def _build_visit_paper(self):
        return self._build_paper().work_order_id

    def _build_dispatchers_paper(self):
        paper = self._build_paper()
        paper.holder = "dispatcher"
        return paper.request_id

    def _build_signing(self):
        return self.env["service.document.sign"].create(
            {
                "document_id": self._build_paper().id,
                "signed_by": "Анна Петрова",
                "signature": SIGNATURE,
            }
        )

    def _build_cancelling(self):
        return self.env["service.document.cancel"].create(
            {"document_ids": self._build_paper().ids, "reason": "Ошибка в сумме"}
        )
