"""Whom, when and what price rules are about; what they refuse; what they cost."""

from datetime import datetime
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import mute_logger

from .common import requirement
from .test_price_rules import PriceRuleCommon

# By the clock of Moscow, UTC+3: Wednesday 10:00, Saturday 12:00, Thursday 2:00.
WEDNESDAY = datetime(2026, 11, 25, 7)
SATURDAY = datetime(2026, 11, 28, 9)
NIGHT = datetime(2026, 11, 25, 23)


class TestPriceRuleConditions(PriceRuleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.tz = "Europe/Moscow"
        calendar = cls.env["resource.calendar"].create(
            {"name": "40 часов", "tz": "Europe/Moscow"}
        )
        cls.env.company.resource_calendar_id = calendar
        cls.build_line(cls.request, cls.repair)

    def get_total(self, **values):
        """The price of the request after a change, as the dispatcher makes it."""
        self.request.with_user(self.user_dispatcher).write(values)
        return self.request.service_amount_total

    def get_reason(self, rule):
        """Why a rule was not applied, as the trial tells; empty when it was."""
        trial = (
            self.env["service.price.rule.try"]
            .with_user(self.user_dispatcher)
            .create({"request_id": self.request.id})
        )
        row = trial.line_ids.filtered(lambda row: row.rule_id == rule)
        self.assertEqual(len(row), 1)
        self.assertEqual(row.is_applied, not row.reason)
        return row.reason or ""

    def test_weekend_by_the_clock_of_the_customer(self):
        rule = self.build_rule("Выходной", percent=50, sat=True, sun=True)
        self.assertEqual(self.get_reason(rule), "No time of the visit yet")
        self.assertEqual(self.get_total(wished_start=WEDNESDAY), 1000)
        self.assertEqual(self.get_reason(rule), "Not on its days of the week")
        self.assertEqual(self.get_total(wished_start=SATURDAY), 1500)
        # Friday 22:00 UTC is Saturday 1:00 in Moscow
        self.assertEqual(self.get_total(wished_start=datetime(2026, 11, 27, 22)), 1500)

    def test_night_goes_over_midnight(self):
        self.build_rule("Ночь", percent=50, hour_from=22, hour_to=6)
        for moment, total in (
            (WEDNESDAY, 1000),
            (NIGHT, 1500),
            (datetime(2026, 11, 25, 19), 1500),  # 22:00
            (datetime(2026, 11, 25, 18, 59), 1000),
            (datetime(2026, 11, 26, 3), 1000),  # 6:00
        ):
            self.assertEqual(self.get_total(wished_start=moment), total, moment)

    def test_outside_working_hours_and_on_holidays_by_the_calendar(self):
        outside = self.build_rule("Нерабочее время", percent=50, day="outside")
        holiday = self.build_rule("Праздник", percent=100, day="holiday")
        self.build_rule("Рабочее время", percent=1, day="working")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Праздник",
                "calendar_id": self.env.company.resource_calendar_id.id,
                "date_from": datetime(2026, 12, 2, 21),
                "date_to": datetime(2026, 12, 3, 20, 59),
            }
        )
        self.assertEqual(self.get_total(wished_start=WEDNESDAY), 1010)
        self.assertEqual(self.get_reason(outside), "Not its kind of day")
        self.assertEqual(self.get_total(wished_start=NIGHT), 1500)
        on_holiday = datetime(2026, 12, 3, 9)
        self.assertEqual(self.get_total(wished_start=on_holiday), 2500)
        group = self.env["service.price.rule.group"].create(
            {"name": "Время", "choice": "highest"}
        )
        (outside | holiday).group_id = group
        self.request._update_prices()
        self.assertEqual(self.request.service_amount_total, 2000)
        self.assertEqual(self.get_reason(outside), "“Праздник” counts instead")
        group.choice = "best"
        self.request._update_prices()
        self.assertEqual(self.request.service_amount_total, 1500)

    def test_the_planned_visit_counts_before_the_wish(self):
        self.build_rule("Выходной", percent=50, sat=True, sun=True)
        self.assertEqual(self.get_total(wished_start=WEDNESDAY), 1000)
        visit = self.build_work_order(
            request_id=self.request.id,
            date_start=SATURDAY,
            date_end=datetime(2026, 11, 28, 11),
        )
        self.assertEqual(self.request.service_amount_total, 1500)
        visit.write({"date_start": WEDNESDAY, "date_end": datetime(2026, 11, 25, 9)})
        self.assertEqual(self.request.service_amount_total, 1000)

    def test_segments_fixed_and_by_condition(self):
        segment = self.env["service.segment"]
        fixed = segment.create(
            {"name": "Соседи", "partner_ids": self.company_customer.ids}
        )
        found = segment.create(
            {"name": "Тверь", "kind": "domain", "domain": "[('city', '=', 'Тверь')]"}
        )
        neighbours = self.build_rule(
            "Соседям", kind="discount", percent=10, segment_ids=fixed.ids
        )
        self.build_rule("Тверским", kind="discount", percent=5, segment_ids=found.ids)
        self.request._update_prices()
        # the contact belongs where its company does
        self.assertEqual(self.request.service_amount_total, 900)
        self.customer.with_user(self.user_manager).city = "Тверь"
        self.request._update_prices()
        self.assertEqual(self.request.service_amount_total, 850)
        self.assertIn(self.customer, found.partner_ids)
        self.assertEqual(found.partner_count, len(found.partner_ids))
        self.customer.city = "Клин"
        self.assertNotIn(self.customer, found.partner_ids)
        self.company_customer.service_segment_ids = False
        self.assertIn("segments", self.get_reason(neighbours))
        with self.assertRaisesRegex(UserError, "Тверским"):
            found.unlink()

    def test_segment_conditions_are_checked_and_kept_up_to_date(self):
        segment = self.env["service.segment"]
        for domain in ("[('no_such_field', '=', 1)]", "[('city',", "__import__('os')"):
            values = {"name": "Ошибка", "kind": "domain", "domain": domain}
            with (
                self.assertRaisesRegex(ValidationError, "Choose it again"),
                self.cr.savepoint(),
            ):
                segment.create(values)
        values = {"kind": "domain", "domain": "[('city', '=', 'Псков')]"}
        found = segment.create({"name": "Псков", **values})
        partners = self.env["res.partner"].create(
            [{"name": f"Клиент {n}", "city": "Псков"} for n in range(3)]
        )
        self.assertEqual(found.partner_ids, partners)
        partners[0].active = False
        self.env.flush_all()
        segment._cron_refresh()
        self.assertEqual(found.partner_ids, partners[1:])
        found.domain = "[('city', '=', 'Тула')]"
        self.assertFalse(found.partner_ids)

    def test_a_segment_does_not_tell_what_its_author_may_not_read(self):
        """Members found by a passport would tell the passport, letter by letter."""
        self.customer.passport_number = "4510 123456"
        segment = self.env["service.segment"].with_user(self.user_admin)
        for domain in (
            "[('passport_number', '=like', '45%')]",
            "[('child_ids.passport_number', '=like', '45%')]",
            "[('child_ids', 'any', [('passport_number', '!=', False)])]",
            "[('id', '=', 'abc')]",
        ):
            values = {"name": "Паспорт", "kind": "domain", "domain": domain}
            with (
                self.subTest(domain=domain),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(ValidationError, "Choose it again"),
                self.cr.savepoint(),
            ):
                segment.create(values)
        own = segment.create({"name": "Псков", "kind": "domain", "domain": "[]"})
        self.assertIn(self.customer, own.partner_ids)
        with self.assertRaisesRegex(ValidationError, "Choose it again"):
            own.domain = "[('passport_number', '=like', '45%')]"

    def test_a_segment_that_lost_its_field_stops_no_customer(self):
        values = {"name": "Псков", "kind": "domain", "domain": "[('city', '=', 'П')]"}
        segment = self.env["service.segment"].create(values)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE service_segment SET domain = %s WHERE id = %s",
            ["[('gone_with_its_addon', '=', 1)]", segment.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        with self.assertLogs("odoo.addons.service_crm.models.service_segment"):
            self.customer.city = "Псков"

    def test_items_categories_and_volumes(self):
        lifts = self.build_category("Лифты")
        doors = self.env["service.category"].create(
            {"name": "Двери", "parent_id": lifts.id}
        )
        self.repair.service_category_id = doors
        self.build_rule(
            "Лифты", level="line", category_ids=lifts.ids, percent=10, show_as="price"
        )
        self.build_rule(
            "Опт",
            level="line",
            kind="discount",
            percent=20,
            line_kind="material",
            minimum_quantity=10,
        )
        roller = self.build_line(self.request, self.roller, quantity=5)
        repair = self.request.request_line_ids - roller
        self.assertEqual(repair.price_unit, 1100)
        self.assertEqual((roller.price_unit, roller.discount), (200, 0))
        roller.quantity = 10
        self.assertEqual((roller.price_unit, roller.discount), (200, 20))
        self.assertEqual(self.request.service_amount_total, 2700)

    def test_contracts_and_teams(self):
        rule = self.build_rule("Без договора", contract="without")
        self.build_rule(
            "Другая служба",
            method="fixed",
            amount=70,
            team_ids=self.env["crm.team"].create({"name": "Б", "is_service": True}).ids,
        )
        contract = self.env["service.contract"].create(
            {"subject": "Лифты", "partner_id": self.company_customer.id}
        )
        self.request._update_prices()
        self.assertEqual(self.request.service_amount_total, 1300)
        self.assertEqual(self.get_total(contract_id=contract.id), 1000)
        self.assertEqual(self.get_reason(rule), "Not the right contract")

    def test_other_companies_have_rules_of_their_own(self):
        other = self.env["res.company"].create({"name": "Филиал"})
        self.build_rule("Филиал", company_id=other.id)
        self.build_rule("Все", percent=10, company_id=False)
        self.request._update_prices()
        self.assertEqual(self.request.service_amount_total, 1100)

    def test_formulas_with_units_and_mistakes_in_them(self):
        kilometre = self.env.ref("uom.product_uom_km")
        distance = self.build_parameter("distance", "number", uom_id=kilometre.id)
        rule = self.build_rule(
            "Выезд за город",
            method="formula",
            formula="max(0, (distance - 20 km) / 1 km) * 15",
        )
        self.request._update_prices()
        self.assertEqual(self.get_reason(rule), "Not answered yet: distance")
        self.answer(self.request, distance, 30)
        self.assertEqual(self.request.service_amount_total, 1150)
        self.answer(self.request, distance, 20)
        self.assertEqual(self.request.service_amount_total, 1000)
        self.assertEqual(self.get_reason(rule), "Comes to nothing")
        with self.assertRaisesRegex(ValidationError, "not an amount of money"):
            rule.formula = "distance * 2"
        with self.assertRaisesRegex(ValidationError, "no parameter “distanse”"):
            rule.formula = "distanse / 1 km"
        with self.assertRaisesRegex(ValidationError, "can not be added"):
            rule.formula = "distance + 5"
        rule.formula = "100 / (distance / 1 km - 20)"
        result = self.request._apply_price_rules(self.request._prepare_price_plan())
        self.assertIn("divided by 0", result[self.request].errors[0])
        with self.assertRaisesRegex(UserError, "Выезд за город"):
            distance.active = False

    def test_wrong_rules_are_refused_in_words(self):
        for values, words in (
            ({"kind": "minimum", "percent": 5}, "fixed amount or a formula"),
            ({"percent": 0}, "enter the percentage"),
            ({"method": "fixed"}, "enter the amount"),
            ({"method": "formula"}, "enter the formula"),
            ({"show_as": "line", "product_id": False}, "choose the product"),
            ({"condition": "amount"}, "condition is needed"),
        ):
            with self.assertRaisesRegex(ValidationError, words), self.cr.savepoint():
                self.build_rule("Ошибка", **values)
        for values in (
            {"kind": "discount", "percent": 101},
            {"percent": -1},
            {"method": "fixed", "amount": -5},
            {"date_from": "2026-12-02", "date_to": "2026-12-01"},
            {"hour_from": 25},
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.build_rule("Ошибка", **values)

    def test_a_rule_reads_as_a_sentence(self):
        self.build_parameter("lift").name = "Лифт"
        rule = self.build_rule(
            "Без лифта",
            percent=12.5,
            level="line",
            sat=True,
            hour_from=22,
            hour_to=6,
            condition="not lift",
            segment_ids=self.env["service.segment"].create({"name": "Соседи"}).ids,
        )
        self.assertEqual(
            rule.sentence,
            "Add 12.5 % for each service, on Saturday, 22:00 to 6:00, "
            "only Соседи, when not “Лифт”",
        )

    @requirement("R242")
    def test_tax_of_germany_and_romania(self):
        company = self.env.company
        tax = self.env["account.tax"].create(
            {"name": "НДС 20%", "amount": 20, "type_tax_use": "sale"}
        )
        self.repair.taxes_id = tax
        abroad = {}
        for code, rate in (("de", 19), ("ro", 21)):
            country = self.env.ref(f"base.{code}")
            position = self.env["account.fiscal.position"].create(
                {
                    "name": country.name,
                    "auto_apply": True,
                    "country_id": country.id,
                    "company_id": company.id,
                }
            )
            abroad[country] = (
                position,
                self.env["account.tax"].create(
                    {
                        "name": f"MwSt {rate}%",
                        "amount": rate,
                        "type_tax_use": "sale",
                        "country_id": tax.country_id.id,
                        "fiscal_position_ids": [Command.link(position.id)],
                        "original_tax_ids": [Command.link(tax.id)],
                    }
                ),
            )
        self.build_rule("Срочно", percent=10)
        for country, (position, local_tax) in abroad.items():
            partner = self.build_partner(country.name, country_id=country.id)
            request = self.build_price_request()
            request.partner_id = partner
            self.build_line(request, self.repair)
            self.assertEqual(request.request_line_ids.tax_ids, local_tax)
            self.assertEqual(request.service_amount_tax, 11 * local_tax.amount)
            request.with_user(self.user_dispatcher).action_make_quotation()
            order = request.service_quotation_id
            self.assertEqual(order.fiscal_position_id, position)
            self.assertEqual(order.order_line.tax_ids, local_tax)
            self.assertEqual(order.amount_tax, 11 * local_tax.amount)

    def test_margin_is_for_those_who_may_see_it(self):
        self.repair.standard_price = 400
        self.request._update_prices()
        seen = self.request.with_user(self.user_manager)
        self.assertEqual((seen.service_cost, seen.service_margin), (400, 600))
        self.assertEqual(seen.service_margin_percent, 0.6)
        self.assertEqual(seen.request_line_ids.margin, 600)
        for user in (self.user_operator, self.user_dispatcher, self.user_performer):
            for records, name in (
                (self.request, "service_margin"),
                (self.request, "service_cost"),
                (self.request.request_line_ids, "margin"),
                (self.request.request_line_ids, "cost_unit"),
            ):
                with self.assertRaises(AccessError):
                    records.with_user(user).read([name])

    def test_without_a_rule_that_may_count_there_is_no_query(self):
        self.build_rule(
            "Другая служба",
            condition="amount > 5",
            sat=True,
            team_ids=self.env["crm.team"].create({"name": "Б", "is_service": True}).ids,
        )
        plan = self.request._prepare_price_plan()
        self.request._apply_price_rules(plan)
        with self.assertQueryCount(0):
            self.request._apply_price_rules(plan)

    def test_queries_do_not_grow_with_the_requests(self):
        segment = self.env["service.segment"].create(
            {"name": "Все", "partner_ids": self.customer.ids}
        )
        self.build_parameter("give_discount")
        self.build_rule("Скидка", kind="discount", percent=5, condition="give_discount")
        self.build_rule("Выходной", sat=True, day="outside")
        self.build_rule("Сегмент", segment_ids=segment.ids)
        counts = []
        for size in (2, 12):
            requests = self.env["crm.lead"].union(
                *(self.build_price_request(wished_start=SATURDAY) for _n in range(size))
            )
            for request in requests:
                self.build_line(request, self.repair)
            self.env.flush_all()
            self.env.invalidate_all()
            plans = requests._prepare_price_plan()
            before = self.env.cr.sql_log_count
            requests._apply_price_rules(plans)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_rules_are_compiled_once(self):
        rule = self.build_rule()
        self.request._update_prices()
        model = type(self.env["service.price.rule"])
        with patch.object(
            model, "_prepare_compiled", side_effect=AssertionError("again")
        ):
            self.request._update_prices()
        rule.percent = 40
        self.request._update_prices()
        self.assertEqual(self.request.service_amount_total, 1400)

    def test_a_surcharge_is_delivered_with_the_works(self):
        self.team.write({"approval_customer": False, "approval_manager": False})
        self.build_rule("Срочно", percent=30)
        self.build_rule("Выезд", method="fixed", amount=100)
        self.request.request_line_ids.filtered("product_id").quantity = 2
        self.request.with_user(self.user_dispatcher).action_make_quotation()
        order = self.request.service_quotation_id
        order.action_confirm()
        work = order.order_line.filtered(lambda line: not line.price_rule_id)
        urgent, fee = (
            order.order_line.filtered(lambda line, name=name: line.name == name)
            for name in ("Срочно", "Выезд")
        )
        visit = self.build_work_order(
            request_id=self.request.id,
            order_id=order.id,
            performer_id=self.performer.id,
            line_ids=[
                Command.create(
                    {
                        "sale_line_id": work.id,
                        "name": work.name,
                        "quantity_planned": 2,
                        "quantity_done": 1,
                    }
                )
            ],
        )
        self.assertEqual((urgent.qty_delivered, fee.qty_delivered), (0, 0))
        visit.state = "done"
        self.assertEqual(work.qty_delivered, 1)
        self.assertEqual((urgent.qty_delivered, fee.qty_delivered), (0.5, 1))
        visit.line_ids.quantity_done = 2
        self.assertEqual((urgent.qty_delivered, fee.qty_delivered), (1, 1))
        self.assertNotIn("Срочно", visit.line_ids.mapped("name"))

    def test_a_copied_request_is_priced_anew(self):
        self.build_rule("Срочно", percent=30)
        self.build_line(self.request, self.roller, price_unit=150)
        copy = self.request.copy()
        self.assertEqual(len(copy.request_line_ids), 3)
        self.assertEqual(copy.service_amount_total, self.request.service_amount_total)
        self.assertEqual(len(copy.request_line_ids.filtered("price_rule_id")), 1)
