from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import requirement
from .common_offer import OfferCommon


@tagged("post_install", "-at_install")
class TestOffer(OfferCommon):
    """Each offer that goes out is kept; what is refined becomes a new version."""

    @requirement("R213")
    def test_sent_offer_is_kept_with_its_date_and_number(self):
        with freeze_time("2026-11-20 10:00:00"):
            order = self.send()
        version = order.version_ids
        self.assertEqual(version.number, 1)
        self.assertEqual(str(version.sent_at), "2026-11-20 10:00:00")
        self.assertEqual(version.sent_by, self.user_dispatcher)
        self.assertEqual(version.validity_date, order.validity_date)
        self.assertEqual(version.state, "current")
        self.assertEqual(version.amount_total, 445.95)
        self.assertEqual(version.currency_id, order.currency_id)
        self.assertEqual(
            version.line_ids.mapped("product_id"),
            self.inspection + self.doors + self.paint,
        )
        self.assertEqual(version.line_ids.mapped("price_subtotal"), [360, 85.95, 2640])
        self.assertTrue(version.attachment_id)
        self.assertEqual(version.attachment_id.res_id, order.id)
        self.assertEqual(order.offer_version_id, version)
        self.assertEqual(self.request.offer_version_ids, version)
        self.assertEqual(order.display_name, order.name)

    def test_marked_as_sent_by_hand_is_kept_too(self):
        self.request.with_user(self.user_dispatcher).action_make_quotation()
        order = self.request.service_quotation_id
        order.with_user(self.user_dispatcher).action_quotation_sent()
        self.assertEqual(order.version_ids.state, "current")
        other = self.build_deal()
        other.with_user(self.user_dispatcher).action_make_quotation()
        order = other.service_quotation_id.with_user(self.user_dispatcher)
        action = order.action_quotation_send()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.user_dispatcher)
            .with_context(**action["context"])
            .create({})
        )
        self.assertTrue(composer.attachment_ids, "the letter carries the offer")
        composer.action_send_mail()
        self.assertEqual(order.state, "sent")
        self.assertEqual(order.version_ids.number, 1)

    @requirement("R171")
    def test_refined_offer_is_a_new_version_and_the_old_one_is_kept(self):
        self.team.approval_manager = True
        order = self.send()
        first = order.version_ids
        file = first.attachment_id.raw
        manager = order.service_approval_ids.filtered(lambda a: a.role == "manager")
        manager.with_user(self.user_manager).action_approve()
        self.refine(order, "Дорого: без покраски")
        self.assertEqual(order.state, "draft")
        self.assertEqual(
            (first.state, first.reason), ("replaced", "Дорого: без покраски")
        )
        self.assertEqual(
            set(order.service_approval_ids.mapped("state")), {"reset"}, "all withdrawn"
        )
        self.assertIn("Дорого", " ".join(self.request.message_ids.mapped("body")))
        self.assertEqual(self.request.offer_label, f"{order.name}, version 2")
        doors = self.request.request_line_ids[1]
        doors.with_user(self.user_dispatcher).discount = 50
        self.assertEqual(self.send(), order)
        second = order.offer_version_id
        self.assertEqual(order.version_ids.sorted("number"), first + second)
        self.assertEqual((second.number, second.state), (2, "current"))
        self.assertEqual(second.amount_total, 407.75)
        self.assertEqual((first.amount_total, first.state), (445.95, "replaced"))
        self.assertEqual(first.attachment_id.raw, file)
        self.assertNotEqual(second.attachment_id, first.attachment_id)
        self.assertEqual(order.display_name, f"{order.name}, version 2")
        self.assertEqual(
            order.service_approval_ids.filtered(lambda a: a.state == "pending").mapped(
                "role"
            ),
            ["customer", "manager"],
        )

    def test_refining_needs_a_reason_and_an_offer_in_hand(self):
        order = self.send()
        with self.assertRaisesRegex(UserError, "what has to change"):
            self.refine(order, "  ")
        self.assertEqual(order.state, "sent")
        for user in (self.user_operator, self.user_performer):
            with self.assertRaises(AccessError):
                order.with_user(user).action_refine()
        self.agree(order)
        with self.assertRaisesRegex(UserError, "not with the customer"):
            self.refine(order)

    def test_rejected_and_cancelled_offers_are_refused_versions(self):
        orders = self.send(self.request + self.build_deal())
        rejected, cancelled = orders
        rejected.service_approval_ids.with_user(self.user_manager).action_reject(
            comment="Слишком дорого", spoken_with="Анна", method="phone"
        )
        self.assertEqual(rejected.version_ids.state, "refused")
        self.assertEqual(rejected.version_ids.reason, "Слишком дорого")
        self.assertEqual(rejected.offer_number, 2)
        cancelled.with_user(self.user_dispatcher).action_cancel()
        self.assertEqual(cancelled.version_ids.state, "refused")
        self.assertEqual(cancelled.offer_number, 1)

    def test_agreed_offer_is_accepted_with_what_was_agreed(self):
        order = self.send()
        self.agree(order)
        version = order.version_ids
        self.assertEqual((version.state, version.amount_accepted), ("accepted", 445.95))
        self.assertEqual(version.line_ids.mapped("is_accepted"), [True, True, False])
        self.assertEqual(version.line_ids.mapped("amount_accepted"), [360, 85.95, 0])
        self.assertEqual(order.offer_version_id, version)

    def test_versions_are_facts(self):
        version = self.send().version_ids
        for user in (self.user_dispatcher, self.user_manager, self.user_admin):
            with self.assertRaises(AccessError):
                version.with_user(user).write({"amount_total": 1})
            with self.assertRaises(AccessError):
                version.with_user(user).unlink()

    def test_other_companies_see_nothing(self):
        version = self.send().version_ids
        company = self.env["res.company"].create({"name": "Вторая"})
        self.user_manager.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        with self.assertRaises(AccessError):
            version.with_user(self.user_manager).read(["reason"])
        with self.assertRaises(AccessError):
            version.line_ids.with_user(self.user_manager).read(["name"])

    def test_other_orders_have_no_versions(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        order.action_quotation_sent()
        self.assertFalse(order.version_ids)
        self.assertEqual(order.display_name, order.name)
        self.assertEqual(
            order._find_mail_template(), self.env.ref("sale.email_template_edi_sale")
        )

    # Validity ------------------------------------------------------------------------

    def test_validity_of_the_team_else_of_the_company(self):
        self.env.company.quotation_validity_days = 30
        today = fields.Date.context_today(self.env.user)
        company_wide = self.send(self.build_deal())
        self.assertEqual(company_wide.validity_date, today + timedelta(30))
        self.team.offer_validity_days = 7
        order = self.send()
        self.assertEqual(order.validity_date, today + timedelta(7))
        order.with_user(self.user_dispatcher).validity_date = today + timedelta(9)
        self.assertEqual(order.version_ids.validity_date, today + timedelta(9))

    def test_offer_from_the_drawer_is_valid_from_the_day_it_is_sent(self):
        self.team.offer_validity_days = 7
        self.request.with_user(self.user_dispatcher).action_make_quotation()
        order = self.request.service_quotation_id
        order.validity_date = "2020-01-01"
        self.send()
        today = fields.Date.context_today(self.env.user)
        self.assertEqual(order.version_ids.validity_date, today + timedelta(7))

    def test_dispatcher_is_reminded_once_before_offers_lapse(self):
        self.team.write({"offer_validity_days": 2, "offer_reminder_days": 2})
        soon = self.send(self.request + self.build_deal())
        self.team.offer_validity_days = 20
        later = self.send(self.build_deal())
        agreed = self.send(self.build_deal())
        agreed.validity_date = soon[0].validity_date
        self.agree(agreed)
        cron = self.env.ref("service_crm.ir_cron_offer_reminder")
        for _run in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
        kind = self.env.ref("service_crm.mail_activity_offer_lapses")
        found = self.env["mail.activity"].search([("activity_type_id", "=", kind.id)])
        self.assertEqual(set(found.mapped("res_id")), set(soon.opportunity_id.ids))
        self.assertEqual(len(found), 2)
        self.assertEqual(found.user_id, self.user_dispatcher)
        self.assertIn(soon[0].name, " ".join(found.mapped("summary")))
        self.assertFalse(later.version_ids.is_reminded)
        # A longer validity lapses later: the reminder counts anew.
        soon[0].validity_date += timedelta(1)
        self.assertFalse(soon[0].version_ids.is_reminded)


@tagged("post_install", "-at_install")
class TestOfferPaper(OfferCommon):
    """The commercial offer on paper: opened, read and compared."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, force_report_rendering=True))
        cls.site = cls.build_partner(
            "Ленина 5, подъезд 2", parent_id=cls.company_customer.id, city="Москва"
        )
        cls.request = cls.build_deal(site_id=cls.site.id)
        cls.request.request_line_ids[1].sudo().rule_reasons = "Постоянный клиент"
        cls.team.offer_validity_days = 14
        tax = cls.env["account.tax"].create(
            {"name": "НДС 20%", "amount": 20, "type_tax_use": "sale"}
        )
        (cls.inspection + cls.doors + cls.paint).taxes_id = tax
        cls.tax_group = tax.tax_group_id

    def send_rendered(self):
        with self.allow_pdf_render():
            self.request.with_user(self.user_dispatcher).with_context(
                force_report_rendering=True
            ).action_ask_approvals()
        return self.request.service_quotation_id

    @requirement("R55", "R227")
    def test_offer_is_drawn_attached_mailed_and_logged(self):
        order = self.send_rendered()
        file = order.offer_version_id.attachment_id
        self.assertEqual(file.mimetype, "application/pdf")
        text = self.read_pdf(file.raw)
        for words in (
            f"Commercial offer No. {order.name}",
            "version 1",
            "valid until",
            self.env.company.name,
            self.company_customer.name,
            self.customer.name,
            "Дверь лифта шумит",
            self.request.service_number,
            "Ленина 5, подъезд 2",
            "Осмотр лифта",
            "360.00",
            "Регулировка дверей",
            "10 %",
            "85.95",
            "Постоянный клиент",
            "Optional: tick what you want",
            "Покраска кабины",
            "2 × (5 m + 6 m) × 3 m = 66 m²",
            "2,640.00",
            "445.95",
            "89.19",
            "535.14",
            "3,703.14",
            "For the customer",
        ):
            self.assertIn(words, text)
        self.assertNotIn("False", text)
        self.assertEqual(order.amount_total, 535.14)
        self.assertEqual(order.amount_options, 3168)
        # mailed: the very same file goes to the customer's address
        message = order.message_ids.filtered("attachment_ids")
        self.assertEqual(message.attachment_ids, file)
        self.assertIn(self.customer, message.partner_ids)
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        self.assertIn(self.customer, mail.recipient_ids)
        self.assertIn(order.name, message.subject)
        self.assertIn("535.14", message.body)
        # logged: in the request as well
        log = " ".join(self.request.message_ids.mapped("body"))
        self.assertIn(order.name, log)

    def test_second_version_says_so_and_the_first_file_stays(self):
        order = self.send_rendered()
        first = order.offer_version_id
        self.refine(order)
        self.request.request_line_ids[1].discount = 0
        self.send_rendered()
        second = order.offer_version_id
        self.assertIn("version 2", self.read_pdf(second.attachment_id.raw))
        self.assertIn("546.60", self.read_pdf(second.attachment_id.raw))
        self.assertIn("535.14", self.read_pdf(first.attachment_id.raw))
        message = order.message_ids.filtered("attachment_ids")[:1]
        self.assertEqual(message.attachment_ids, second.attachment_id)
        self.assertIn("version 2", message.subject)

    def test_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        order = self.send_rendered()
        text = self.read_pdf(order.offer_version_id.attachment_id.raw)
        self.assertIn("535,14", text)

    def test_odoo_prints_service_orders_in_the_same_form(self):
        order = self.send_rendered()
        report = self.env["ir.actions.report"]
        with self.allow_pdf_render():
            content = report._render_qweb_pdf("sale.action_report_saleorder", order.ids)
        self.assertIn("Commercial offer", self.read_pdf(content[0]))
        plain = self.env["sale.order"].create({"partner_id": self.customer.id})
        html = report._render_qweb_html("sale.action_report_saleorder", plain.ids)
        self.assertNotIn("Commercial offer", html[0].decode())
        self.assertIn("Quotation #", html[0].decode())

    def test_agreed_order_prints_what_was_agreed(self):
        order = self.send_rendered()
        self.agree(order)
        with self.allow_pdf_render():
            name, content = order._draw_offer()
        text = self.read_pdf(content)
        self.assertIn(f"Order No. {order.name}", text)
        self.assertIn("535.14", text)
        self.assertNotIn("Покраска", text, "not ticked, not agreed")
        self.assertEqual(name, f"Order {order.name}.pdf")
