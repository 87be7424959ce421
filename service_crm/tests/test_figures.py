from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import requirement
from .common_money import MoneyCommon
from .common_offer import OfferCommon


@tagged("post_install", "-at_install")
class TestOfferFigures(OfferCommon):
    """Offers by item: offered, accepted, refused, conversion and versions."""

    def get_rows(self, requests, user=None):
        """Rows of these requests as a user sees them."""
        report = self.env["service.offer.report"].with_user(user or self.user_manager)
        return report.search([("request_id", "in", requests.ids)], order="id")

    def read_result(self, requests):
        """``{product: (result, offered amount, accepted amount, versions)}``"""
        return {
            row.product_id: (
                row.result,
                row.amount_offered,
                row.amount_accepted,
                row.version_count,
            )
            for row in self.get_rows(requests)
        }

    def test_open_accepted_and_refused_items(self):
        order = self.send()
        self.assertEqual(
            self.read_result(self.request)[self.inspection], ("open", 360, 0, 1)
        )
        self.refine(order)
        doors = self.request.request_line_ids.filtered(
            lambda line: line.product_id == self.doors
        )
        doors.with_user(self.user_dispatcher).unlink()
        self.send()
        self.agree(order)
        self.assertEqual(
            self.read_result(self.request),
            {
                self.inspection: ("accepted", 360, 360, 2),
                self.doors: ("refused", 85.95, 0, 2),
                self.paint: ("refused", 2640, 0, 2),
            },
        )

    def test_refused_offer_and_conversion(self):
        requests = self.request + self.build_deal() + self.build_deal()
        agreed, refused, _open = self.send(requests)
        self.agree(agreed)
        refused.with_user(self.user_dispatcher).action_cancel()
        rows = self.env["service.offer.report"].with_user(self.user_manager)
        groups = rows._read_group(
            [("request_id", "in", requests.ids), ("product_id", "=", self.doors.id)],
            ["product_id"],
            ["offered:sum", "accepted:sum", "refused:sum", "conversion:avg"],
        )
        self.assertEqual(groups, [(self.doors, 3, 1, 1, 50.0)])

    def test_amounts_are_in_the_companys_currency(self):
        currency = self.env.ref("base.EUR")
        company = self.env.company
        if currency == company.currency_id:
            currency = self.env.ref("base.USD")
        currency.active = True
        currency.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": 0.5, "name": "2020-01-01"}
        )
        self.customer.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "Валюта", "currency_id": currency.id}
        )
        request = self.build_deal(option=False)
        order = self.send(request)
        self.assertEqual(order.currency_id, currency)
        self.assertEqual(order.amount_untaxed, 222.98)  # at half the number
        rows = self.get_rows(request)
        self.assertEqual(rows.currency_id, company.currency_id)
        amount = sum(rows.mapped("amount_offered"))
        self.assertAlmostEqual(amount, 2 * order.amount_untaxed, 2)

    def test_rows_open_their_quotation_and_stay_in_their_company(self):
        order = self.send()
        row = self.get_rows(self.request)[0]
        self.assertEqual(row.action_open_order()["res_id"], order.id)
        company = self.env["res.company"].create({"name": "Вторая"})
        self.user_manager.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        self.assertFalse(self.get_rows(self.request))
        for user in (self.user_operator, self.user_performer):
            with self.assertRaises(AccessError):
                self.get_rows(self.request, user)


