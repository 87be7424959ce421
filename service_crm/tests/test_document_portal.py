"""The customer's page of a document: who sees it, who signs it, what is kept."""

import base64
import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_documents import SIGNATURE, DocumentsCommon


@tagged("post_install", "-at_install")
class TestDocumentPage(HttpCase, DocumentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.request = cls.build_agreed_request()
        cls.paper = cls.build_paper(request_id=cls.request.id)
        cls.paper._action_issue()
        cls.paper._portal_ensure_token()

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def get_page(self, paper=None, suffix="", **kwargs):
        paper = paper or self.paper
        self.env.flush_all()
        url = f"/service/document/{paper.id}/{paper.sudo().access_token}{suffix}"
        return self.url_open(url, **kwargs)

    def sign(self, name="Анна Петрова", signature=SIGNATURE, token=None):
        token = token or self.paper.access_token
        answer = self.url_open(
            f"/service/document/{self.paper.id}/{token}/sign",
            data=json.dumps({"params": {"name": name, "signature": signature}}),
            headers={"Content-Type": "application/json"},
        )
        self.paper.invalidate_recordset()
        return answer

    def test_what_is_no_drawn_signature_is_refused(self):
        svg = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode()
        for name, signature in (
            ("Анна", svg),
            ("Анна", "<svg/>"),
            ("Анна", [SIGNATURE]),
            ("Анна", 7),
            (["Анна"], SIGNATURE),
            (7, SIGNATURE),
        ):
            with self.subTest(name=name, signature=signature):
                self.assertTrue(self.sign(name, signature).json()["result"]["error"])
                self.assertEqual(self.paper.state, "issued")

    def test_page_shows_the_document_and_asks_for_a_signature(self):
        page = self.get_page()
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.paper.name, page.text)
        self.assertIn("portal.signature_form", page.text)
        self.assertNotIn("False", page.text.partition("o_service_page")[2])
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["X-Robots-Tag"], "noindex")
        file = self.get_page(suffix="/file")
        self.assertEqual(file.content, self.paper.attachment_id.raw)
        self.assertEqual(file.headers["X-Content-Type-Options"], "nosniff")

    def test_signed_on_the_page(self):
        answer = self.sign().json()["result"]
        self.assertIn("/service/document/", answer["redirect_url"])
        self.assertEqual(self.paper.state, "signed")
        self.assertEqual(self.paper.signed_by, "Анна Петрова")
        self.assertTrue(self.paper.signed_on)
        self.assertTrue(self.paper.signed_ip)
        self.assertTrue(self.paper.signature)
        message = self.paper.message_ids.filtered(
            lambda m: "Signed by Анна Петрова" in m.body
        )
        self.assertEqual(message.author_id, self.customer)
        page = self.get_page()
        self.assertIn("Анна Петрова", page.text)
        self.assertNotIn("portal.signature_form", page.text)
        self.assertIn("no longer waiting", self.sign("Борис").json()["result"]["error"])
        self.assertEqual(self.paper.signed_by, "Анна Петрова")

    def test_wrong_signatures_are_said(self):
        for name, signature in (
            ("", SIGNATURE),
            ("x" * 300, SIGNATURE),
            ("Анна", ""),
            ("Анна", "x" * 1_000_001),
            ("Анна", "нет"),
            ("Анна", "bm8gaW1hZ2U="),
        ):
            answer = self.sign(name, signature).json()["result"]
            self.assertTrue(answer["error"])
            self.assertEqual(self.paper.state, "issued")

    def test_strangers_learn_nothing(self):
        other = self.build_paper()
        other._portal_ensure_token()
        self.env.flush_all()
        for paper_id, token in (
            (self.paper.id, "x"),
            (self.paper.id, other.access_token),
            (self.paper.id, "пароль"),
            (10**8, self.paper.access_token),
        ):
            for suffix in ("", "/file"):
                page = self.url_open(f"/service/document/{paper_id}/{token}{suffix}")
                self.assertEqual(page.status_code, 404)
                self.assertNotIn(self.paper.name, page.text)
        with mute_logger("odoo.http"):
            answer = self.sign(token=other.access_token)
        self.assertNotIn("result", answer.json())
        self.assertEqual(self.paper.state, "issued")

    def test_what_is_not_for_the_customer_is_not_shown(self):
        draft = self.build_paper(request_id=self.request.id)
        inner = self.build_paper(self.minutes, request_id=self.request.id)
        inner._action_issue()
        cancelled = self.build_paper(request_id=self.request.id)
        cancelled._action_issue()
        cancelled._action_cancel("Ошибка")
        for paper in draft | inner | cancelled:
            paper._portal_ensure_token()
            self.assertEqual(self.get_page(paper, "/file").status_code, 404)
            self.assertNotIn("signature_form", self.get_page(paper).text)
        self.assertIn("has been cancelled", self.get_page(cancelled).text)
        self.request._portal_ensure_token()
        self.env.flush_all()
        page = self.url_open(
            f"/service/r/{self.request.id}/{self.request.access_token}"
        )
        self.assertIn(self.paper.name, page.text)
        self.assertIn(f"/service/document/{self.paper.id}/", page.text)
        self.assertNotIn(cancelled.name, page.text)
        self.assertNotIn(inner.name, page.text)

    def test_an_expired_document_is_not_signed(self):
        self.paper.valid_until = "2020-01-01"
        page = self.get_page()
        self.assertIn("was valid until", page.text)
        self.assertIn("no longer waiting", self.sign().json()["result"]["error"])

    def test_links_of_mails_lead_to_the_page(self):
        self.env.flush_all()
        page = self.url_open(
            f"/service/document/{self.paper.id}?access_token={self.paper.access_token}"
        )
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.paper.name, page.text)

    def test_only_who_sees_documents_prints_them(self):
        self.env.flush_all()
        url = f"/service/documents/{self.paper.id}/file"
        self.authenticate("service_operator", "service_operator")
        answer = self.url_open(url)
        self.assertEqual(answer.content, self.paper.attachment_id.raw)
        self.authenticate("service_performer", "service_performer")
        with mute_logger("odoo.http"):
            self.assertIn(self.url_open(url).status_code, (403, 404))
        self.authenticate(None, None)
        self.assertNotIn(self.paper.name, self.url_open(url).text)
