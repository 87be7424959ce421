from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ValidationError

from ..tools.gateways.base import DELIVERED, Report
from ..tools.prices import find_price
from .common_gateways import GatewaysCommon

LONG = "Мастер приедет " * 8  # 120 signs: two parts


class TestGatewayCost(GatewaysCommon):
    """Price lists, budgets, and what reports say of the price."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currency = cls.env.company.currency_id
        cls.lines = [
            {"price": 0.5},
            {"country_id": cls.env.ref("base.ru").id, "price": 0.03},
            {"prefix": "+7 916", "price": 0.02},
        ]

    def build_priced(self, key="first", **values):
        return self.build_gateway(
            key,
            price_ids=[(0, 0, line) for line in self.lines],
            currency_id=self.currency.id,
            **values,
        )

    def test_the_most_exact_line(self):
        rows = [("", "", 0.5), ("", "RU", 0.03), ("+7916", "", 0.02), ("+79", "", 1)]
        for number, country, price in (
            ("+79161112233", "RU", 0.02),
            ("+79051112233", "RU", 1),
            ("+74951112233", "RU", 0.03),
            ("+420777123456", "CZ", 0.5),
        ):
            self.assertEqual(find_price(rows, number, country), price)
        self.assertIsNone(find_price(rows[1:2], "+420777123456", "CZ"))

    def test_cost_by_number_and_parts(self):
        gateway, _stub = self.build_priced()
        _sms, log = self.build_sms(1, number="+79160001122", body=LONG)
        _sms, log2 = self.build_sms(1, number="+74951234567", body="Да")
        _sms, log3 = self.build_sms(1, number="+420777123456", body="Yes")
        self.run_queue()
        log |= log2 | log3
        self.assertEqual(log.sorted("id").mapped("segments"), [2, 1, 1])
        costs = [round(cost, 4) for cost in log.sorted("id").mapped("cost")]
        self.assertEqual(costs, [0.04, 0.03, 0.5])
        self.assertAlmostEqual(gateway.budget_spent, 0.57)

    def test_estimate_before_writing(self):
        gateway, _stub = self.build_priced(prefixes="+7")
        company = self.env.company.id
        with self.assertQueryCount(12):
            estimates = self.gateways._estimate(
                [("+79160001122", LONG, company, "service")] * 50
                + [("+420777123456", "Yes", company, "service")]
            )
        self.assertEqual(estimates[0], (gateway, 2, 0.04))
        self.assertEqual(estimates[-1], (self.gateways, 1, 0))

    def test_price_of_the_report(self):
        gateway, _stub = self.build_priced()
        _sms, log = self.build_sms(3)
        self.run_queue()
        other = self.env["res.currency"].create(
            {
                "name": "XTS",
                "symbol": "x",
                "rate_ids": [(0, 0, {"name": "2020-01-01", "rate": 4})],
            }
        )
        gateway._apply_reports(
            [
                Report(id=log[0].sms_uuid, state=DELIVERED, price=0.07),
                Report(
                    id=log[1].sms_uuid,
                    state=DELIVERED,
                    price=8,
                    currency=other.name.lower(),
                ),
                Report(id=log[2].sms_uuid, state=DELIVERED, segments=3),
            ]
        )
        rate = self.currency.rate
        self.assertAlmostEqual(log[0].cost, 0.07)
        self.assertAlmostEqual(log[1].cost, 2.0 * rate, 3)
        self.assertAlmostEqual(log[2].cost, 0.06)
        with self.subTest("also when it comes after the last word"):
            gateway._apply_reports(
                [Report(id=log[0].sms_uuid, state=DELIVERED, price=0.09)]
            )
            self.assertAlmostEqual(log[0].cost, 0.09)

    def test_budget_warns_and_stops(self):
        gateway, stub = self.build_priced(
            budget=0.1, budget_warning=50, user_id=self.user_admin.id
        )
        _sms, log = self.build_sms(3)
        self.run_queue()
        self.assertEqual(log.mapped("state"), ["sent"] * 3)
        activity = gateway.activity_ids
        self.assertEqual(activity.user_id, self.user_admin)
        self.assertIn("runs out", activity.summary)
        _sms, log = self.build_sms(5)
        self.run_queue()
        self.assertEqual(
            log.mapped("state"), ["sent"] * 2 + ["suppressed"] * 3, "exactly"
        )
        self.assertEqual(set(log[2:].mapped("reason")), {"budget"})
        self.assertEqual(len(gateway.activity_ids), 2)
        self.assertEqual(gateway.health, "spent")
        self.assertEqual(len(stub.sent), 5)
        with self.subTest("a higher budget lets it go on"):
            gateway.budget = 1
            _sms, log = self.build_sms(1)
            self.run_queue()
            self.assertEqual(log.state, "sent")

    def test_next_month_begins_anew(self):
        gateway, _stub = self.build_priced(budget=0.02)
        now = fields.Datetime.now()
        self.build_sms(2)
        self.run_queue()
        self.assertEqual(gateway.health, "spent")
        with freeze_time(now + timedelta(days=32)):
            self.assertEqual(gateway._get_spent(), {})
            _sms, log = self.build_sms(1)
            self.run_queue()
            self.assertEqual(log.state, "sent")

    def test_the_next_gateway_when_it_is_spent(self):
        self.build_priced(budget=0.02, sequence=1)
        _second, other = self.build_gateway("second", sequence=2)
        sms, log = self.build_sms(3)
        self.run_queue()
        self.assertEqual(log.mapped("state"), ["sent"] * 3)
        self.assertEqual(other.sent, sms[1:].mapped("uuid"))

    def test_two_companies_two_currencies(self):
        other = self.env["res.currency"].create(
            {
                "name": "XTT",
                "symbol": "t",
                "rate_ids": [
                    (0, 0, {"name": "2020-01-01", "rate": 10, "company_id": False})
                ],
            }
        )
        company = self.env["res.company"].create(
            {"name": "Вторая", "currency_id": other.id}
        )
        gateway, _stub = self.build_priced()
        _sms, log = self.build_sms(1)
        _sms, theirs = self.build_sms(1)
        theirs.company_id = company
        self.run_queue()
        rate = self.currency.rate
        self.assertAlmostEqual(log.cost, 0.02)
        self.assertAlmostEqual(theirs.cost, 0.2 / rate, 4)
        self.assertAlmostEqual(gateway.budget_spent, 0.04)

    def test_wrong_lines(self):
        gateway, _stub = self.build_gateway()
        for prefix in ("Россия", "+7, +8"):
            with self.assertRaisesRegex(ValidationError, "beginning of a number"):
                self.env["sms.gateway.price"].create(
                    {"gateway_id": gateway.id, "prefix": prefix, "price": 1}
                )
