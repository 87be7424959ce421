"""Passports and powers of attorney: who sees them, and what an expired one stops."""

from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ROLES, requirement
from .common_papers import PASSPORT, PapersCommon


@tagged("post_install", "-at_install")
class TestPaperPassport(PapersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = new_test_user(
            cls.env,
            "keeper",
            groups="service_crm.group_service_manager,"
            "service_crm.group_service_passport",
            company_id=cls.ours.id,
            company_ids=[(6, 0, cls.ours.ids)],
        )
        cls.visit = cls.build_job(state="assigned", done=0)
        cls.paper = cls.build_paper(
            "power_of_attorney", cls.visit, valid_until=date(2099, 12, 4)
        )

    def issue(self):
        self.paper.with_user(self.user_manager).action_issue()
        return self.paper

    def expire(self):
        self.paper.valid_until = fields.Date.today() - timedelta(days=1)

    @mute_logger("odoo.models")
    def test_only_the_own_group_sees_passports(self):
        names = [*PASSPORT]
        person = self.person.with_user(self.keeper)
        self.assertEqual(person.passport_number, "45 10 123456")
        found = person.search([("passport_number", "=", "45 10 123456")])
        self.assertEqual(found, person)
        self.assertIn("passport_number", person.fields_get())
        person.passport_code = "770-002"
        export = self.env.ref("base.group_allow_export")
        for role in ROLES:
            self.users[role].group_ids |= export
            with self.subTest(role=role):
                person = self.person.with_user(self.users[role])
                self.assertFalse(person.fields_get(names))
                for attempt in (
                    lambda p=person: p.read(names),
                    lambda p=person: p.passport_number,
                    lambda p=person: p.search([("passport_number", "ilike", "45")]),
                    lambda p=person: p.search([], order="passport_number"),
                    lambda p=person: p._read_group([], ["passport_number"]),
                    lambda p=person: p.export_data(names),
                    lambda p=person: p.write({"passport_number": "1"}),
                    lambda p=person: p.create({"name": "x", "passport_code": "1"}),
                    lambda p=person: p.web_read({"passport_number": {}}),
                ):
                    with self.assertRaises(AccessError):
                        attempt()
                arch = person.get_view(
                    self.env.ref("base.view_partner_form").id, "form"
                )["arch"]
                self.assertNotIn("passport_", arch)

    def test_passports_are_neither_tracked_nor_copied(self):
        before = self.person.message_ids
        self.person.passport_number = "11 22 333444"
        self.flush_tracking()
        self.assertEqual(self.person.message_ids, before)
        self.assertFalse(self.person.copy().passport_number)

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    @mute_logger("odoo.models")
    def test_the_snapshot_is_as_secret_as_the_passport(self):
        paper = self.issue()
        self.assertIn("45 10 123456", paper.with_user(self.keeper).passport_text)
        for user in (self.user_manager, self.user_operator):
            with self.assertRaises(AccessError):
                paper.with_user(user).read(["passport_text"])
            with self.assertRaises(AccessError):
                paper.search_count([("passport_text", "ilike", "45")]) and (
                    paper.with_user(user).search([("passport_text", "ilike", "45")])
                )
        self.assertFalse(paper.copy().passport_text)

    def test_its_file_is_never_kept(self):
        paper = self.issue()
        self.assertTrue(paper._is_file_confidential())
        self.assertFalse(paper.attachment_id)
        self.assertFalse(
            self.env["ir.attachment"].search(
                [("res_model", "=", paper._name), ("res_id", "=", paper.id)]
            )
        )
        for message in paper.message_ids:
            self.assertNotIn("45 10", message.body)
            self.assertFalse(message.attachment_ids)

    def test_who_may_issue_it_prints_it_without_the_group(self):
        paper = self.issue()
        for user in (self.user_manager, self.user_dispatcher, self.keeper):
            self.assertIn("45 10 123456", self.print_text(paper, user))
        with self.assertRaisesRegex(AccessError, "names a passport"):
            self.print_text(paper, self.user_operator)
        with self.assertRaisesRegex(AccessError, "names a passport"):
            paper.with_user(self.user_operator).action_print()
        with self.assertRaisesRegex(AccessError, "names a passport"):
            paper.with_user(self.user_operator)._get_present_file()

    def test_the_person_prints_the_own_one(self):
        self.user_performer.company_ids |= self.ours
        own = self.user_performer.partner_id
        own.write(PASSPORT)
        performer = self.build_performer(self.user_performer, company_id=self.ours.id)
        self.visit.performer_id = performer
        self.paper._update_from_source()
        self.assertEqual(self.paper.attorney_id, own)
        self.issue()
        self.assertIn("45 10 123456", self.print_text(self.paper, self.user_performer))
        self.paper.sudo().attorney_id = self.person
        with self.assertRaisesRegex(AccessError, "names a passport"):
            self.print_text(self.paper, self.user_performer)

    def test_nothing_is_issued_without_person_passport_and_list(self):
        self.person.passport_number = False
        self.paper.line_ids.unlink()
        self.visit.line_ids.unlink()
        self.paper.valid_until = False
        with self.assertRaises(UserError) as refusal:
            self.issue()
        for words in ("passport number", "list is empty", "until when"):
            self.assertIn(words, str(refusal.exception))
        self.assertNotIn("45 10", str(refusal.exception))
        self.paper.attorney_id = False
        with self.assertRaisesRegex(UserError, "choose the person"):
            self.issue()
        self.expire()
        with self.assertRaisesRegex(UserError, "was valid until"):
            self.issue()

    @requirement("R62")
    def test_expired_one_blocks_the_visit_and_the_hand_over(self):
        self.issue()
        visit = self.visit.with_user(self.user_dispatcher)
        self.expire()
        self.assertTrue(self.paper.is_expired)
        for step in ("on_the_way", "start", "hand_over"):
            problems = self.visit._get_step_obstacles(step)[self.visit]
            self.assertEqual(len(problems), 1, step)
            self.assertIn(self.paper.name, problems[0])
            self.assertIn("was valid until", problems[0])
        self.assertFalse(self.visit._get_step_obstacles("done")[self.visit])
        with self.assertRaisesRegex(UserError, "was valid until"):
            visit.action_on_the_way()
        self.assertEqual(visit.state, "assigned")
        with self.assertRaisesRegex(UserError, "was valid until"):
            self.paper.with_user(self.user_dispatcher).action_goods_received()
        with self.assertRaisesRegex(UserError, "[Ee]xpired"):
            self.paper.with_user(self.user_manager).action_hand_over()
        self.paper.with_user(self.user_dispatcher).action_cancel(reason="Просрочена")
        visit.action_on_the_way()
        self.assertEqual(visit.state, "on_the_way")

    def test_goods_received_in_time_end_the_matter(self):
        self.issue()
        paper = self.paper.with_user(self.user_dispatcher)
        with self.assertRaises(UserError):
            paper.goods_received = "2026-01-01"
        paper.action_goods_received()
        self.assertEqual(paper.goods_received, fields.Date.context_today(paper))
        self.expire()
        self.assertFalse(paper.is_expired)
        self.assertFalse(self.visit._get_step_obstacles("start")[self.visit])
        with self.assertRaisesRegex(UserError, "received already"):
            paper.action_goods_received()
        act = self.build_paper("act", self.visit)
        with self.assertRaisesRegex(UserError, "power of attorney"):
            act.with_user(self.user_dispatcher).action_goods_received()

    def test_search_finds_what_is_shown_as_expired(self):
        self.issue()
        other = self.build_paper("act", self.visit, valid_until="2020-01-01")
        both = self.paper | other
        inside = [("id", "in", both.ids)]
        search = self.env["service.document"].search
        self.assertEqual(search([*inside, ("is_expired", "=", True)]), other)
        self.expire()
        self.paper.state = "signed"
        for expired in (True, False):
            self.assertEqual(
                search([*inside, ("is_expired", "=", expired)]),
                both.filtered(lambda paper, e=expired: paper.is_expired == e),
            )
        self.assertTrue(self.paper.is_expired, "signed by us, not used in time")
