"""Conditions and functions of formulas."""

from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from .expression_nodes import AND, ATOM, COMPARE, NOT, OR, SUM, Node, Number, Text
from .expression_tokens import ExpressionError
from .expression_values import (
    BOOL,
    CONTEXT,
    TEXT,
    ZERO,
    check_size,
    clean,
    day_of,
    number,
    truth,
    unite,
)
from .units import Unit, format_number

MAX_ARGUMENTS = 50


def _order(left, right, at):
    """Two values that can be compared, dates and moments as dates."""
    if isinstance(left, date) and isinstance(right, date):
        return day_of(left), day_of(right)
    if type(left) is not type(right):
        raise ExpressionError("no_comparison", at)
    return left, right


class Comparison(Node):
    """``a < b``; words and yes/no are equal or not, but in no order."""

    level = COMPARE
    CHECKS = {
        "=": lambda left, right: left == right,
        "!=": lambda left, right: left != right,
        "<": lambda left, right: left < right,
        "<=": lambda left, right: left <= right,
        ">": lambda left, right: left > right,
        ">=": lambda left, right: left >= right,
    }
    OPPOSITES = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}

    def __init__(self, at, operator, left, right):
        super().__init__(at, left, right)
        self.operator = operator

    def get_type(self, types):
        left, right = (child.get_type(types) for child in self.children)
        kind = unite(left, right, self.at, "unit_compare")
        if kind in (TEXT, BOOL) and self.operator not in ("=", "!="):
            raise ExpressionError("no_order", self.at, operator=self.operator)
        return BOOL

    def join(self, words=None):
        left, right = (self.inner(child, SUM, words) for child in self.children)
        return f"{left} {self.operator} {right}"

    def text(self):
        return self.join()

    def words(self, values, point):
        return self.join((values, point))

    def get_opposites(self):
        opposite = Comparison(self.at, self.OPPOSITES[self.operator], *self.children)
        return super().get_opposites() | {opposite.text()}

    def compile(self):
        left, right = (child.compile() for child in self.children)
        check, at = self.CHECKS[self.operator], self.at
        ordered = self.operator not in ("=", "!=")

        def run_comparison(values):
            one, other = _order(left(values), right(values), at)
            if ordered and isinstance(one, (str, bool)):
                raise ExpressionError("no_order", at, operator=self.operator)
            return check(one, other)

        return run_comparison


class Among(Node):
    """``a in (b, c)``"""

    level = COMPARE

    def get_type(self, types):
        first, *rest = self.children
        kind = first.get_type(types)
        for child in rest:
            unite(kind, child.get_type(types), child.at, "unit_compare")
        return BOOL

    def join(self, words=None):
        first, *rest = self.children
        texts = [self.inner(child, OR, words) for child in rest]
        return f"{self.inner(first, SUM, words)} in ({', '.join(texts)})"

    def text(self):
        return self.join()

    def words(self, values, point):
        return self.join((values, point))

    def compile(self):
        first, *rest = [child.compile() for child in self.children]
        at = self.at

        def run_among(values):
            value = first(values)
            return any(
                one == other
                for one, other in (_order(value, run(values), at) for run in rest)
            )

        return run_among


class Logic(Node):
    """``a and b``, ``a or b``: what decides alone is not asked further."""

    def __init__(self, at, operator, terms):
        super().__init__(at, *terms)
        self.operator = operator
        self.level = AND if operator == "and" else OR

    def get_type(self, types):
        for child in self.children:
            if child.get_type(types) != BOOL:
                raise ExpressionError("not_a_condition", child.at)
        return BOOL

    def join(self, words=None):
        texts = [self.inner(child, self.level + 1, words) for child in self.children]
        return f" {self.operator} ".join(texts)

    def text(self):
        return self.join()

    def words(self, values, point):
        return self.join((values, point))

    def compile(self):
        runs = [(child.compile(), child.at) for child in self.children]
        decisive = self.operator == "or"

        def run_logic(values):
            for run, at in runs:
                if truth(run(values), at) is decisive:
                    return decisive
            return not decisive

        return run_logic


class Not(Node):
    level = NOT

    def get_type(self, types):
        if self.children[0].get_type(types) != BOOL:
            raise ExpressionError("not_a_condition", self.children[0].at)
        return BOOL

    def text(self):
        return f"not {self.inner(self.children[0], NOT)}"

    def words(self, values, point):
        return f"not {self.inner(self.children[0], NOT, (values, point))}"

    def get_opposites(self):
        return super().get_opposites() | {self.children[0].text()}

    def compile(self):
        run, at = self.children[0].compile(), self.children[0].at
        return lambda values: not truth(run(values), at)


class Call(Node):
    """A function of arguments; the kinds are below."""

    name = ""
    least, most = 1, 1

    def __init__(self, at, *arguments):
        if not self.least <= len(arguments) <= self.most:
            raise ExpressionError(
                "arguments", at, function=self.name, least=self.least, most=self.most
            )
        super().__init__(at, *arguments)

    def text(self):
        return f"{self.name}({', '.join(child.text() for child in self.children)})"

    def words(self, values, point):
        texts = [child.words(values, point) for child in self.children]
        return f"{self.name}({', '.join(texts)})"


