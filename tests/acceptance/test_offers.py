"""A job offered to several people, each with an own phone, in real Chromium."""

from datetime import timedelta

from playwright.sync_api import expect
from real_browser import DESK, PHONE, RealBrowser

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.service_crm.tests.common_crew import CrewCommon

JOBS = "/odoo/job-offers"
DAY = "/service/my-day"


@tagged("post_install", "-at_install")
class TestOffers(RealBrowser, HttpCase, CrewCommon):
    """The dispatcher at her desk, three performers somewhere in town."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_third = cls.user_performer.copy(
            {"name": "Третий", "login": "service_third", "email": "t@example.com"}
        )
        cls.third = cls.build_performer(cls.user_third, calendar_id=False)
        cls.crew.active = False
        for user in (*cls.users.values(), cls.user_helper, cls.user_third):
            user.tz = "UTC"

    def setUp(self):
        super().setUp()
        self.order = self.plan(performer=self.env["resource.resource"], days=2)
        self.start_chromium()
        self.desk = self.open_device(self.user_dispatcher, DESK)
        self.first = self.open_device(self.user_performer, PHONE)
        self.second = self.open_device(self.user_helper, PHONE)
        self.other = self.open_device(self.user_third, PHONE)
        self.order_path = f"/odoo/work-orders/{self.order.id}"
        self.addCleanup(lambda: self.assertEqual(self.errors, []))

    # What they do

    def offer(self, choose=False):
        """The dispatcher asks everybody who can come."""
        page = self.desk
        self.visit(page, self.order_path)
        page.get_by_role("button", name="Offer to Several").click()
        dialog = page.locator(".modal")
        expect(dialog.locator("[name=is_chosen] input:checked")).to_have_count(3)
        if choose:
            dialog.get_by_label("I choose among those who would").click()
        dialog.locator("[name=note] input").fill("Ladder needed")
        dialog.get_by_role("button", name="Ask Them").click()
        expect(page.locator(".o_arrow_button_current")).to_contain_text("Offered")
        page.get_by_role("tab", name="Offers").click()
        waiting = page.locator(".o_field_widget[name=offer_ids] .o_data_row")
        expect(waiting).to_have_count(3)
        for number in range(3):
            expect(waiting.nth(number)).to_contain_text("Waits for an Answer")

    def see_on_day(self, page):
        """The offer on the page of the day."""
        self.visit(page, DAY)
        card = page.locator(".o_day_card", has_text="Offered to you")
        expect(card).to_contain_text("Ladder needed")
        return card

    def see_in_list(self, page):
        """The offer among those of the web client."""
        self.visit(page, JOBS)
        card = page.locator(".o_kanban_record:not(.o_kanban_ghost)")
        expect(card).to_have_count(1)
        expect(card).to_contain_text("Ladder needed")
        return card

    def see_given(self, page, name):
        """At the desk: who got it."""
        self.visit(page, self.order_path)
        expect(page.locator(".o_arrow_button_current")).to_contain_text("Assigned")
        expect(page.locator("[name=performer_id]").first).to_contain_text(name)

    def press(self, card, name):
        card.get_by_role("button", name=name, exact=True).click()

    # What comes of it

    def told(self):
        """Mails about offers: ``{recipient: [subject]}``."""
        self.send_messages()
        mails = self.env["mail.mail"].search(
            [("model", "=", "service.work.order.offer")], order="id"
        )
        found = {}
        for mail in mails:
            for partner in mail.recipient_ids:
                found.setdefault(partner, []).append(mail.subject)
        return found

    def states(self):
        return {
            offer.performer_id: offer.state for offer in self.order.sudo().offer_ids
        }

    def test_who_accepts_first_gets_it(self):
        with self.serving():
            self.offer()
            slow = self.see_on_day(self.first)
            self.see_in_list(self.other)
            self.press(self.see_in_list(self.second), "Accept")
            empty = self.second.locator(".o_view_nocontent")
            expect(empty).to_contain_text("Nothing is offered to you now")
            self.visit(self.second, "/odoo/my-jobs")
            expect(
                self.second.locator(".o_kanban_record", has_text="Anna Petrova")
            ).to_be_visible()
            # His page was not loaded anew: he is told that he is too late.
            self.press(slow, "I take it")
            note = self.first.locator(".o_day_note.o_day_red")
            expect(note).to_contain_text("given to somebody else")
            expect(self.first.locator(".o_day_card")).to_have_count(0)
            self.visit(self.other, JOBS)
            expect(self.other.locator(".o_view_nocontent")).to_be_visible()
            self.see_given(self.desk, "Олег Помощник")
            self.desk.get_by_role("tab", name="Offers").click()
            rows = self.desk.locator(".o_field_widget[name=offer_ids] .o_data_row")
            expect(rows.filter(has_text="Got the Job")).to_have_count(1)
            expect(rows.filter(has_text="Given to Another")).to_have_count(2)
        self.assertEqual(self.order.performer_id, self.helper)
        self.assertEqual(
            self.states(),
            {self.performer: "lost", self.helper: "taken", self.third: "lost"},
        )
        told = self.told()
        self.assertEqual(len(told[self.user_helper.partner_id]), 1)
        for late in (self.user_performer, self.user_third):
            self.assertEqual(len(told[late.partner_id]), 2)  # asked, and given away

    def test_the_dispatcher_chooses_on_her_phone(self):
        phone = self.open_device(self.user_dispatcher, PHONE)
        with self.serving():
            self.offer(choose=True)
            self.press(self.see_on_day(self.first), "I would go")
            mine = self.first.locator(".o_day_card", has_text="You would take it")
            expect(mine).to_contain_text("The dispatcher chooses")
            self.press(self.see_in_list(self.second), "I would go")
            kept = self.second.locator(".o_kanban_record", has_text="Would Take It")
            expect(kept).to_contain_text("The dispatcher chooses")
            self.press(self.see_in_list(self.other), "Decline")
            self.other.locator(".modal textarea, .modal [name=reason] input").fill(
                "Too far"
            )
            self.press(self.other.locator(".modal"), "Decline")
            expect(self.other.locator(".o_view_nocontent")).to_be_visible()
            self.visit(phone, self.order_path)
            cards = phone.locator(".o_field_widget[name=offer_ids] .o_kanban_record")
            expect(cards.filter(has_text="Too far")).to_be_visible()
            self.press(cards.filter(has_text="Service Performer"), "Give the Job")
            expect(phone.locator(".o_arrow_button_current")).to_contain_text("Assigned")
            self.visit(self.first, DAY)
            self.first.locator(".o_day_chip").nth(2).click()  # the one with a job
            expect(
                self.first.locator(".o_day_card", has_text="Anna Petrova")
            ).to_be_visible()
            self.visit(self.second, JOBS)
            expect(self.second.locator(".o_view_nocontent")).to_be_visible()
        self.assertEqual(self.order.performer_id, self.performer)
        self.assertEqual(
            self.states(),
            {self.performer: "taken", self.helper: "lost", self.third: "declined"},
        )
        self.assertEqual(len(self.told()[self.user_helper.partner_id]), 2)

    def test_nobody_answers_in_time(self):
        with self.serving():
            self.offer()
        offers = self.order.sudo().offer_ids
        offers.date_expiry = fields.Datetime.now() - timedelta(minutes=1)
        # Odoo writes in its log what a person is told.
        with mute_logger("odoo.http"), self.serving():
            self.press(self.see_on_day(self.first), "I take it")
            note = self.first.locator(".o_day_note.o_day_red")
            expect(note).to_contain_text("stood until")
            self.press(self.see_in_list(self.second), "Accept")
            error = self.second.locator(".o_error_dialog", has_text="stood until")
            expect(error).to_be_visible()
        self.env.ref("service_crm.ir_cron_offer_expiry").method_direct_trigger()
        with self.serving():
            self.visit(self.other, DAY)
            expect(self.other.locator(".o_day_empty")).to_be_visible()
            expect(self.other.locator(".o_day_card")).to_have_count(0)
            self.visit(self.desk, self.order_path)
            expect(self.desk.locator(".o_arrow_button_current")).to_contain_text(
                "Draft"
            )
            expect(self.desk.locator(".o-mail-Chatter")).to_contain_text(
                "Nobody took the job"
            )
            offer = self.desk.get_by_role("button", name="Offer to Several")
            expect(offer).to_be_visible()
        self.assertEqual(set(self.states().values()), {"expired"})
        self.assertFalse(self.order.performer_id)