@tagged("post_install", "-at_install")
class TestCostFigures(MoneyCommon):
    """Planned against actual hours and cost, per order and item."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inspection.service_duration = 1.0
        cls.repair = cls.build_product("Ремонт привода", 300.0, service_duration=3.0)
        cls.roller = cls.build_product("Ролик", 50.0, type="consu", standard_price=20.0)
        cls.performer.service_hour_cost = 10.0
        cls.request = cls.build_agreed_request(cls.inspection, cls.repair, cls.roller)
        cls.order = cls.request.order_ids
        cls.visit = cls.build_visit(
            cls.request,
            actual_start=datetime(2026, 11, 2, 9),
            actual_end=datetime(2026, 11, 2, 19),
        )

    def get_rows(self, user=None, domain=None):
        report = self.env["service.cost.report"].with_user(user or self.user_manager)
        return report.search(domain or [("order_id", "=", self.order.id)], order="id")

    @requirement("R50")
    def test_planned_and_actual_hours_and_cost_per_order_and_item(self):
        rows = {row.product_id: row for row in self.get_rows()}
        # two of each: 2 h + 6 h planned, 10 h by the clock shared out 1 : 3
        inspection, repair = rows[self.inspection], rows[self.repair]
        roller = rows[self.roller]
        self.assertEqual((inspection.planned_hours, inspection.actual_hours), (2, 2.5))
        self.assertEqual((repair.planned_hours, repair.actual_hours), (6, 7.5))
        self.assertEqual((roller.planned_hours, roller.actual_hours), (0, 0))
        self.assertEqual((inspection.planned_cost, inspection.cost), (20, 25))
        self.assertEqual((repair.planned_cost, repair.cost), (60, 75))
        self.assertEqual((roller.material_cost, roller.cost), (40, 40))
        self.assertEqual((inspection.revenue, inspection.margin), (200, 175))
        self.assertEqual((roller.revenue, roller.margin), (100, 60))
        total = (
            self.env["service.cost.report"]
            .with_user(self.user_manager)
            ._read_group(
                [("order_id", "=", self.order.id)],
                ["order_id"],
                [
                    "planned_hours:sum",
                    "actual_hours:sum",
                    "deviation_hours:sum",
                    "planned_cost:sum",
                    "cost:sum",
                    "revenue:sum",
                    "margin:sum",
                ],
            )
        )
        self.assertEqual(total, [(self.order, 8, 10, 2, 120, 140, 900, 760)])

    @requirement("R50")
    def test_hours_booked_elsewhere_count_instead_of_the_clock(self):
        """As of timesheets, which need not be installed here."""
        booked = SQL(
            """timesheet AS (
                SELECT 7 AS id, %s::int AS so_line, %s::int AS company_id,
                       %s::int AS performer_id, '2026-11-02'::date AS date,
                       4.0 AS hours, 48.0 AS cost)""",
            self.order.order_line[0].id,
            self.order.company_id.id,
            self.performer.id,
        )
        report = type(self.env["service.cost.report"])
        with patch.object(report, "_get_timesheet_query", lambda self: booked):
            rows = self.get_rows()
            mine = rows.filtered(lambda row: row.product_id == self.inspection)
            self.assertEqual(sum(mine.mapped("actual_hours")), 4)
            self.assertEqual(sum(mine.mapped("labour_cost")), 48)
            self.assertEqual(mine.performer_id, self.performer)
            self.assertEqual(sum(rows.mapped("actual_hours")), 11.5)

    def test_a_visit_without_lines_counts_too(self):
        visit = self.build_work_order(
            performer_id=self.performer.id,
            state="done",
            planned_hours=2,
            actual_start=datetime(2026, 11, 3, 9),
            actual_end=datetime(2026, 11, 3, 12),
        )
        row = self.get_rows(domain=[("work_order_id", "=", visit.id)])
        self.assertEqual((row.planned_hours, row.actual_hours), (2, 3))
        self.assertEqual((row.deviation_hours, row.cost, row.revenue), (1, 30, 0))
        self.assertEqual(row.action_open_source()["res_id"], visit.id)

    def test_cancelled_works_cost_nothing(self):
        self.visit.state = "cancelled"
        self.assertFalse(self.get_rows())

    def test_a_later_wage_does_not_change_the_past(self):
        self.performer.service_hour_cost = 99.0
        rows = self.get_rows()
        self.assertEqual(sum(rows.mapped("labour_cost")), 100)
        ahead = self.build_work_order(performer_id=self.performer.id, planned_hours=2)
        row = self.get_rows(domain=[("work_order_id", "=", ahead.id)])
        self.assertEqual((row.planned_cost, row.cost), (198, 0))

    def test_hours_of_those_who_go_along_count(self):
        helpers = self.env["resource.resource"].union(
            *(
                self.build_performer(name=name, service_hour_cost=cost)
                for name, cost in (("Пётр", 7.0), ("Павел", 3.0))
            )
        )
        crane = self.env["resource.resource"].create(
            {
                "name": "Кран",
                "is_performer": True,
                "resource_type": "material",
                "service_hour_cost": 5.0,
            }
        )
        values = {
            "planned_hours": 2,
            "state": "done",
            "actual_start": datetime(2026, 11, 4, 9),
            "actual_end": datetime(2026, 11, 4, 12),
        }
        visit = self.build_work_order(
            performer_id=self.performer.id,
            helper_ids=(helpers + crane).ids,
            **values,
        )
        row = self.get_rows(domain=[("work_order_id", "=", visit.id)])
        # three people, 2 h planned and 3 h spent; 10 + 7 + 3 and 5 for the crane
        self.assertEqual((row.planned_hours, row.actual_hours), (6, 9))
        self.assertEqual((row.planned_cost, row.cost), (50, 75))
        self.assertEqual((row.deviation_hours, row.margin), (3, -75))
        helpers.service_hour_cost = 99.0
        self.assertEqual(row.cost, 75, "as it was when it was done")
        # by item: the hours of a helper are shared out as those of the performer
        ahead = self.build_visit(self.request)
        ahead.write({"state": "assigned", "helper_ids": [Command.set(helpers[0].ids)]})
        rows = self.get_rows(domain=[("work_order_id", "=", ahead.id)])
        planned = sum(rows.mapped("planned_hours"))
        self.assertEqual(planned, 2 * ahead.planned_hours)
        repair = rows.filtered(lambda row: row.product_id == self.repair)
        self.assertEqual(repair.planned_cost, 109 * repair.planned_hours / 2)

    def test_hours_of_a_crew_count_by_its_people(self):
        members = self.performer + self.build_performer(
            name="Пётр", service_hour_cost=6.0
        )
        crew = self.env["resource.resource"].create(
            {
                "name": "Бригада",
                "is_performer": True,
                "is_crew": True,
                "crew_member_ids": [Command.set(members.ids)],
            }
        )
        visit = self.build_work_order(performer_id=crew.id, planned_hours=2)
        row = self.get_rows(domain=[("work_order_id", "=", visit.id)])
        self.assertEqual((row.planned_hours, row.planned_cost), (4, 32))
        crew.service_hour_cost = 20.0
        row.invalidate_recordset()
        self.assertEqual(row.planned_cost, 40, "a crew has a price of its own")
        # nobody goes yet: as many as the job takes
        free = self.build_work_order(planned_hours=2, crew_size=3)
        row = self.get_rows(domain=[("work_order_id", "=", free.id)])
        self.assertEqual((row.planned_hours, row.planned_cost), (6, 0))

    def test_works_added_on_site_take_their_share(self):
        line = self.visit.line_ids.filtered(lambda x: x.product_id == self.repair)
        line.quantity_planned = 0
        self.assertEqual(self.visit.planned_hours, 2)
        rows = {row.product_id: row for row in self.get_rows()}
        self.assertEqual(rows[self.repair].planned_hours, 0)
        self.assertEqual(rows[self.repair].actual_hours, 7.5)

    def test_who_sees_what_an_hour_costs(self):
        rows = self.get_rows(self.user_dispatcher)
        self.assertEqual(sum(rows.mapped("actual_hours")), 10)
        self.assertEqual(sum(rows.mapped("revenue")), 900)
        for name in ("cost", "labour_cost", "margin", "planned_cost"):
            with self.assertRaises(AccessError):
                rows.read([name])
        with self.assertRaises(AccessError):
            self.performer.with_user(self.user_dispatcher).read(["service_hour_cost"])
        with self.assertRaises(AccessError):
            self.visit.with_user(self.user_performer).read(["hour_cost"])
        manager = self.performer.with_user(self.user_manager)
        self.assertEqual(manager.service_hour_cost, 10)
        self.performer.with_user(self.user_admin).service_hour_cost = 11
        for user in (self.user_operator, self.user_performer):
            with self.assertRaises(AccessError):
                self.get_rows(user)

    def test_figures_stay_in_their_company(self):
        company = self.env["res.company"].create({"name": "Вторая"})
        self.user_manager.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        self.assertFalse(self.get_rows())

    def test_several_companies_in_one_currency(self):
        """Amounts are in the currency of the company one works in."""
        currency = self.env["res.currency"].create(
            {"name": "XTS", "symbol": "x", "rounding": 0.01}
        )
        company = self.env["res.company"].create(
            {"name": "Вторая", "currency_id": currency.id}
        )
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.env.company.currency_id.id,
                "rate": 0.25,
                "name": "2020-01-01",
                "company_id": company.id,
            }
        )
        self.user_manager.company_ids += company
        rows = self.get_rows().with_context(
            allowed_company_ids=[company.id, self.env.company.id]
        )
        self.env.invalidate_all()
        rows = rows.search([("order_id", "=", self.order.id)])
        self.assertEqual(rows.currency_id, currency)
        self.assertAlmostEqual(sum(rows.mapped("revenue")), 3600, 2)
