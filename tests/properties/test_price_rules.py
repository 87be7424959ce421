"""Price rules: what holds for any lines, any rules, in any order."""

from copy import deepcopy
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from service_tools.price_plan import PlanLine
from service_tools.price_rule import Context, Rule, to_decimal
from service_tools.price_rules import apply_rules

CENT = Decimal("0.01")
money = st.integers(0, 500_000).map(lambda cents: cents / 100)


@st.composite
def plan_lines(draw):
    lines = []
    for number in range(draw(st.integers(0, 8))):
        parent = draw(st.sampled_from([None, *(line.key for line in lines)]))
        lines.append(
            PlanLine(
                key=("line", number),
                name=f"Работа {number}",
                quantity=draw(st.integers(0, 4000)) / 100,
                price_unit=draw(money),
                discount=draw(st.sampled_from([0.0, 0.0, 0.0, 10.0, 33.33])),
                product_id=draw(st.integers(1, 4)),
                category_ids=tuple(draw(st.sets(st.integers(1, 3), max_size=2))),
                kind=draw(st.sampled_from(["service", "material", "kit"])),
                parent_key=parent,
                is_optional=draw(st.booleans()) and draw(st.booleans()),
                locked=draw(st.booleans()) and draw(st.booleans()),
                pinned=draw(st.booleans()) and draw(st.booleans()),
            )
        )
    return lines


@st.composite
def price_rules(draw, kinds=("surcharge", "discount", "minimum"), **fixed):
    rules = []
    for number in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(kinds))
        least = kind == "minimum"
        method = draw(st.sampled_from(["fixed"] if least else ["percent", "unit"] * 2))
        if not least and draw(st.booleans()) and draw(st.booleans()):
            method = "fixed"
        percent = st.integers(0, 10_000 if kind == "discount" else 20_000)
        amount = draw(percent if method == "percent" else st.integers(0, 90_000))
        values = {
            "kind": kind,
            "level": "order" if least else draw(st.sampled_from(["line", "order"])),
            "method": method,
            "amount": Decimal(amount) / 100,
            "as_line": draw(st.booleans()),
            "compound": draw(st.booleans()),
            "sequence": draw(st.integers(1, 5)),
            "group": draw(st.sampled_from([None, None, None, 1, 2])),
            "choice": draw(st.sampled_from(["best", "highest", "first"])),
            "product_ids": frozenset(draw(st.sets(st.integers(1, 4), max_size=1))),
            "category_ids": frozenset(draw(st.sets(st.integers(1, 3), max_size=1))),
            "kinds": frozenset(
                draw(st.sets(st.sampled_from(["service", "material"]), max_size=1))
            ),
            "minimum_amount": Decimal(draw(st.sampled_from([0, 0, 100, 5000]))),
            **fixed,
        }
        name = f"Правило {number}"
        rules.append(Rule(id=number + 1, name=name, reason=name, **values))
    return rules


def get_total(lines):
    return sum(
        (get_amount(line) for line in lines if line.counts),
        Decimal(0),
    )


def get_amount(line):
    """The printed amount, computed once more in another way."""
    kept = (100 - to_decimal(line.discount)) / 100
    exact = to_decimal(line.quantity) * to_decimal(line.price_unit) * kept
    return exact.quantize(CENT, "ROUND_HALF_UP")


@given(plan_lines(), price_rules())
def test_the_total_is_never_negative(lines, rules):
    result = apply_rules(lines, rules, Context())
    assert get_total(result.lines) >= 0
    for line in result.lines:
        assert 0 <= line.discount <= 100
        assert line.price_unit >= 0 or line.kind == "rule"


@given(plan_lines(), price_rules())
def test_each_rule_is_answered_for_once_and_makes_one_line_at_most(lines, rules):
    result = apply_rules(lines, rules, Context())
    assert sorted(o.rule.id for o in result.outcomes) == sorted(r.id for r in rules)
    made = [line.key for line in result.lines if line.kind == "rule"]
    assert len(made) == len(set(made))
    applied = {outcome.rule.id: outcome.rule for outcome in result.applied}
    assert {key[1] for key in made} == {
        rule.id for rule in applied.values() if rule.makes_line
    }
    for line in result.lines:
        assert len(line.reasons) == len(set(line.reasons))
        assert set(line.reasons) <= {rule.reason for rule in applied.values()}


@given(plan_lines(), price_rules())
def test_of_an_exclusive_group_one_rule_counts_at_most(lines, rules):
    result = apply_rules(lines, rules, Context())
    groups = [o.rule.group for o in result.applied if o.rule.group]
    assert len(groups) == len(set(groups))


@given(plan_lines(), price_rules())
def test_nothing_given_is_changed_and_again_is_the_same(lines, rules):
    before = deepcopy(lines)
    first = apply_rules(lines, rules, Context())
    assert lines == before
    assert apply_rules(lines, rules, Context()) == first


@given(plan_lines(), price_rules())
def test_offered_lines_and_what_was_written_by_hand_stay(lines, rules):
    result = apply_rules(lines, rules, Context())
    assert [line.key for line in result.lines[: len(lines)]] == [
        line.key for line in lines
    ]
    for line, after in zip(lines, result.lines, strict=False):
        if line.locked:
            assert after == line
        if line.pinned:
            assert after.price_unit == line.price_unit
        if line.discount:
            assert after.discount == line.discount


@given(plan_lines(), price_rules(compound=False, group=None), st.randoms())
def test_rules_that_add_up_give_the_same_in_any_order(lines, rules, random):
    result = apply_rules(lines, rules, Context())
    others = [replace(rule, sequence=random.randint(1, 99)) for rule in rules]
    random.shuffle(others)
    other = apply_rules(lines, others, Context())
    assert get_total(other.lines) == get_total(result.lines)
    for line, again in zip(result.lines, other.lines, strict=False):
        if line.kind != "rule":
            assert (line.price_unit, line.discount) == (
                again.price_unit,
                again.discount,
            )


@given(plan_lines(), price_rules(kinds=["surcharge", "minimum"]))
def test_surcharges_and_minimums_only_add(lines, rules):
    result = apply_rules(lines, rules, Context())
    assert get_total(result.lines) >= get_total(lines)


@given(plan_lines(), price_rules(kinds=["discount"]))
def test_discounts_only_take_off(lines, rules):
    result = apply_rules(lines, rules, Context())
    assert get_total(result.lines) <= get_total(lines)


@given(plan_lines(), price_rules(), st.integers(1, 100_000))
def test_the_minimum_is_reached_to_the_cent(lines, rules, cents):
    least = Rule(
        id=99,
        name="Выезд",
        kind="minimum",
        method="fixed",
        amount=Decimal(cents) / 100,
    )
    result = apply_rules(lines, [*rules, least], Context())
    outcome = next(o for o in result.outcomes if o.rule is least)
    if outcome.code in ("no_lines", "optional"):
        return
    assert get_total(result.lines) >= least.amount
    others = [rule for rule in rules if rule.kind == "minimum"]
    if outcome.is_applied and not others:
        assert get_total(result.lines) == least.amount
