"""Price rules: surcharges, discounts and minimum fees on the lines of a price.

The order is always the same, whatever the order of the rules in the list:

1. surcharges on single lines, 2. surcharges on the whole order,
3. discounts on single lines, 4. discounts on the whole order,
5. minimum fees.

Each step starts from what the step before left. Within a step percentages *add up*
(10 % and 5 % are 15 % of the amount the step began with), so that their order does
not matter; a rule that *compounds* takes its percentage of what the rules before it,
by sequence, have made. Prices and percentages are rounded once, at the end of a step,
half away from zero; sums are sums of rounded lines, as the customer reads them.

Which rules count at all — conditions, volumes, the one chosen of an exclusive group —
is decided before the first step, on the lines as they were picked.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from .price_plan import PlanLine, PriceResult

HUNDRED = Decimal(100)
ZERO = Decimal(0)
# More than any price: a slip of the pen, not an amount.
LARGEST = Decimal(10) ** 12
STEPS = (
    ("surcharge", "line"),
    ("surcharge", "order"),
    ("discount", "line"),
    ("discount", "order"),
)


def to_decimal(number):
    """The number as it is written, without the noise of binary fractions."""
    return number if isinstance(number, Decimal) else Decimal(repr(number))


def round_half_up(number, rounding):
    """Round to a multiple of ``rounding``, half away from zero."""
    return (number / rounding).quantize(Decimal(1), ROUND_HALF_UP) * rounding


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as data; empty filters mean "any".

    :param reason: the rule in words, for the customer
    :param kind: ``surcharge``, ``discount`` or ``minimum``
    :param level: ``line``, each line by itself, or ``order``, all together
    :param method: ``percent``, ``fixed`` (once per order), ``unit`` (per piece) or
        ``formula`` (money, once per order or per line)
    :param formula: object with ``names`` and ``evaluate({name: value})``
    :param as_line: shown as a line of its own with ``product_id``; else in the price
        (surcharge) or in the discount of the lines
    :param compound: percentage of what earlier rules of the same step have made
    :param group: of rules in the same group one counts: by ``choice`` the ``best`` for
        the customer, the ``highest`` amount, or the ``first``
    :param kinds: kinds of lines, see ``PlanLine``
    :param minimum_quantity: of the line, or of all lines together
    :param minimum_amount: likewise
    :param basis: which moment dates, hours and days are about: ``visit`` or ``asked``
    :param hours: ``(from, to)`` of the clock; the later first: over midnight
    :param day: ``any``, ``working``, ``outside`` (of working hours) or ``holiday``
    :param contract: ``any``, ``with`` or ``without``
    :param condition: as ``formula``; true or false
    """

    id: int
    name: str
    reason: str = ""
    sequence: int = 10
    kind: str = "surcharge"
    level: str = "order"
    method: str = "percent"
    amount: Decimal = ZERO
    formula: object = None
    as_line: bool = False
    product_id: int | None = None
    uom_id: int | None = None
    compound: bool = False
    group: int | None = None
    choice: str = "best"
    kinds: frozenset = frozenset()
    category_ids: frozenset = frozenset()
    product_ids: frozenset = frozenset()
    minimum_quantity: Decimal = ZERO
    minimum_amount: Decimal = ZERO
    basis: str = "visit"
    date_from: date | None = None
    date_to: date | None = None
    weekdays: frozenset = frozenset()
    hours: tuple | None = None
    day: str = "any"
    segment_ids: frozenset = frozenset()
    team_ids: frozenset = frozenset()
    pricelist_ids: frozenset = frozenset()
    contract: str = "any"
    contract_ids: frozenset = frozenset()
    condition: object = None

    @property
    def is_filtered(self):
        """Whether it is about some lines only."""
        return bool(self.kinds or self.category_ids or self.product_ids)

    @property
    def is_timed(self):
        """Whether it depends on a moment."""
        return bool(
            self.date_from
            or self.date_to
            or self.weekdays
            or self.hours
            or self.day != "any"
        )