class Extreme(Call):
    """``min(a, b, …)`` and ``max(a, b, …)``"""

    least, most = 2, MAX_ARGUMENTS
    choose = staticmethod(min)

    def get_type(self, types):
        kind = self.children[0].get_type(types)
        for child in self.children:
            part = child.get_type(types)
            if part != ZERO and not isinstance(part, Unit):
                raise ExpressionError("not_a_number", child.at)
            kind = unite(kind, part, child.at)
        return kind

    def compile(self):
        runs = [(child.compile(), child.at) for child in self.children]
        choose = self.choose
        return lambda values: choose(number(run(values), at) for run, at in runs)


class Min(Extreme):
    name = "min"


class Max(Extreme):
    name = "max"
    choose = staticmethod(max)


class Abs(Call):
    name = "abs"

    def get_type(self, types):
        return self.numeric(self.children[0], types)

    def compile(self):
        run, at = self.children[0].compile(), self.at
        return lambda values: abs(number(run(values), at))


class Rounding(Call):
    """``round(x)``, ``round(x, step)``: to whole numbers, or to multiples of a step."""

    least, most = 1, 2
    mode = ROUND_HALF_UP

    def get_type(self, types):
        kind = self.numeric(self.children[0], types)
        if len(self.children) == 1:
            if kind.dimensions:
                raise ExpressionError(
                    "no_step", self.at, function=self.name, unit=kind.symbol
                )
            return kind
        step = self.children[1]
        return unite(kind, self.numeric(step, types), step.at)

    def compile(self):
        run, at = self.children[0].compile(), self.at
        get_step = self.children[1].compile() if len(self.children) > 1 else None
        mode = self.mode

        def run_rounding(values):
            value = number(run(values), at)
            step = number(get_step(values), at) if get_step else Decimal(1)
            if step <= 0:
                raise ExpressionError("bad_step", at)
            count = check_size(CONTEXT.divide(value, step), at)
            whole = clean(count).to_integral_value(mode)
            return check_size(CONTEXT.multiply(whole, step), at)

        return run_rounding


class Round(Rounding):
    name = "round"


class Ceil(Rounding):
    name = "ceil"
    mode = ROUND_CEILING


class Floor(Rounding):
    name = "floor"
    mode = ROUND_FLOOR


class Pack(Ceil):
    """``pack(x, 20 m²)``: up to whole packs."""

    name = "pack"
    least = 2


class If(Call):
    """``if(condition, then, else)``: only what is needed is computed."""

    name = "if"
    least = most = 3

    def get_type(self, types):
        condition, one, other = self.children
        if condition.get_type(types) != BOOL:
            raise ExpressionError("not_a_condition", condition.at)
        return unite(one.get_type(types), other.get_type(types), other.at, "unit_if")

    def words(self, values, point):
        condition, one, other = self.children
        taken = one if condition.compile()(values) is True else other
        return self.inner(taken, ATOM, (values, point))

    def compile(self):
        condition, one, other = (child.compile() for child in self.children)
        at = self.children[0].at
        return lambda values: (
            one(values) if truth(condition(values), at) else other(values)
        )


class Table(Node):
    """``table(x, 0: 10, 5: 8)``: from 0 on 10, from 5 on 8; words match exactly."""

    def __init__(self, at, subject, rows):
        if not rows or len(rows) > MAX_ARGUMENTS:
            raise ExpressionError(
                "arguments", at, function="table", least=2, most=MAX_ARGUMENTS
            )
        super().__init__(at, subject, *(value for _key, value in rows))
        self.keys = [key for key, _value in rows]
        for key in self.keys:
            if type(key) is not type(self.keys[0]) or type(key) not in (Number, Text):
                raise ExpressionError("table_key", key.at)
        self.by_number = isinstance(self.keys[0], Number)
        found = [key.compile()({}) for key in self.keys]
        if self.by_number and sorted(set(found)) != found:
            raise ExpressionError("table_order", at)
        if len(set(found)) != len(found):
            raise ExpressionError("table_double", at)

    def get_type(self, types):
        subject, *values = self.children
        kind = subject.get_type(types)
        for key in self.keys:
            unite(kind, key.get_type(types), key.at, "unit_compare")
        result = values[0].get_type(types)
        for value in values[1:]:
            result = unite(result, value.get_type(types), value.at, "unit_if")
        if kind != ZERO and not isinstance(kind, Unit) and kind != TEXT:
            raise ExpressionError("not_a_number", subject.at)
        return result

    def text(self):
        subject, *values = (child.text() for child in self.children)
        rows = ", ".join(
            f"{key.text()}: {value}"
            for key, value in zip(self.keys, values, strict=True)
        )
        return f"table({subject}, {rows})"

    def find(self, subject):
        """The number of the row that counts for a value."""
        last = None
        for index, key in enumerate(self.keys):
            value = key.compile()({})
            if type(value) is not type(subject):
                raise ExpressionError("no_comparison", key.at)
            if self.by_number and value <= subject or value == subject:
                last = index
        if last is None:
            shown = format_number(subject) if self.by_number else subject
            raise ExpressionError("table_missing", self.at, value=shown)
        return last

    def words(self, values, point):
        row = self.children[1 + self.find(self.children[0].compile()(values))]
        return self.inner(row, ATOM, (values, point))

    def compile(self):
        subject, *rows = (child.compile() for child in self.children)
        return lambda values: rows[self.find(subject(values))](values)


FUNCTIONS = {call.name: call for call in (Min, Max, Abs, Round, Ceil, Floor, Pack, If)}
