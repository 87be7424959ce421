"""Money is exact: 500 generated orders against an own computation in Decimal.

Prices, rules, taxes and rounding are computed once more, by hand, from what the
customer agreed to.
"""

from random import Random

from odoo.fields import Command

from .common import requirement
from .common_money import MoneyCommon
from .common_price_exact import CENT, Case, D, Sold, round_to

ORDERS = 500


class TestPriceExact(MoneyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = Random(20261122)
        cls.env["service.price.rule"].search([]).active = False
        cls.taxes = {
            included: {rate: cls.build_tax(rate, included) for rate in (20, 10, 0)}
            for included in (False, True)
        }
        cls.positions = {
            included: cls.build_positions(taxes)
            for included, taxes in cls.taxes.items()
        }
        cls.currencies = cls.build_currencies()
        cls.products = {
            included: cls.build_products(taxes) for included, taxes in cls.taxes.items()
        }
        cls.pricelists = {
            currency: cls.build_pricelist(currency) for currency in cls.currencies
        }
        cls.parameters = {
            code: cls.env["service.parameter"].create(
                {"name": code, "code": code, "kind": kind, "scope": "request"}
            )
            for code, kind in (
                ("urgent", "boolean"),
                ("heavy", "boolean"),
                ("give_discount", "boolean"),
                ("storey", "number"),
            )
        }

    @classmethod
    def build_tax(cls, rate, included):
        return cls.env["account.tax"].create(
            {
                "name": f"НДС {rate}% {'в цене' if included else 'сверху'}",
                "amount": rate,
                "type_tax_use": "sale",
                "price_include_override": (
                    "tax_included" if included else "tax_excluded"
                ),
            }
        )

    @classmethod
    def build_positions(cls, taxes):
        """Abroad: 19 % in place of 20 %; beyond: no tax at all."""
        positions = {}
        for name, rate in (("Германия", 19), ("Экспорт", 0)):
            position = cls.env["account.fiscal.position"].create({"name": name})
            mapped = cls.env["account.tax"].create(
                {
                    "name": f"{name} {taxes[20].price_include}",
                    "amount": rate,
                    "type_tax_use": "sale",
                    "price_include_override": taxes[20].price_include_override,
                    "fiscal_position_ids": [Command.link(position.id)],
                    "original_tax_ids": [Command.link(taxes[20].id)],
                }
            )
            positions[rate] = (position, mapped)
        return positions

    @classmethod
    def build_currencies(cls):
        """``{currency: (rate, smallest amount)}``: two decimals, another rate, none."""
        company = cls.env.company
        currencies = {company.currency_id: (D(1), CENT)}
        cls.env["res.currency.rate"].search([]).unlink()
        others = cls.env.ref("base.EUR") | cls.env.ref("base.USD")
        other = (others - company.currency_id)[:1]
        for currency, rate, step in (
            (other, D("0.8"), CENT),
            (cls.env.ref("base.JPY"), D(150), D(1)),
        ):
            currency.active = True
            cls.env["res.currency.rate"].create(
                {
                    "currency_id": currency.id,
                    "rate": float(rate),
                    "name": "2020-01-01",
                    "company_id": company.id,
                }
            )
            currencies[currency] = (rate, step)
        return currencies

    @classmethod
    def build_products(cls, taxes):
        """Services and materials, most with 20 %, their prices a multiple of 0.06."""
        products = []
        for number in range(8):
            rate = (20, 20, 20, 10, 0)[number % 5]
            is_service = number % 2 == 0
            products.append(
                cls.build_product(
                    f"Позиция {number}",
                    float(cls.random.randint(100, 9000) * 6) / 100,
                    type="service" if is_service else "consu",
                    taxes_id=[Command.set(taxes[rate].ids)],
                )
            )
        return products

    @classmethod
    def build_pricelist(cls, currency):
        """Fixed prices, so that no rate stands between the test and the price."""
        items = []
        cls.fixed = getattr(cls, "fixed", {})
        for product in cls.products[False] + cls.products[True]:
            units = cls.random.randint(100, 9000) * 6
            step = cls.currencies[currency][1]
            price = D(units) if step == 1 else D(units) / 100
            cls.fixed[currency, product] = price
            items.append(
                Command.create(
                    {
                        "applied_on": "0_product_variant",
                        "product_id": product.id,
                        "compute_price": "fixed",
                        "fixed_price": float(price),
                    }
                )
            )
        return cls.env["product.pricelist"].create(
            {"name": currency.name, "currency_id": currency.id, "item_ids": items}
        )

    def build_rules(self, included):
        """Five rules at once; who counts is decided by the answers of each order."""
        rule = self.env["service.price.rule"]
        rule.search([]).active = False
        rule._get_default_product().taxes_id = self.taxes[included][20]
        rule.create(
            [
                {
                    "name": "Тяжёлый груз",
                    "level": "line",
                    "line_kind": "service",
                    "method": "unit",
                    "amount": 15.5,
                    "show_as": "price",
                    "condition": "heavy",
                },
                {"name": "Срочно", "percent": 30, "condition": "urgent"},
                {
                    "name": "Этаж",
                    "method": "formula",
                    "formula": "12.25 * max(0, storey - 2)",
                },
                {
                    "name": "Опт",
                    "kind": "discount",
                    "level": "line",
                    "line_kind": "material",
                    "percent": 7,
                    "minimum_quantity": 5,
                },
                {
                    "name": "Скидка",
                    "kind": "discount",
                    "percent": 5,
                    "condition": "give_discount",
                },
                {
                    "name": "Минимальный выезд",
                    "kind": "minimum",
                    "method": "fixed",
                    "amount": 250,
                },
            ]
        )

    def build_case(self, included, globally):
        """A random order: what the test knows, its request and the services."""
        random = self.random
        currency = random.choice(list(self.currencies))
        rate, step = self.currencies[currency]
        abroad = random.choice([None, None, 19, 0])
        partner = self.partners[currency, included, abroad]
        products = random.sample(self.products[included], random.randint(1, 6))
        case = Case(
            step=step,
            included=included,
            globally=globally,
            rate=rate,
            fee_tax=D(20 if abroad is None else abroad),
            answers={
                "urgent": random.random() < 0.4,
                "heavy": random.random() < 0.3,
                "give_discount": random.random() < 0.4,
                "storey": D(random.randint(0, 12)),
            },
        )
        asked = []
        for product in products:
            tax = D(repr(product.taxes_id.amount))
            price = self.fixed[currency, product]
            if tax == 20 and abroad is not None:
                if included:
                    price = round_to(price / D("1.2") * (100 + abroad) / 100, CENT)
                tax = D(abroad)
            quantity = D(random.randint(1, 1200)) / 100
            if random.random() < 0.2:
                quantity = D("0.01")
            asked.append({"product_id": product.id, "quantity": float(quantity)})
            kind = "service" if product.type == "service" else "material"
            case.lines.append(Sold(quantity, price, tax, kind))
        values = {
            "name": "Заявка",
            "team_id": self.team.id,
            "type": "opportunity",
            "partner_id": partner.id,
            "user_id": self.user_manager.id,
            "dispatcher_id": self.user_dispatcher.id,
            "service_value_ids": self.build_answers(case),
        }
        return case, values, asked

    def build_partners(self):
        """One customer per currency, tax position and kind of price."""
        self.partners = {}
        for currency, pricelist in self.pricelists.items():
            for included, positions in self.positions.items():
                for abroad in (None, 19, 0):
                    partner = self.build_partner(f"{currency.name} {abroad}")
                    partner.property_product_pricelist = pricelist
                    if abroad is not None:
                        position = positions[abroad][0]
                        partner.property_account_position_id = position
                    self.partners[currency, included, abroad] = partner

    def build_answers(self, case):
        names = {"boolean": "value_boolean", "number": "value_number"}
        return [
            Command.create(
                {
                    "parameter_id": parameter.id,
                    names[parameter.kind]: float(case.answers[code]),
                }
            )
            for code, parameter in self.parameters.items()
        ]

    def deliver(self, orders):
        """One finished visit per order, all of it done."""
        self.env["service.work.order"].create(
            [
                {
                    "partner_id": order.partner_id.id,
                    "team_id": self.team.id,
                    "request_id": order.opportunity_id.id,
                    "order_id": order.id,
                    "performer_id": self.performer.id,
                    "state": "done",
                    "line_ids": [
                        Command.create(
                            {
                                "sale_line_id": line.id,
                                "product_id": line.product_id.id,
                                "name": line.name,
                                "quantity_planned": line.product_uom_qty,
                                "quantity_done": line.product_uom_qty,
                            }
                        )
                        for line in order.order_line
                        if line._is_done_on_site()
                    ],
                }
                for order in orders
            ]
        )

    @requirement("R239")
    def test_requests_orders_and_invoices_equal_an_own_computation(self):
        self.build_partners()
        compared = 0
        for globally in (False, True):
            self.env.company.tax_calculation_rounding_method = (
                "round_globally" if globally else "round_per_line"
            )
            for included in (False, True):
                self.build_rules(included)
                made = [
                    self.build_case(included, globally) for _n in range(ORDERS // 4)
                ]
                cases = [case for case, _values, _asked in made]
                requests = self.env["crm.lead"].create([row[1] for row in made])
                self.env["service.request.line"].create(
                    [
                        {**line, "request_id": request.id}
                        for request, (_c, _v, asked) in zip(requests, made, strict=True)
                        for line in asked
                    ]
                )
                orders = requests._make_quotations()
                orders.action_confirm()
                self.deliver(orders)
                # Odoo looks for the payments of all invoices made together, again
                # for each: few at a time, and with statistics of the tables.
                self.env.cr.execute("ANALYZE account_move, account_move_line")
                invoices = self.env["account.move"]
                for start in range(0, len(orders), 10):
                    batch = orders[start : start + 10].with_prefetch()
                    invoices += batch._create_invoices(grouped=True)
                self.assertEqual(len(invoices), len(cases))
                for request, order, case in zip(requests, orders, cases, strict=True):
                    self.compare(request, order, case)
                    compared += 1
        self.assertEqual(compared, ORDERS)

    def compare(self, request, order, case):
        expected = tuple(map(float, case.get_totals()))
        found = {
            "request": (
                request.service_amount_untaxed,
                request.service_amount_tax,
                request.service_amount_total,
            ),
            "order": (order.amount_untaxed, order.amount_tax, order.amount_total),
            "invoice": (
                order.invoice_ids.amount_untaxed,
                order.invoice_ids.amount_tax,
                order.invoice_ids.amount_total,
            ),
        }
        for name, amounts in found.items():
            for amount, right in zip(amounts, expected, strict=True):
                self.assertAlmostEqual(
                    amount,
                    right,
                    6,
                    f"{name} {amounts} is not {expected}: {case}\n"
                    + "\n".join(
                        f"{line.name}: {line.quantity} × {line.price_unit}"
                        f" − {line.discount} % {line.tax_ids.mapped('name')}"
                        for line in request.request_line_ids
                    ),
                )