@dataclass(frozen=True, slots=True)
class Context:
    """What rules look at besides the lines.

    :param answers: ``{name: value}`` of the whole request
    :param line_answers: ``{key of a line: {name: value}}``
    :param visit: when the work is (planned, else wished), by the customer's clock
    :param asked: when the customer asked, by the same clock
    :param days: ``{"visit": "working", "asked": "holiday"}``
    :param rounding: smallest amount of the currency
    :param price_rounding: of unit prices
    :param discount_rounding: of percentages
    """

    answers: dict = field(default_factory=dict)
    line_answers: dict = field(default_factory=dict)
    visit: datetime | None = None
    asked: datetime | None = None
    days: dict = field(default_factory=dict)
    segment_ids: frozenset = frozenset()
    team_id: int | None = None
    pricelist_id: int | None = None
    contract_id: int | None = None
    rounding: Decimal = Decimal("0.01")
    price_rounding: Decimal = Decimal("0.01")
    discount_rounding: Decimal = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one rule.

    :param code: why it was not applied; ``""`` when it was
    :param detail: what the code is about: the name of an answer, of another rule …
    :param amount: what it adds to the price or takes off, before rounding of lines
    """

    rule: Rule
    code: str = ""
    detail: object = ""
    amount: Decimal = ZERO

    @property
    def is_applied(self):
        return not self.code


class NotApplied(Exception):
    """The rule does not count here: a code and what it is about."""

    def __init__(self, code, detail=""):
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def apply_rules(lines, rules, context):
    """Apply the rules to the lines.

    :param lines: list of :class:`PlanLine`, left as they are
    :return: :class:`PriceResult` with new lines
    """
    rules = sorted(rules, key=lambda rule: (rule.sequence, rule.id))
    price = _Price(lines, context)
    outcomes = {}
    candidates = []
    for rule in rules:
        try:
            candidates.append(_get_candidate(rule, price, context))
        except NotApplied as refusal:
            outcomes[rule.id] = Outcome(rule, refusal.code, refusal.detail)
    chosen = []
    for candidate in candidates:
        better = _get_better(candidate, candidates)
        if better:
            rule = candidate.rule
            outcomes[rule.id] = Outcome(rule, "group", better.rule.name)
        else:
            chosen.append(candidate)
    for kind, level in STEPS:
        step = [c for c in chosen if (c.rule.kind, c.rule.level) == (kind, level)]
        if step:
            outcomes.update(price.run_step(step))
    for candidate in chosen:
        if candidate.rule.kind == "minimum":
            outcomes[candidate.rule.id] = price.raise_to_minimum(candidate)
    return PriceResult(price.get_lines(), [outcomes[rule.id] for rule in rules])


@dataclass(slots=True)
class _Candidate:
    """A rule whose conditions hold, and the lines it is about."""

    rule: Rule
    lines: list
    effect: Decimal


class _Line:
    """A line while rules work on it: exact numbers, rounded at the end of a step."""

    __slots__ = (
        "categories",
        "current",
        "discount",
        "plan",
        "price",
        "products",
        "quantity",
        "share",
        "start",
    )

    def __init__(self, plan, parent=None):
        self.plan = plan
        self.quantity = to_decimal(plan.quantity)
        self.price = self.current = to_decimal(plan.price_unit)
        self.discount = to_decimal(plan.discount)
        self.share = Decimal(1)
        self.start = ZERO
        # A part of a kit is what the kit is.
        self.products = {plan.product_id} | (parent.products if parent else set())
        self.categories = set(plan.category_ids)
        if parent:
            self.categories |= parent.categories

    def get_amount(self, rounding):
        """What the line costs now, as it is printed."""
        amount = self.quantity * self.price * (1 - self.discount / HUNDRED)
        return round_half_up(amount, rounding)

    @property
    def is_open(self):
        return not self.plan.locked

    @property
    def counts(self):
        """Optional lines are in no sum until the customer takes them."""
        return not self.plan.is_optional


class _Price:
    """All lines of one price while rules work on them."""

    def __init__(self, lines, context):
        self.context = context
        self.lines = []
        by_key = {}
        # Parents first: a kit may stand below its parts.
        waiting = list(lines)
        while waiting:
            later = []
            keys = {line.key for line in waiting}
            for plan in waiting:
                if plan.parent_key in keys and plan.parent_key != plan.key:
                    later.append(plan)
                    continue
                by_key[plan.key] = line = _Line(plan, by_key.get(plan.parent_key))
                self.lines.append(line)
            if len(later) == len(waiting):  # parents in a circle have no parent
                later = [replace(plan, parent_key=None) for plan in later]
            waiting = later
        place = {id(plan): number for number, plan in enumerate(lines)}
        self.lines.sort(key=lambda line: place.get(id(line.plan), len(place)))
        self._start_step()

    def get_lines(self):
        """The lines as data again."""
        return [
            replace(
                line.plan,
                price_unit=float(line.price),
                discount=float(line.discount),
                reasons=list(line.plan.reasons),
            )
            for line in self.lines
        ]

    def get_sum(self, lines):
        """Sum of the printed amounts of the lines that count."""
        rounding = self.context.rounding
        return sum((line.get_amount(rounding) for line in lines if line.counts), ZERO)

    def match(self, rule):
        """The lines a rule is about, also those it may not change."""
        return [line for line in self.lines if self._is_about(rule, line)]

    def run_step(self, step):
        """Apply the rules of one step.

        :param step: candidates, by sequence
        :return: ``{rule id: Outcome}``
        """
        self._start_step()
        amounts = {}
        own = []
        for candidate in step:
            rule = candidate.rule
            lines = self._get_step_lines(candidate)
            if rule.as_line or rule.method in ("fixed", "formula"):
                own.append((rule, lines, self._get_own_amount(rule, lines, candidate)))
            else:
                amounts[rule.id] = self._change_lines(rule, lines)
        self._end_step()
        for rule, lines, amount in own:
            if rule.kind == "discount":
                remaining = min(self.get_sum(lines), self.get_sum(self.lines))
                amount = -max(ZERO, min(amount, remaining))
            amounts[rule.id] = amount
            if amount:
                self._add_line(rule, amount)
        return {
            c.rule.id: Outcome(
                c.rule, "" if amounts[c.rule.id] else "zero", "", amounts[c.rule.id]
            )
            for c in step
        }

    def raise_to_minimum(self, candidate):
        """Add what is missing to the least the work costs."""
        rule = candidate.rule
        lines = self.match(rule) if rule.is_filtered else self.lines
        missing = self._get_goal(rule, candidate) - self.get_sum(lines)
        if missing <= 0:
            return Outcome(rule, "reached")
        self._add_line(rule, missing)
        return Outcome(rule, "", "", missing)

    def _is_about(self, rule, line):
        plan = line.plan
        if plan.kind == "rule":
            return not rule.is_filtered and rule.level == "order"
        if rule.method == "unit":
            if plan.kind == "kit" and not (rule.product_ids or rule.category_ids):
                return False  # its parts carry the price
            products, categories = {plan.product_id}, set(plan.category_ids)
        else:
            products, categories = line.products, line.categories
        return (
            (not rule.kinds or plan.kind in rule.kinds)
            and (not rule.product_ids or not rule.product_ids.isdisjoint(products))
            and (not rule.category_ids or not rule.category_ids.isdisjoint(categories))
        )

    def _start_step(self):
        rounding = self.context.rounding
        for line in self.lines:
            line.current = line.price
            line.share = Decimal(1)
            line.start = line.get_amount(rounding)

    def _end_step(self):
        context = self.context
        for line in self.lines:
            if line.current != line.price:
                line.price = round_half_up(
                    max(ZERO, line.current), context.price_rounding
                )
            if line.share != 1:
                kept = (HUNDRED - line.discount) * max(ZERO, line.share)
                line.discount = round_half_up(HUNDRED - kept, context.discount_rounding)

    def _get_step_lines(self, candidate):
        """The lines of a rule, with those that earlier steps have added."""
        known = {id(line) for line in candidate.lines}
        return [
            line
            for line in self.lines
            if line.is_open
            and (
                id(line) in known
                or (line.plan.kind == "rule" and self._is_about(candidate.rule, line))
            )
        ]

    def _change_lines(self, rule, lines):
        """Put a percentage or an amount per piece into the lines themselves."""
        change = ZERO
        part = rule.amount / HUNDRED
        sign = 1 if rule.kind == "surcharge" else -1
        for line in lines:
            if rule.method == "unit" and line.plan.kind == "rule":
                continue
            before = line.current, line.share
            if rule.method == "unit":
                line.current = max(ZERO, line.current + sign * rule.amount)
            elif rule.kind == "surcharge":
                line.current += part * (line.current if rule.compound else line.price)
            else:
                line.share -= part * (line.share if rule.compound else 1)
                line.share = max(ZERO, line.share)
            if (line.current, line.share) == before:
                continue
            line.plan = replace(line.plan, reasons=[*line.plan.reasons, rule.reason])
            if line.counts:
                kept = 1 - line.discount / HUNDRED
                change += line.quantity * kept * line.price * (line.share - before[1])
                change += line.quantity * kept * (line.current - before[0])
        if not change and any(rule.reason in line.plan.reasons for line in lines):
            # Only optional lines: applied, though no sum moves yet.
            return Decimal("1E-9")
        return round_half_up(change, self.context.rounding) or change

    def _get_own_amount(self, rule, lines, candidate):
        """The amount of the line a rule makes, without its sign."""
        rounding = self.context.rounding
        if rule.method == "fixed":
            return round_half_up(rule.amount, rounding)
        if rule.method == "formula":
            return round_half_up(candidate.effect.copy_abs(), rounding)
        counted = [line for line in lines if line.counts]
        if rule.method == "unit":
            return round_half_up(
                rule.amount
                * sum((line.quantity for line in counted if _is_work(line)), ZERO),
                rounding,
            )
        if rule.compound:
            base = sum((self._get_current_amount(line) for line in counted), ZERO)
        else:
            base = sum((line.start for line in counted), ZERO)
        return max(ZERO, round_half_up(base * rule.amount / HUNDRED, rounding))

    def _get_current_amount(self, line):
        """The amount of a line as the rules of this step have made it until now."""
        kept = (1 - line.discount / HUNDRED) * line.share
        return round_half_up(line.quantity * line.current * kept, self.context.rounding)

    def _get_goal(self, rule, candidate):
        goal = rule.amount if rule.method == "fixed" else candidate.effect
        return round_half_up(goal, self.context.rounding)

    def _add_line(self, rule, amount):
        plan = PlanLine(
            key=("rule", rule.id),
            name=rule.name,
            quantity=1.0,
            price_unit=float(amount),
            product_id=rule.product_id,
            uom_id=rule.uom_id,
            kind="rule",
            trace=rule.reason,
        )
        self.lines.append(_Line(plan))


def _is_work(line):
    return line.plan.kind != "rule"


def _get_candidate(rule, price, context):
    """The rule with its lines, when all it asks for is so; else :class:`NotApplied`."""
    _check_who(rule, context)
    if rule.is_timed:
        _check_when(rule, context)
    matched = price.match(rule)
    own = [line for line in matched if _is_work(line)]
    lines = [line for line in own if line.is_open]
    if not lines:
        raise NotApplied("no_lines")
    if any(
        line.plan.locked and line.plan.key == ("rule", rule.id) for line in price.lines
    ) and (rule.kind == "minimum" or rule.method in ("fixed", "formula")):
        raise NotApplied("agreed")
    if rule.level == "line":
        lines = _filter_lines(rule, lines, context)
    else:
        _check_volume(rule, own, price.get_sum(own))
        _check_condition(rule, _get_values(rule, own, price, context))
    is_own = rule.as_line or rule.method in ("fixed", "formula")
    if (is_own or rule.kind == "minimum") and not any(line.counts for line in lines):
        raise NotApplied("optional")
    return _Candidate(rule, lines, _get_effect(rule, own, lines, price, context))


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
    refusal = None
    for line in lines:
        try:
            amount = line.get_amount(context.rounding)
            _check_volume(rule, [line], amount)
            _check_condition(rule, _get_line_values(line, context))
        except NotApplied as error:
            refusal = refusal or error
        else:
            found.append(line)
    if not found:
        raise refusal
    return found


def _check_volume(rule, lines, amount):
    if rule.minimum_quantity:
        if sum((line.quantity for line in lines), ZERO) < rule.minimum_quantity:
            raise NotApplied("quantity", rule.minimum_quantity)
    if rule.minimum_amount and amount < rule.minimum_amount:
        raise NotApplied("amount", rule.minimum_amount)


def _check_condition(rule, values):
    if rule.condition and not _evaluate(rule.condition, values):
        raise NotApplied("condition", str(rule.condition))


def _evaluate(expression, values):
    """The value, or :class:`NotApplied` with the missing answer or the error."""
    missing = sorted(set(expression.names) - values.keys())
    if missing:
        raise NotApplied("answer", missing[0])
    try:
        return expression.evaluate(values)
    except (ValueError, ArithmeticError) as error:
        raise NotApplied("error", str(error)) from error


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


def _get_better(candidate, candidates):
    """The other rule of its exclusive group that counts instead; else ``None``."""
    rule = candidate.rule
    if rule.group is None:
        return None
    rivals = [c for c in candidates if c.rule.group == rule.group]
    if rule.choice == "first":
        chosen = rivals[0]
    elif rule.choice == "best":
        chosen = min(rivals, key=lambda c: c.effect)
    else:
        chosen = max(rivals, key=lambda c: abs(c.effect))
    return None if chosen is candidate else chosen
