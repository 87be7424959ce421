"""What papers take over from order and visit, and when they stop to follow it."""

from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import mute_logger

from ..tools.amount_words import amount_in_words
from ..tools.qr_code import make_qr_svg
from .common import requirement
from .common_papers import PapersCommon


class TestPaperLines(PapersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls.build_job()

    def test_a_draft_follows_the_visit_until_it_is_issued(self):
        visit = self.build_job(state="in_progress", date_start=False)
        visit.line_ids.quantity_done = 0
        act = self.build_paper("act", visit)
        self.assertFalse(act.line_ids)
        with self.assertRaisesRegex(UserError, "lists nothing yet"):
            act.with_user(self.user_manager).action_issue()
        visit.line_ids[0].quantity_done = 3
        visit.report = "Остальное не понадобилось"
        visit.with_user(self.user_dispatcher).action_done()
        self.env.cr.flush()
        self.assertEqual(act.line_ids.product_id, self.works[0])
        self.assertEqual(act.line_ids.quantity, 3)
        visit.line_ids[1].quantity_done = 1
        act.with_user(self.user_manager).action_issue()
        self.assertEqual(act.line_ids.mapped("quantity"), [3, 1], "as issued")
        total = act.amount_total
        visit.line_ids[0].quantity_done = 9
        visit.order_id.order_line[0].price_unit = 1
        self.works[0].name = "Другое название"
        self.tax.amount = 10
        self.env["service.document"]._follow_visits(visit)
        self.assertEqual(act.line_ids[0].quantity, 3)
        self.assertEqual(act.line_ids[0].price_unit, 4500)
        self.assertEqual(act.line_ids[0].name, "Регулировка дверей")
        self.assertEqual(act.amount_total, total)

    def test_lines_changed_by_hand_stay_until_taken_again(self):
        act = self.build_paper("act", self.visit)
        self.assertFalse(act.is_filled_by_hand)
        manager = act.with_user(self.user_manager)
        manager.line_ids = [Command.update(act.line_ids[0].id, {"quantity": 1.5})]
        self.assertTrue(act.is_filled_by_hand)
        act._update_from_source()
        self.assertEqual(act.line_ids[0].quantity, 1.5)
        manager.action_issue()
        self.assertEqual(act.line_ids[0].quantity, 1.5)
        draft = manager.copy()
        self.assertEqual(draft.line_ids[0].quantity, 1.5)
        draft.action_fill_from_order()
        self.assertFalse(draft.is_filled_by_hand)
        self.assertEqual(draft.line_ids[0].quantity, 2)
        with self.assertRaises(AccessError):
            draft.with_user(self.user_manager).is_filled_by_hand = True
        self.assertFalse(draft.copy().is_filled_by_hand, "it follows the order too")

    def test_a_window_set_by_hand_stays_when_issued(self):
        paper = self.build_paper("delivery_order", self.visit)
        dispatcher = paper.with_user(self.user_dispatcher)
        dispatcher.write(
            {
                "delivery_from": "2026-11-24 08:00:00",
                "delivery_to": "2026-11-24 09:00:00",
            }
        )
        dispatcher.action_issue()
        self.assertEqual(str(paper.delivery_from), "2026-11-24 08:00:00")
        self.assertEqual(paper.performer_id, self.performer)

    def test_given_lines_do_not_keep_the_rest_empty(self):
        paper = self.build_paper(
            "delivery_order",
            work_order_id=self.visit.id,
            partner_id=self.customer.id,
            company_id=self.ours.id,
            line_ids=[Command.create({"name": "Привод", "quantity": 1})],
        )
        self.assertEqual(paper.performer_id, self.performer)
        self.assertEqual(paper.delivery_from, self.visit.date_start)
        self.assertEqual(paper.line_ids.mapped("name"), ["Привод"])

    def test_rows_of_issued_papers_are_not_changed(self):
        papers = self.build_papers(self.visit)
        for paper in (papers["act"], papers["minutes"], papers["questionnaire"]):
            paper._action_issue()
            user = paper.with_user(self.user_manager)
            rows = user.line_ids or user.decision_ids or user.question_ids
            self.assertTrue(rows)
            with self.subTest(kind=paper.kind):
                for change in (
                    lambda rows=rows: rows.write({"sequence": 5}),
                    lambda rows=rows: rows[0].unlink(),
                    lambda rows=rows, user=user: rows.create(
                        {"document_id": user.id, "name": "Ещё"}
                    ),
                ):
                    with self.assertRaisesRegex(UserError, "no longer changed"):
                        change()
        draft = self.build_paper("act", self.visit).with_user(self.user_manager)
        with self.assertRaisesRegex(UserError, "no longer changed"):
            draft.line_ids[0].document_id = papers["act"]

    def test_a_paper_of_the_request_lists_all_its_visits(self):
        second = self.build_visit(self.visit.request_id, date_start=False)
        second.line_ids[1:].unlink()
        cancelled = self.build_visit(self.visit.request_id, "cancelled")
        act = self.build_paper("act", self.visit, work_order_id=False)
        self.assertEqual(len(act.line_ids), len(self.visit.line_ids) + 1)
        self.assertTrue(cancelled.line_ids)

    def test_a_paper_without_a_visit_lists_the_order(self):
        order = self.visit.order_id
        self.visit.state = "cancelled"
        order.order_line = [
            Command.create({"display_type": "line_section", "name": "Раздел"})
        ]
        waybill = self.build_paper("waybill", self.visit, work_order_id=False)
        self.assertEqual(waybill.line_ids.product_id, self.goods)
        self.assertEqual(waybill.line_ids.mapped("quantity"), [2, 2])

    def test_planned_papers_list_what_is_planned(self):
        visit = self.build_job(state="assigned", done=0, date_start=False)
        for kind, products in (
            ("work_order", self.works | self.goods),
            ("delivery_order", self.goods),
            ("power_of_attorney", self.goods),
        ):
            paper = self.build_paper(kind, visit)
            self.assertEqual(paper.line_ids.product_id, products, kind)
            self.assertEqual(set(paper.line_ids.mapped("quantity")), {2}, kind)
            self.assertFalse(any(paper.line_ids.mapped("price_unit")), kind)

    @requirement("R64", "R131")
    def test_sums_equal_those_of_order_and_invoice(self):
        self.build_books(self.ours)
        included = self.tax.copy(
            {"name": "НДС 10%", "amount": 10, "price_include_override": "tax_included"}
        )
        products = self.works.browse()
        for number, price in enumerate((0.335, 19.99, 1234.565, 7.005), 1):
            product = self.build_priced(f"Работа {number}", price)
            if number % 2:
                product.taxes_id = included
            products |= product
        visit = self.build_job(products, quantity=3, date_start=False)
        act = self.build_paper("act", visit)
        order = visit.order_id
        self.assertEqual(act.amount_untaxed, order.amount_untaxed)
        self.assertEqual(act.amount_tax, order.amount_tax)
        self.assertEqual(act.amount_total, order.amount_total)
        self.assertEqual(
            act.line_ids.mapped("price_subtotal"),
            order.order_line.mapped("price_subtotal"),
        )
        self.close_works(visit.request_id)
        invoice = self.get_invoices(visit.request_id)
        self.assertEqual(len(invoice), 1)
        self.assertEqual(act.amount_untaxed, invoice.amount_untaxed)
        self.assertEqual(act.amount_tax, invoice.amount_tax)
        self.assertEqual(act.amount_total, invoice.amount_total)
        sums = {line.product_id: line.price_subtotal for line in act.line_ids}
        self.assertEqual(
            sums,
            {
                line.product_id: line.price_subtotal
                for line in invoice.invoice_line_ids
                if line.product_id
            },
        )

    def test_many_drafts_are_filled_in_constant_queries(self):
        values = {
            "type_id": self.env.ref("service_crm.document_type_act").id,
            "work_order_id": self.visit.id,
            "request_id": self.visit.request_id.id,
            "order_id": self.visit.order_id.id,
            "partner_id": self.customer.id,
            "company_id": self.ours.id,
        }
        model = self.env["service.document"]
        model.create([values] * 2)
        counts = []
        for count in (5, 25):
            papers = model.create([values] * count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            papers._update_from_source()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 5, counts)

    def test_a_paper_that_cannot_follow_stops_nobody(self):
        good, bad = (self.build_paper("act", self.visit) for _i in range(2))
        self.visit.line_ids[0].quantity_done = 4
        update = type(good)._update_from_source

        def fail(papers):
            if bad in papers:
                raise UserError(self.env._("The paper is torn"))
            return update(papers)

        with (
            patch.object(type(good), "_update_from_source", fail),
            self.assertLogs("odoo.addons.service_crm", "WARNING"),
        ):
            self.env["service.document"]._follow_visits(self.visit)
        self.assertEqual(good.line_ids[0].quantity, 4)
        self.assertEqual(bad.line_ids[0].quantity, 2)

    def test_a_window_ends_after_it_begins(self):
        paper = self.build_paper("delivery_order", self.visit)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            paper.write(
                {
                    "delivery_from": "2026-11-24 10:00:00",
                    "delivery_to": "2026-11-24 09:00:00",
                }
            )
            paper.flush_recordset()

    def test_a_question_belongs_to_one(self):
        kind = self.env.ref("service_crm.document_type_questionnaire")
        paper = self.build_paper("questionnaire", self.visit)
        for owners in ({}, {"type_id": kind.id, "document_id": paper.id}):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env["service.document.question"].create(
                    {"name": "Как дела?", **owners}
                )

    def test_quantities_and_windows_as_people_write_them(self):
        paper = self.build_paper("act", self.visit)
        russian = paper.with_context(lang="ru_RU")
        for quantity, english, text in (
            (2, "2", "2"),
            (0.25, "0.25", "0,25"),
            (1200, "1,200", "1 200"),
            (0, "0", "0"),
            (10.10, "10.1", "10,1"),
        ):
            self.assertEqual(paper._format_paper_quantity(quantity), english)
            found = russian._format_paper_quantity(quantity)
            self.assertEqual(found.replace("\N{NO-BREAK SPACE}", " "), text)
        start = self.visit.date_start
        window = paper._format_paper_window(start, start.replace(day=25))
        self.assertEqual(window, "November 24, 2026, 09:00 – November 25, 2026, 09:00")
        self.assertEqual(
            paper._format_paper_window(start, False), "November 24, 2026, 09:00"
        )
        self.assertEqual(paper._format_paper_window(False, False), "")
        self.assertEqual(paper._format_paper_date(date(2026, 1, 2)), "January 2, 2026")

    def test_sums_in_words(self):
        for amount, currency, lang, words in (
            (0, "RUB", "ru_RU", "Ноль рублей 00 копеек"),
            (1, "RUB", "ru_RU", "Один рубль 00 копеек"),
            (21.01, "RUB", "ru_RU", "Двадцать один рубль 01 копейка"),
            (2002.02, "RUB", "ru", "Две тысячи два рубля 02 копейки"),
            ("1000000.00", "EUR", "ru_RU", "Один миллион евро 00 центов"),
            (5.5, "USD", "en_US", "Five dollars 50 cents"),
            (-7, "USD", "en_US", "− Seven dollars 00 cents"),
            (1, "XXX", "ru_RU", None),
        ):
            with self.subTest(amount=amount, currency=currency):
                found = amount_in_words(amount, currency, lang)
                self.assertEqual(found, words)
        paper = self.build_paper("act", self.visit).with_context(lang="ru_RU")
        dinar = self.env["res.currency"].create(
            {"name": "XTD", "symbol": "d", "rounding": 0.001}
        )
        self.assertEqual(paper._get_paper_words(2, dinar), dinar.amount_to_text(2))

    def test_an_address_in_a_picture_for_the_phone(self):
        code = make_qr_svg("https://service.example.com/service/r/1/abc#rate")
        self.assertTrue(code.startswith("<svg "))
        self.assertGreater(code.count("h1v1h-1z"), 200)

    def test_requisites_leave_out_what_is_not_known(self):
        bare = self.env["res.partner"].create({"name": "Иванов"})
        self.assertEqual(bare._get_paper_requisites(), [])
        self.assertEqual(bare._get_paper_letterhead(), [])
        abroad = self.env["res.partner"].create(
            {
                "name": "Alfa GmbH",
                "is_company": True,
                "street": "Hauptstr. 1",
                "city": "Bonn",
                "country_id": self.env.ref("base.de").id,
                "vat": "DE462612124",
            }
        )
        lines = abroad.with_company(self.ours)._get_paper_requisites()
        self.assertEqual(lines[0], [("", "Hauptstr. 1, Bonn, Germany")])
        self.assertEqual(lines[1][0][1], "DE462612124")
        ours = self.ours.partner_id.with_company(self.ours)._get_paper_requisites()
        self.assertNotIn("Russian", str(ours))

    def test_a_colour_that_is_none_does_not_break_the_page(self):
        self.assertEqual(self.ours._get_paper_color(), "#0b5a7a")
        for wrong in (False, "red; background: url(x)", "#12"):
            self.ours.primary_color = wrong
            self.assertEqual(self.ours._get_paper_color(), "#1d2127")
