"""A kit of 200 lines with 20 parameters and 30 price rules, against the plain order.

The order holds the same lines at the price list's prices; the kit is computed anew
because an answer changed.
"""

from odoo import Command

DATABASES = [["service_crm"]]

LINES = 200
PARAMETERS = 20
RULES = 30


def run(env, bench):
    metre = env.ref("uom.product_uom_meter")
    square = env.ref("uom.product_uom_square_meter")
    names = [f"side_{number}" for number in range(PARAMETERS)]
    env["service.parameter"].create(
        [
            {
                "name": name,
                "code": name,
                "uom_id": metre.id,
                "scope": "line" if number % 2 else "request",
            }
            for number, name in enumerate(names)
        ]
    )
    products = env["product.product"].create(
        [
            {
                "name": f"Material {number}",
                "type": "consu",
                "list_price": 10 + number,
                "uom_id": square.id,
            }
            for number in range(LINES)
        ]
    )
    kit = env["product.template"].create(
        {
            "name": "Renovation",
            "type": "service",
            "kit_price": "components",
            "component_ids": [
                Command.create(
                    {
                        "product_id": product.id,
                        "quantity_method": "formula",
                        "formula": _get_formula(number, names),
                        "waste": 5,
                    }
                )
                for number, product in enumerate(products)
            ],
        }
    )
    kit.action_publish_kit()
    _build_rules(env, names)
    partner = env["res.partner"].create({"name": "Alfa"})
    team = env.ref("service_crm.team_service")
    request = env["crm.lead"].create(
        {
            "name": "Renovation",
            "type": "opportunity",
            "team_id": team.id,
            "partner_id": partner.id,
            "request_line_ids": [
                Command.create({"product_id": kit.product_variant_id.id})
            ],
        }
    )
    for number, row in enumerate(request.service_value_ids):
        row.value_number = number + 2
    assert len(request.request_line_ids) >= LINES + 1
    order = env["sale.order"].create(
        {
            "partner_id": partner.id,
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": 2})
                for product in products
            ],
        }
    )
    _finish(env)
    env.cr.commit()
    bench.measure(
        "write of a sale.order, 200 lines", lambda n: _write_order(order, n), per=1
    )
    bench.measure(
        "kit of 200 lines computed anew and written",
        lambda n: _answer(request, n),
        per=1,
        base="write of a sale.order, 200 lines",
        limit=3,
    )
    bench.measure(
        "live price of the kit, nothing written",
        lambda n: _preview(request, n),
        per=1,
        milliseconds=100,
    )


def _get_formula(number, names):
    one, two, three = (names[(number + step) % PARAMETERS] for step in range(3))
    return (
        f"2 * ({one} + {two}) * {three}",
        f"if({one} > 3 m, {one} * {two}, {two} * {three})",
        f"ceil({one} * {two}, 0.5 m²)",
        f"max({one}, {two}) * {three} + 1 m²",
    )[number % 4]


def _build_rules(env, names):
    """Thirty rules as a company has them: on each service and on the whole order, of
    which most count here, with conditions over the answers."""
    env["service.price.rule"].create(
        [
            _get_rule_values(number, names[2 * number % PARAMETERS])
            for number in range(RULES)
        ]
    )


def _get_rule_values(number, name):
    values = {
        "name": f"Rule {number}",
        "sequence": number,
        "method": "percent",
        "percent": 1 + number % 4,
        "condition": f"{name} > {number % 5} m",
    }
    if number % 3 == 0:
        return {**values, "kind": "surcharge", "level": "line", "show_as": "price"}
    if number % 3 == 1:
        return {**values, "kind": "surcharge", "level": "order"}
    return {**values, "kind": "discount", "level": "order", "condition": False}


def _write_order(order, number):
    order.write(
        {
            "order_line": [
                Command.update(line.id, {"product_uom_qty": 3 + number % 7 + index % 5})
                for index, line in enumerate(order.order_line)
            ]
        }
    )
    _finish(order.env)


def _answer(request, number):
    for row in request.service_value_ids[:1]:
        row.value_number = 3 + number % 7
    _finish(request.env)


def _preview(request, number):
    row = request.service_value_ids[0]
    answers = [[row.line_id.id, row.parameter_id.id, 3 + number % 7]]
    request.action_preview_price(answers)
    request.env.invalidate_all()


def _finish(env):
    env.flush_all()
    env.cr.precommit.run()
    env.flush_all()
    env.invalidate_all()
