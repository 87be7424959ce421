from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import requirement
from .common_money import MoneyCommon
from .common_tender import TODAY, TenderCommon


class TestTender(TenderCommon, MoneyCommon):
    """Starting price with its reasons, bids of all, ways to the deal and back."""

    def as_manager(self, record):
        return record.with_user(self.user_manager)

    def build_earlier_order(self, product, price, day, **values):
        """A confirmed service order of the past."""
        request = self.build_agreed_request(product)
        order = request.order_ids
        order.write({"date_order": day, **values})
        order.order_line.price_unit = price
        return order

    # -- starting price

    @requirement("R192")
    def test_three_offers_and_history_make_an_explained_price(self):
        earlier = self.build_earlier_order(
            self.inspection, 100, datetime(2025, 11, 20, 9)
        )
        tender = self.build_tender({self.inspection: (110, 120, 115)}, price_growth=8)
        self.as_manager(tender).action_start_monitoring()
        line = tender.line_ids
        history = line.offer_ids.filtered(lambda offer: offer.kind == "contract")
        self.assertEqual(history.sale_line_id, earlier.order_line)
        self.assertEqual(history.price, 100)
        self.assertEqual(history.source, f"{earlier.name}, Alfa LLC")
        self.assertEqual(history.partner_id, self.env.company.partner_id)
        # 12 months at 8 % a year: 108; (110 + 120 + 115 + 108) / 4
        self.assertEqual(line.starting_price, 113.25)
        self.assertEqual(line.amount, 226.5)
        self.assertEqual(tender.starting_price, 226.5)
        self.assertEqual(line.variation, 4.75)
        self.assertFalse(tender.is_doubtful)
        words = self.as_manager(line).explanation
        for part in (
            "113.25",
            "110.00",
            "ООО «Бета»",
            f"our order {earlier.name}, Alfa LLC",
            "100.00\N{NO-BREAK SPACE}× 1.0800",
            "12 months at 8.0 % a year",
            "108.00",
            "4.75 %, not more than 33 %",
        ):
            plain = words.replace("$", "").replace("€", "").replace("\xa0", " ")
            self.assertIn(part.replace("\xa0", " "), plain.replace("  ", " "))

    @requirement("R192")
    def test_few_and_scattered_prices_are_warned_of(self):
        cable = self.build_product("Кабель", 5)
        lamp = self.build_product("Lamp", 5)
        tender = self.build_tender(
            {self.inspection: (100, 120), cable: (100, 200, 300), lamp: ()}
        )
        few, scattered, none = tender.line_ids
        self.assertEqual(tender.line_ids.mapped("is_doubtful"), [True, True, True])
        self.assertEqual(tender.line_ids.mapped("is_scattered"), [False, True, False])
        self.assertIn("Fewer than 3 prices", few.explanation)
        self.assertIn("50.00 %, more than 33 %", scattered.explanation)
        self.assertIn("No price yet", none.explanation)
        self.assertEqual(none.starting_price, 0)
        for part in ("1 without any price", "1 with fewer than 3", "1 whose prices"):
            self.assertIn(part, tender.doubts)
        # What cannot be compared is left out, in place of being deleted.
        scattered.offer_ids.filtered(lambda offer: offer.price == 300).is_used = False
        self.assertEqual(scattered.starting_price, 150)
        self.assertEqual(scattered.price_count, 2)

    def test_price_in_another_currency_counts_in_that_of_the_tender(self):
        other = self.env["res.currency"].create(
            {
                "name": "TDR",
                "symbol": "T",
                "rate_ids": [
                    Command.create({"name": "2026-01-01", "rate": 4.0}),
                ],
            }
        )
        tender = self.build_tender({self.inspection: (100,)})
        tender.offer_ids.create(
            {
                "line_id": tender.line_ids.id,
                "price": 480,
                "currency_id": other.id,
                "date": TODAY,
            }
        )
        self.assertEqual(tender.line_ids.starting_price, 110)

    def test_earlier_price_in_another_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.build_earlier_order(self.hinge, 10, datetime(2026, 11, 1))
        order.order_line.product_uom_id = dozen
        order.order_line.price_unit = 120
        tender = self.build_tender({self.hinge: ()})
        tender.action_start_monitoring()
        self.assertEqual(tender.offer_ids.price, 10)

    def test_history_is_taken_once_and_of_the_own_company_only(self):
        other = self.env["res.company"].create({"name": "Другая фирма"})
        self.build_earlier_order(self.inspection, 100, datetime(2026, 10, 1))
        old = self.build_earlier_order(self.inspection, 50, datetime(2020, 1, 1))
        tender = self.build_tender({self.inspection: ()})
        foreign = self.build_tender(company_id=other.id)
        foreign.line_ids.create(
            {"tender_id": foreign.id, "product_id": self.inspection.id}
        )
        both = tender | foreign
        both.action_start_monitoring()
        self.assertEqual(tender.offer_ids.mapped("price"), [100])
        self.assertFalse(foreign.offer_ids)
        self.assertNotIn(old.order_line, tender.offer_ids.sale_line_id)
        both.action_take_earlier_prices()
        self.assertEqual(tender.offer_count, 1)

    def test_history_costs_as_many_queries_for_one_item_as_for_ten(self):
        counts = []
        for number in (1, 1, 10):  # the first one fills the caches
            products = [self.build_product(f"P{number}{i}") for i in range(number)]
            for product in products:
                self.build_earlier_order(product, 10, datetime(2026, 10, 1))
            tender = self.build_tender(dict.fromkeys(products, (9, 10)))
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            tender.line_ids._add_earlier_prices()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])

    def test_wrong_input_is_refused(self):
        tender = self.build_tender({self.inspection: (100,)})
        for model, values in (
            ("service.tender.offer", {"line_id": tender.line_ids.id, "price": 0}),
            ("service.tender.offer", {"line_id": tender.line_ids.id, "price": -5}),
            (
                "service.tender.line",
                {"tender_id": tender.id, "name": "Осмотр", "quantity": 0},
            ),
            ("service.tender.bid", {"tender_id": tender.id, "is_own": 1, "amount": 0}),
        ):
            with (
                self.subTest(model=model, values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env[model].create(values)

    # -- bids and result

    @requirement("R193")
    def test_all_bids_with_the_winner_on_the_card(self):
        tender = self.build_tender({self.inspection: (100, 110, 120)})
        beta = self.build_partner(name="ООО «Бета»", is_company=True)
        with Form(self.as_manager(tender)) as form:
            with form.bid_ids.new() as bid:
                bid.is_own = True
                bid.amount = 205
            with form.bid_ids.new() as bid:
                bid.partner_id = beta
                bid.amount = 198
        self.as_manager(tender).action_place_bid()
        own, other = tender.bid_ids.sorted("is_own", reverse=True)
        self.assertEqual(own.partner_id, self.env.company.partner_id)
        self.assertEqual((other.place, own.place), (1, 2))
        self.assertEqual(other.difference, 10.0)
        self.as_manager(other).action_set_winner()
        self.assertEqual(tender.state, "lost")
        self.assertEqual((tender.winner_id, tender.own_amount), (beta, 205))
        self.assertEqual(tender.bid_ids.mapped("is_winner"), [True, False])
        self.assertTrue(tender.date_result)
        # What the card shows, read as everybody who may see it.
        for role in ("operator", "dispatcher", "manager"):
            card = tender.with_user(self.users[role]).read(["winner_id", "bid_ids"])
            self.assertEqual(len(card[0]["bid_ids"]), 2)
        # Entered by mistake: taken back, and ours won.
        self.as_manager(tender).action_reopen()
        self.assertFalse(tender.winner_id)
        self.as_manager(tender).action_set_won()
        self.assertEqual((tender.state, tender.winner_id), ("won", own.partner_id))

    def test_steps_say_what_is_missing(self):
        tender = self.build_tender({self.inspection: (100,)})
        with self.assertRaisesRegex(UserError, "no bid of ours"):
            tender.action_place_bid()
        bid = self.build_bid(tender, 100)
        with self.assertRaisesRegex(UserError, "“Won” can only follow: Bid placed"):
            tender.action_set_won()
        with self.assertRaisesRegex(ValidationError, "result"):
            bid.is_winner = True
        beta = self.build_bid(tender, 90, self.customer)
        tender.action_place_bid()
        (bid | beta)[0].action_set_winner()
        with self.assertRaisesRegex(UserError, "can only follow"):
            beta.action_set_winner()
        self.assertEqual(tender.winner_id, bid.partner_id)

    def test_two_bids_of_ours_and_two_of_one_participant_are_refused(self):
        tender = self.build_tender()
        self.build_bid(tender, 100)
        self.build_bid(tender, 90, self.customer)
        for values in (
            {"is_own": True, "partner_id": self.company_customer.id},
            {"partner_id": self.customer.id},
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env["service.tender.bid"].create(
                    {"tender_id": tender.id, "amount": 1, **values}
                )

    def test_entering_a_state_is_seen_by_automation(self):
        tender = self.build_tender({self.inspection: (100,)})
        tender.action_start_monitoring()
        self.env.cr.flush()
        self.assertEqual(self.get_entries_of(tender), ["open", "monitoring"])

    def get_entries_of(self, tender):
        return (
            self.env["service.phase.log"]
            .search(
                [("res_model", "=", tender._name), ("res_id", "=", tender.id)],
                order="id",
            )
            .mapped("value")
        )

    # -- ways

    @requirement("R191")
    def test_tender_prices_deal_contract_and_back(self):
        tender = self.build_tender({self.inspection: (100, 110, 120)})
        manager = self.as_manager(tender)
        # Tender → price monitoring → tender
        prices = manager.action_view_offers()
        offers = self.env[prices["res_model"]].search(prices["domain"])
        self.assertEqual(offers, tender.offer_ids)
        self.assertEqual(self.follow(self.as_manager(offers[0]), "open_tender"), tender)
        # Tender → deal: nothing is written until it is saved, its items are there
        action = manager.action_view_requests()
        context = {k: v for k, v in action["context"].items() if k != "search_default"}
        with Form(
            self.env["crm.lead"].with_user(self.user_manager).with_context(**context)
        ) as form:
            pass
        request = form.save()
        self.assertEqual(request.tender_id, tender)
        self.assertEqual(request.request_line_ids.product_id, self.inspection)
        self.assertEqual(request.request_line_ids.quantity, 2)
        self.assertEqual(manager.action_view_requests()["res_id"], request.id)
        # Deal → tender, deal → prices; quotation → tender
        self.assertEqual(self.follow(request, "open_tender"), tender)
        self.assertEqual(
            request.action_view_tender_prices()["domain"], prices["domain"]
        )
        request = request.sudo()
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "opportunity_id": request.id}
        )
        self.assertEqual(manager.action_view_orders()["res_id"], order.id)
        self.assertEqual(self.follow(self.as_manager(order), "open_tender"), tender)
        # Tender → contract → tender
        contract = self.env["service.contract"].create(
            {
                "subject": "Лифты",
                "partner_id": self.company_customer.id,
                "tender_id": tender.id,
            }
        )
        self.assertEqual(manager.action_view_contracts()["res_id"], contract.id)
        self.assertEqual(self.follow(self.as_manager(contract), "open_tender"), tender)

    @requirement("R191")
    def test_progress_and_readiness_of_papers_follow_the_roles(self):
        tender = self.build_tender({self.inspection: (100,)})
        request = self.build_request(tender_id=tender.id, partner_id=self.customer.id)
        kind = self.env["service.document.type"].create({"name": "Лицензия"})
        draft, issued, cancelled = self.env["service.document"].create(
            [
                {"type_id": kind.id, "tender_id": tender.id},
                {"type_id": kind.id, "request_id": request.id},
                {"type_id": kind.id, "tender_id": tender.id},
            ]
        )
        issued.write({"state": "issued"})
        cancelled.write({"state": "cancelled"})
        for role in ("operator", "manager", "dispatcher"):
            with self.subTest(role=role):
                seen = tender.with_user(self.users[role])
                self.assertEqual(seen.document_count, 2)
                self.assertEqual(seen.document_ready_count, 1)
                self.assertEqual(seen.document_progress, 50)
                self.assertEqual(seen.documents_missing, "Лицензия")
                self.assertEqual(seen.request_count, 1)
                self.assertEqual(seen.sale_progress, request.stage_id.name)
                found = seen.action_view_documents()
                self.assertEqual(
                    self.env["service.document"].search(found["domain"]),
                    draft | issued | cancelled,
                )
            tender.invalidate_recordset()
        with self.assertRaises(AccessError):
            tender.with_user(self.user_performer).read(["subject"])

    def test_counts_cost_as_many_queries_for_one_tender_as_for_ten(self):
        counts = []
        for number in (1, 1, 10):  # the first one fills the caches
            tenders = self.env["service.tender"]
            for _index in range(number):
                tender = self.build_tender({self.inspection: (100,)})
                self.build_request(tender_id=tender.id)
                tenders |= tender
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            tenders.with_user(self.user_manager).read(
                ["offer_count", "request_count", "document_progress", "sale_progress"]
            )
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Другая фирма"})
        tender = self.build_tender({self.inspection: (100,)}, company_id=other.id)
        self.build_bid(tender, 90, self.customer)
        for records in (tender, tender.line_ids, tender.offer_ids, tender.bid_ids):
            with self.subTest(model=records._name), self.assertRaises(AccessError):
                self.as_manager(records).read(["id", "create_date"])

    def test_numbers_are_given_in_a_batch(self):
        tenders = self.build_tender() | self.build_tender()
        self.assertEqual(len(set(tenders.mapped("name"))), 2)
        self.assertTrue(all(name.startswith("TN/") for name in tenders.mapped("name")))

    def test_merged_requests_stay_the_deal_of_the_tender(self):
        tender = self.build_tender()
        values = {"partner_id": self.customer.id, "type": "opportunity"}
        first = self.build_request(**values)
        second = self.build_request(tender_id=tender.id, **values)
        merged = (first | second).merge_opportunity()
        self.assertEqual(merged.tender_id, tender)

    def follow(self, record, way):
        """The record a button leads to."""
        action = getattr(record, f"action_{way}")()
        return self.env[action["res_model"]].browse(action["res_id"])


class TestTenderPriceRule(TenderCommon):
    """The recomputation follows what the price depends on."""

    def test_recomputed_with_day_and_growth(self):
        product = self.build_product("Осмотр")
        tender = self.build_tender({product: (100, 100, 100)})
        self.assertEqual(tender.starting_price, 200)
        tender.write({"price_date": date(2028, 11, 22), "price_growth": 10})
        self.assertEqual(tender.line_ids.starting_price, 121)
        self.assertEqual(tender.starting_price, 242)
