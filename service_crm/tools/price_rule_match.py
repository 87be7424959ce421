"""Whether a price rule counts for a request: who, when, how much, which answers."""

from dataclasses import dataclass
from decimal import Decimal

from .price_rule import HUNDRED, ZERO, NotApplied, Rule, to_decimal

# More than any price: a slip of the pen, not an amount.
LARGEST = Decimal(10) ** 12
# What a formula knows of the line itself, besides the answers.
LINE_NAMES = frozenset({"amount", "price", "quantity"})


@dataclass(slots=True)
class Candidate:
    """A rule whose conditions hold, and the lines it is about."""

    rule: Rule
    lines: list
    effect: Decimal


def get_candidate(rule, price, context):
    """The rule with its lines, when all it asks for is so; else :class:`NotApplied`."""
    _check_who(rule, context)
    if rule.is_timed:
        _check_when(rule, context)
    matched = price.match(rule)
    own = [line for line in matched if line.is_work]
    lines = [line for line in own if line.is_open]
    if not lines:
        raise NotApplied("no_lines")
    if rule.kind == "minimum" or rule.method in ("fixed", "formula"):
        key = ("rule", rule.id)
        if any(line.plan.locked and line.plan.key == key for line in price.lines):
            raise NotApplied("agreed")
    if rule.level == "line":
        lines = _filter_lines(rule, lines, context)
    else:
        _check_volume(rule, own, price.get_sum(own) if rule.minimum_amount else ZERO)
        if rule.condition:
            _check_condition(rule, _get_values(rule, own, price, context))
    if rule.makes_line and not any(line.counts for line in lines):
        raise NotApplied("optional")
    return Candidate(rule, lines, _get_effect(rule, own, lines, price, context))


def _check_who(rule, context):
    for wanted, given, code in (
        (rule.team_ids, {context.team_id}, "team"),
        (rule.segment_ids, context.segment_ids, "segment"),
        (rule.pricelist_ids, {context.pricelist_id}, "pricelist"),
        (rule.contract_ids, {context.contract_id}, "contract"),
    ):
        if wanted and wanted.isdisjoint(given):
            raise NotApplied(code)
    if rule.contract != "any":
        if (rule.contract == "with") != bool(context.contract_id):
            raise NotApplied("contract")


def _check_when(rule, context):
    moment = context.visit if rule.basis == "visit" else context.asked
    if not moment:
        raise NotApplied("no_time")
    day = moment.date()
    if (rule.date_from and day < rule.date_from) or (
        rule.date_to and day > rule.date_to
    ):
        raise NotApplied("period", day)
    if rule.weekdays and day.weekday() not in rule.weekdays:
        raise NotApplied("weekday", day)
    if rule.hours and not _is_within(moment, *rule.hours):
        raise NotApplied("hours", moment)
    if rule.day != "any":
        found = context.days.get(rule.basis)
        # A holiday is outside working hours too.
        wanted = ("outside", "holiday") if rule.day == "outside" else (rule.day,)
        if found not in wanted:
            raise NotApplied("day", found)


def _is_within(moment, start, end):
    hour = moment.hour + moment.minute / 60 + moment.second / 3600
    if start <= end:
        return start <= hour < end
    return hour >= start or hour < end


def _filter_lines(rule, lines, context):
    """The lines that have the volume and the answers the rule asks for."""
    found = []
    refusals = []
    known = {}
    for line in lines:
        key = _get_line_key(rule, line, context)
        if key not in known:
            known[key] = _get_line_refusal(rule, line, context)
        if known[key]:
            refusals.append(known[key])
        else:
            found.append(line)
    if not found:
        raise refusals[0]
    return found


def _get_line_key(rule, line, context):
    """Lines of the same key get the same answer: most have no answers of their own,
    and few rules look at volumes."""
    by_volume = rule.minimum_quantity or rule.minimum_amount
    by_answers = rule.condition and (
        line.plan.key in context.line_answers
        or not LINE_NAMES.isdisjoint(rule.condition.names)
    )
    return line if by_volume or by_answers else None


def _get_line_refusal(rule, line, context):
    """Why a rule is not about a line; ``None`` when it is."""
    try:
        _check_volume(rule, [line], line.get_amount(context.rounding))
        if rule.condition:
            _check_condition(rule, _get_line_values(line, context))
    except NotApplied as refusal:
        return refusal
    return None


def _check_volume(rule, lines, amount):
    if rule.minimum_quantity:
        if sum((line.quantity for line in lines), ZERO) < rule.minimum_quantity:
            raise NotApplied("quantity", rule.minimum_quantity)
    if rule.minimum_amount and amount < rule.minimum_amount:
        raise NotApplied("amount", rule.minimum_amount)


def _check_condition(rule, values):
    if _evaluate(rule.condition, values) is not True:
        raise NotApplied("condition", str(rule.condition))


def _evaluate(expression, values):
    """The value, or :class:`NotApplied` with the missing answer or the error."""
    missing = sorted(set(expression.names) - values.keys())
    if missing:
        raise NotApplied("answer", missing[0])
    try:
        return expression.evaluate(values)
    except (ValueError, ArithmeticError) as error:
        raise NotApplied("error", error) from error


def _get_line_values(line, context):
    return {
        **context.answers,
        **context.line_answers.get(line.plan.key, {}),
        "amount": line.get_amount(context.rounding),
        "quantity": line.quantity,
        "price": line.price,
    }


def _get_values(rule, lines, price, context):
    return {
        **context.answers,
        "amount": price.get_sum(lines),
        "quantity": sum((line.quantity for line in lines if line.counts), ZERO),
    }


def _get_effect(rule, own, lines, price, context):
    """What the rule alone would do to the sum; for exclusive groups and formulas."""
    counted = [line for line in lines if line.counts]
    if rule.method == "formula":
        if rule.level == "line":
            values = [_get_line_values(line, context) for line in counted]
        else:
            values = [_get_values(rule, own, price, context)]
        effect = sum((_get_money(rule.formula, each) for each in values), ZERO)
        if effect <= 0:
            raise NotApplied("zero")
    elif rule.method == "percent":
        effect = price.get_sum(lines) * rule.amount / HUNDRED
    elif rule.method == "unit":
        effect = sum((line.quantity for line in counted), ZERO) * rule.amount
    else:
        effect = rule.amount
    return -effect if rule.kind == "discount" else effect


def _get_money(formula, values):
    """The amount a formula gives; conditions and absurd sums are errors."""
    value = _evaluate(formula, values)
    if isinstance(value, bool | str) or value is None:
        raise NotApplied("not_money", str(formula))
    value = to_decimal(value)
    if not value.is_finite() or abs(value) > LARGEST:
        raise NotApplied("too_much", str(formula))
    return value
