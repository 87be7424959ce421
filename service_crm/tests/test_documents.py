"""One document: numbers, steps, who may write what, mail, reminders."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import requirement
from .common_documents import SIGNATURE, DocumentsCommon


@tagged("post_install", "-at_install")
class TestDocuments(DocumentsCommon):
    def test_number_is_given_when_issued_and_stays(self):
        first, second = (
            self.build_paper(date="2026-05-04"),
            self.build_paper(date="2026-05-04"),
        )
        self.assertFalse(first.name)
        self.assertEqual(first.number_label, "draft")
        second.with_user(self.user_manager).action_issue()
        first.with_user(self.user_manager).action_issue()
        self.assertEqual(second.name, "АКТ/2026/00001")
        self.assertEqual(first.name, "АКТ/2026/00002")
        second.with_user(self.user_manager).action_cancel(reason="Ошибка в сумме")
        self.assertEqual(second.name, "АКТ/2026/00001")
        self.assertEqual(second.cancel_reason, "Ошибка в сумме")
        with self.assertRaisesRegex(UserError, "is not deleted"):
            second.with_user(self.user_manager).unlink()
        third = self.build_paper(date="2026-06-01")
        third._action_issue()
        self.assertEqual(third.name, "АКТ/2026/00003")

    def test_each_company_and_year_counts_from_one(self):
        company = self.env["res.company"].create({"name": "Бета"})
        papers = self.build_paper(date="2025-12-31")
        papers |= self.build_paper(date="2026-01-01")
        papers |= self.build_paper(date="2026-01-02", company_id=company.id)
        papers |= self.build_paper(date="2026-01-03")
        with freeze_time("2026-02-01"):
            papers._action_issue()
        self.assertEqual(
            papers.mapped("name"),
            ["АКТ/2025/00001", "АКТ/2026/00001", "АКТ/2026/00001", "АКТ/2026/00002"],
        )

    def test_no_gap_after_an_error(self):
        self.build_paper()._action_issue()
        broken = self.build_paper() | self.build_paper()
        broken[1].partner_id = False
        with self.assertRaisesRegex(UserError, "choose the customer"):
            broken.with_user(self.user_manager).action_issue()
        self.assertFalse(broken[0].name)
        broken[1].partner_id = self.customer
        broken.with_user(self.user_manager).action_issue()
        numbers = [int(name.rpartition("/")[2]) for name in broken.mapped("name")]
        self.assertEqual(numbers, [2, 3])

    def test_number_needs_the_year(self):
        for prefix in ("АКТ/", "АКТ/%(year)s/%(nothing)s", "АКТ/%(year)s/%"):
            with self.assertRaises(ValidationError):
                self.act.number_prefix = prefix
        self.act.number_prefix = "А-%(y)s%(month)s-"
        paper = self.build_paper(date="2026-05-04")
        paper._action_issue()
        self.assertEqual(paper.name, "А-2605-00001")

    def test_kind_without_gaps_or_with(self):
        self.build_paper()._action_issue()
        self.act.is_gapless = False
        paper = self.build_paper()
        paper._action_issue()
        self.assertTrue(paper.name.endswith("/00002"))
        self.act.is_gapless = True
        paper = self.build_paper()
        paper._action_issue()
        self.assertTrue(paper.name.endswith("/00003"))

    def test_facts_are_not_written_by_hand(self):
        paper = self.build_paper()
        for user in (self.user_manager, self.user_dispatcher, self.user_admin):
            for values in (
                {"state": "signed"},
                {"name": "АКТ/1"},
                {"holder": "customer"},
                {"signature": SIGNATURE},
                {"access_token": "x"},
            ):
                with self.assertRaises(AccessError):
                    paper.with_user(user).write(values)
        with self.assertRaises(AccessError):
            paper.with_user(self.user_manager).create(
                {"type_id": self.act.id, "state": "signed"}
            )
        paper._action_issue()
        with self.assertRaisesRegex(UserError, "no longer changed"):
            paper.with_user(self.user_manager).partner_id = self.company_customer
        paper.with_user(self.user_manager).responsible_id = self.user_dispatcher

    def test_performer_hands_in_scans_of_own_visits_only(self):
        request = self.build_agreed_request()
        visit = self.build_visit(request, "in_progress")
        paper = self.build_paper(work_order_id=visit.id, request_id=request.id)
        other = self.build_paper(request_id=request.id)
        own = paper.with_user(self.user_performer)
        with self.assertRaises(AccessError):
            own.body = "Текст"
        own.scan_ids = self.build_scan(user=self.user_performer)
        with self.assertRaises(AccessError):
            other.with_user(self.user_performer).read(["name"])
        visit.state = "closed"
        with self.assertRaisesRegex(UserError, "the visit is closed"):
            own.scan_ids = [Command.clear()]

    def test_wrong_order_of_steps_is_said(self):
        paper = self.build_paper().with_user(self.user_manager)
        with self.assertRaisesRegex(UserError, "is “Draft”"):
            paper.action_sign(signed_by="Анна", signature=SIGNATURE)
        paper.action_issue()
        with self.assertRaisesRegex(UserError, "is “Issued”"):
            paper.action_issue()
        with self.assertRaisesRegex(UserError, "name of who signed"):
            paper.action_sign(signature=SIGNATURE)
        self.assertEqual(paper.action_sign()["res_model"], "service.document.sign")
        paper.action_sign(signed_by="Анна", signature=SIGNATURE)
        self.assertEqual((paper.state, paper.signed_by), ("signed", "Анна"))
        with self.assertRaisesRegex(UserError, "is “Signed”"):
            paper.action_mark_sent()

    def test_signed_on_paper_needs_the_scan(self):
        paper = self.build_paper()
        paper._action_issue()
        wizard = self.env["service.document.sign"].with_user(self.user_dispatcher)
        signing = wizard.create({"document_id": paper.id})
        self.assertEqual(signing.signed_by, self.customer.name)
        signing.scan_ids = self.build_scan(user=self.user_dispatcher)
        signing.action_sign()
        self.assertEqual(paper.state, "signed")
        self.assertEqual(paper.scan_ids, signing.scan_ids)
        self.assertEqual(paper.scan_ids.res_id, paper.id)

    def test_the_scans_a_paper_was_signed_with_stay(self):
        papers = self.build_paper() | self.build_paper()
        papers._action_issue()
        with freeze_time("2026-05-04 10:00:00"):
            proof = self.build_scan(user=self.user_dispatcher)
            draft = self.build_scan(user=self.user_dispatcher)
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = %s WHERE id IN %s",
            ["2026-05-04 10:00:00.7", tuple((proof | draft).ids)],
        )
        (proof | draft).invalidate_recordset(["create_date"])
        signed, other = papers.with_user(self.user_dispatcher)
        other.scan_ids = draft
        with freeze_time("2026-05-04 10:00:00"):
            signed.action_sign("Анна", scan_ids=proof.ids)
        later = self.build_scan(user=self.user_dispatcher)
        signed.scan_ids = [Command.link(later.id)]
        for commands in ([Command.clear()], [Command.unlink(proof.id)]):
            with self.assertRaisesRegex(UserError, "they stay"), self.cr.savepoint():
                signed.scan_ids = commands
        with self.assertRaisesRegex(AccessError, "stays as it was"):
            proof.with_user(self.user_dispatcher).unlink()
        papers.invalidate_recordset()
        self.assertEqual(signed.scan_ids, proof | later)
        signed.scan_ids = [Command.unlink(later.id)]
        other.scan_ids = [Command.clear()]
        self.assertEqual(signed.scan_ids, proof)
        self.assertFalse(other.scan_ids)

    def test_a_new_one_in_place_of_an_old_one(self):
        paper = self.build_paper()
        paper._action_issue()
        action = paper.with_user(self.user_manager).action_renew()
        draft = self.env["service.document"].browse(action["res_id"])
        self.assertEqual((draft.state, draft.name), ("draft", False))
        self.assertEqual(draft.partner_id, paper.partner_id)

    @requirement("R63")
    def test_each_kind_is_found_and_may_start_something(self):
        kinds = self.env["service.document.type"].search([("kind", "!=", "other")])
        self.assertGreaterEqual(
            set(kinds.mapped("kind")),
            {"contract", "waybill", "delivery_order", "power_of_attorney"},
        )
        documents = self.env["service.document"]
        papers = documents.create(
            [
                {
                    "type_id": kind.id,
                    "partner_id": self.customer.id,
                    "responsible_id": self.user_manager.id,
                    "valid_until": "2026-12-31",
                }
                for kind in kinds
            ]
        )
        found = documents.with_user(self.user_operator)
        for paper in papers:
            for domain in (
                [("partner_id", "child_of", self.company_customer.id)],
                [("state", "=", "draft")],
                [("responsible_id", "=", self.user_manager.id)],
                [("valid_until", "<=", date(2026, 12, 31))],
            ):
                self.assertIn(paper, found.search([*domain, ("kind", "=", paper.kind)]))
        # What a robot or a rule reacts to: one entry for each state of each paper.
        paper = papers.filtered(lambda p: p.type_id == self.act)
        paper._action_issue()
        log = self.env["service.phase.log"].search(
            [
                ("res_model", "=", "service.document"),
                ("res_id", "in", papers.ids),
                ("field_name", "=", "state"),
            ]
        )
        self.assertEqual(
            sorted(log.filtered(lambda r: r.res_id == paper.id).mapped("value")),
            ["draft", "issued"],
        )
        self.assertEqual(len(log), len(papers) + 1)

    def test_mailed_with_the_file(self):
        papers = self.build_paper() | self.build_paper(self.minutes)
        papers._action_issue()
        papers.with_user(self.user_manager).action_send()
        self.assertEqual(papers.mapped("state"), ["sent", "sent"])
        mails = self.env["mail.mail"].search(
            [("model", "=", "service.document"), ("res_id", "in", papers.ids)]
        )
        self.assertEqual(len(mails), 2)
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})
        for paper in papers:
            mail = mails.filtered(lambda m, paper=paper: m.res_id == paper.id)
            self.assertEqual(mail.recipient_ids, self.customer)
            self.assertIn(paper.attachment_id, mail.attachment_ids)
            self.assertIn(paper.name, mail.subject)
            self.assertIn(mail.mail_message_id, paper.message_ids)
            self.assertNotIn("False", mail.body_html)
        self.assertIn("/service/document/", mails[0].body_html + mails[1].body_html)

    def test_nobody_to_mail_to_is_said(self):
        papers = self.build_paper() | self.build_paper(
            partner_id=self.build_partner(name="Без почты").id
        )
        papers._action_issue()
        with self.assertRaisesRegex(UserError, "Без почты has no e-mail address"):
            papers.with_user(self.user_manager).action_send()
        self.assertEqual(set(papers.mapped("state")), {"issued"})

    def test_reminded_once_while_it_lies(self):
        self.act.reminder_days = 3
        with freeze_time("2026-11-02"):
            paper = self.build_paper()
            paper._action_issue()
            self.assertEqual(str(paper.remind_on), "2026-11-05")
        cron = self.env.ref("service_crm.ir_cron_document_reminders")
        kind = self.env.ref("service_crm.mail_activity_document_lies")
        for day, expected in (("2026-11-04", 0), ("2026-11-05", 1), ("2026-11-09", 1)):
            with freeze_time(day), self.enter_registry_test_mode():
                cron.method_direct_trigger()
            paper.invalidate_recordset()
            to_do = paper.activity_ids.filtered(lambda a: a.activity_type_id == kind)
            self.assertEqual(len(to_do), expected, day)
        self.assertEqual(to_do.user_id, self.user_manager)
        self.assertIn("not sent yet", to_do.summary)
        with freeze_time("2026-11-10"):
            paper._action_mark_sent()
        self.assertEqual(str(paper.remind_on), "2026-11-13")
        paper._action_sign(signed_by="Анна", signature=SIGNATURE)
        self.assertFalse(paper.remind_on)
        self.assertFalse(paper.activity_ids)

    def test_other_companies_papers_are_not_seen(self):
        company = self.env["res.company"].create({"name": "Бета"})
        paper = self.build_paper(company_id=company.id)
        with self.assertRaises(AccessError):
            paper.with_user(self.user_manager).read(["name"])
        self.assertFalse(
            self.env["service.document"]
            .with_user(self.user_manager)
            .search([("id", "=", paper.id)])
        )

    def test_the_print_form_of_a_kind_is_not_deleted(self):
        kind = self.env.ref("service_crm.document_type_act")
        report = kind.report_id
        with self.assertRaisesRegex(UserError, "another print form"):
            report.unlink()
        # When the addon goes, its reports go.
        report.with_context(_force_unlink=True).unlink()
        self.assertFalse(kind.report_id)
