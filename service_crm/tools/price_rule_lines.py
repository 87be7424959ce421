"""The lines of a price while rules work on them: exact, rounded once a step."""

from dataclasses import replace

from .price_plan import PlanLine
from .price_rule import HUNDRED, ONE, ZERO, Outcome, round_half_up, to_decimal


class RuleLine:
    """A line while rules work on it: exact numbers, rounded at the end of a step."""

    __slots__ = (
        "_amount",
        "categories",
        "counts",
        "current",
        "discount",
        "is_open",
        "is_work",
        "plan",
        "price",
        "products",
        "quantity",
        "reasons",
        "share",
        "start",
        "worth",
    )

    def __init__(self, plan, parent=None):
        self.plan = plan
        self.quantity = to_decimal(plan.quantity)
        self.price = self.current = to_decimal(plan.price_unit)
        self.discount = to_decimal(plan.discount)
        self.share = ONE
        self.start = self.worth = ZERO
        # Asked for each line by each rule, and the same for all of them.
        self.counts = plan.counts
        self.is_open = not plan.locked
        self.is_work = plan.kind != "rule"  # picked, and not made by a rule
        self.reasons = list(plan.reasons)
        self._amount = None
        # A part of a kit is what the kit is.
        self.products = {plan.product_id} | (parent.products if parent else set())
        self.categories = set(plan.category_ids)
        if parent:
            self.categories |= parent.categories

    def get_amount(self, rounding):
        """What the line costs now, as it is printed."""
        if self._amount is None:
            amount = self.quantity * self.price * (1 - self.discount / HUNDRED)
            self._amount = round_half_up(amount, rounding)
        return self._amount

    def set_price(self, price):
        """A new price, at the end of a step."""
        self.price = price
        self._amount = None

    def set_discount(self, discount):
        """A new discount, at the end of a step."""
        self.discount = discount
        self._amount = None

    def get_current(self, rounding):
        """What it costs as the rules of this step have made it until now."""
        kept = (1 - self.discount / HUNDRED) * self.share
        return round_half_up(self.quantity * self.current * kept, rounding)

    def take(self, rule):
        """Put a percentage or an amount per piece into the line itself.

        :return: whether anything changed
        """
        before = self.current, self.share
        part = rule.amount / HUNDRED
        if rule.method == "unit":
            sign = 1 if rule.kind == "surcharge" else -1
            self.current = max(ZERO, self.current + sign * rule.amount)
        elif rule.kind == "surcharge":
            self.current += part * (self.current if rule.compound else self.price)
        else:
            self.share -= part * (self.share if rule.compound else 1)
            self.share = max(ZERO, self.share)
        return (self.current, self.share) != before


class RulePrice:
    """All lines of one price while rules work on them."""

    def __init__(self, lines, context):
        self.context = context
        self.lines = []
        self._matched = {}
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
                by_key[plan.key] = line = RuleLine(plan, by_key.get(plan.parent_key))
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
                reasons=line.reasons,
            )
            for line in self.lines
        ]

    def get_sum(self, lines):
        """Sum of the printed amounts of the lines that count."""
        rounding = self.context.rounding
        return sum((line.get_amount(rounding) for line in lines if line.counts), ZERO)

    def match(self, rule):
        """The lines a rule is about, also those it may not change."""
        key = (
            rule.kinds,
            rule.product_ids,
            rule.category_ids,
            rule.method == "unit",
            rule.level,
        )
        if key not in self._matched:
            self._matched[key] = [
                line for line in self.lines if self._is_about(rule, line)
            ]
        return self._matched[key]

    def run_step(self, step):
        """Apply the rules of one step.

        :param step: candidates, by sequence
        :return: ``{rule id: Outcome}``
        """
        self._start_step()
        outcomes = {}
        own = []
        for candidate in step:
            rule = candidate.rule
            lines = self._get_step_lines(candidate)
            if rule.makes_line:
                own.append((rule, lines, self._get_own_amount(rule, lines, candidate)))
            else:
                outcomes[rule.id] = self._change_lines(rule, lines)
        self._end_step()
        for rule, lines, amount in own:
            if rule.kind == "discount":
                remaining = min(self.get_sum(lines), self.get_sum(self.lines))
                amount = -max(ZERO, min(amount, remaining))
            outcomes[rule.id] = Outcome(rule, "" if amount else "zero", amount=amount)
            if amount:
                self._add_line(rule, amount)
        return outcomes

    def raise_to_minimum(self, candidate):
        """Add what is missing to the least the work costs."""
        rule = candidate.rule
        missing = self._get_goal(rule, candidate) - self.get_sum(self.match(rule))
        if missing <= 0:
            return Outcome(rule, "reached")
        self._add_line(rule, missing)
        return Outcome(rule, amount=missing)

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
            line.share = ONE
            line.start = line.get_amount(rounding)
            line.worth = line.quantity * (1 - line.discount / HUNDRED)

    def _end_step(self):
        context = self.context
        for line in self.lines:
            if line.current != line.price:
                line.set_price(
                    round_half_up(max(ZERO, line.current), context.price_rounding)
                )
            if line.share != 1:
                kept = (HUNDRED - line.discount) * max(ZERO, line.share)
                line.set_discount(
                    round_half_up(HUNDRED - kept, context.discount_rounding)
                )

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
        changed = False
        for line in lines:
            if not _may_change(rule, line):
                continue
            before = line.current * line.share
            if not line.take(rule):
                continue
            changed = True
            line.reasons.append(rule.reason)
            if line.counts:
                change += line.worth * (line.current * line.share - before)
        code = "" if changed else "by_hand"
        return Outcome(rule, code, amount=round_half_up(change, self.context.rounding))

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
                * sum((line.quantity for line in counted if line.is_work), ZERO),
                rounding,
            )
        base = sum(
            (line.get_current(rounding) if rule.compound else line.start)
            for line in counted
        )
        return max(ZERO, round_half_up(base * rule.amount / HUNDRED, rounding))

    def _get_goal(self, rule, candidate):
        """What the lines of one rule together come to."""
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
        self.lines.append(RuleLine(plan))
        self._matched.clear()


def _may_change(rule, line):
    """Whether the rule may change the line itself: what was written by hand stays."""
    if rule.kind == "discount" and rule.method == "percent":
        return not line.plan.discount
    if rule.method == "unit" and not line.is_work:
        return False
    return not line.plan.pinned
