"""The parts of a parsed formula: each knows its type, its text and how to compute.

``get_type(types)`` checks units before anything is computed; ``compile()`` gives a
function of the values; ``text()`` re-parses to the same; ``words(values, point)`` is
the computation with numbers in place of names.

A type is a :class:`~.units.Unit`, or ``BOOL``, ``TEXT``, ``DATE``; ``ZERO`` is the type
of a bare ``0``, which goes with every unit.
"""

from datetime import date
from decimal import Decimal

from .expression_tokens import ExpressionError
from .expression_values import (
    BOOL,
    CONTEXT,
    DATE,
    MAX_POWER,
    TEXT,
    ZERO,
    check_size,
    convert,
    day_of,
    number,
    quote,
    type_of,
    unite,
)
from .units import PLAIN, Quantity, Unit, base_unit, format_number, format_quantity

# Binding powers, also for brackets when printed.
OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM = range(1, 10)
SYMBOLS = {"*": "×", "/": "÷", "-": "−", "+": "+"}


class Node:
    """A part of a formula. ``at``: its place; ``depth``: of the nesting below it."""

    level = ATOM
    children = ()

    def __init__(self, at, *children):
        self.at = at
        self.children = children
        self.depth = 1 + max((child.depth for child in children), default=0)

    def numeric(self, child, types):
        """The unit of a child that has to be a number; a bare 0 has none."""
        kind = child.get_type(types)
        if kind == ZERO:
            return PLAIN
        if not isinstance(kind, Unit):
            raise ExpressionError("not_a_number", child.at)
        return kind

    def inner(self, child, level, words=None):
        """The text of a child, in brackets where it binds less."""
        text = child.words(*words) if words else child.text()
        return f"({text})" if child.level < level else text

    def words(self, values, point):
        """The computation with values; extended where it differs from the text."""
        return self.text()

    def get_opposites(self):
        """Texts of conditions that hold exactly when this one does not."""
        return {f"not {self.inner(self, NOT)}"}


class Number(Node):
    def __init__(self, at, value, unit=None):
        super().__init__(at)
        self.value, self.unit = value, unit

    def get_type(self, types):
        if self.unit is None:
            return PLAIN if self.value else ZERO
        return self.unit

    def text(self):
        text = format(self.value, "f")
        if self.unit is None:
            return text
        space = "" if self.unit.symbol == "%" else " "
        return f"{text}{space}{self.unit.symbol}"

    def words(self, values, point):
        return self.text().replace(".", point)

    def compile(self):
        factor = self.unit.factor if self.unit else 1
        result = check_size(self.value * factor, self.at)
        return lambda values: result


class Text(Node):
    def __init__(self, at, value):
        super().__init__(at)
        self.value = value

    def get_type(self, types):
        return TEXT

    def text(self):
        return quote(self.value)

    def compile(self):
        value = self.value
        return lambda values: value


class Truth(Text):
    def get_type(self, types):
        return BOOL

    def text(self):
        return "true" if self.value else "false"


class Day(Text):
    """``date("2026-12-31")``"""

    def get_type(self, types):
        return DATE

    def text(self):
        return f'date("{self.value.isoformat()}")'


class Name(Node):
    def __init__(self, at, name):
        super().__init__(at)
        self.name = name

    def get_type(self, types):
        kind = types.get(self.name)
        if kind is None:
            raise ExpressionError(
                "unknown_name", self.at, name=self.name, known=tuple(sorted(types))
            )
        return kind

    def text(self):
        return self.name

    def words(self, values, point):
        value = values.get(self.name)
        if isinstance(value, Quantity):
            symbol = value.unit.symbol
            return f"{format_number(convert(value.number, '', 0), point)} {symbol}"
        value = convert(value, self.name, self.at)
        if isinstance(value, Decimal):
            return format_number(value, point)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return quote(value)
        return value.isoformat()

    def compile(self):
        name, at = self.name, self.at

        def run(values):
            if name not in values:
                raise ExpressionError("no_value", at, name=name)
            return convert(values[name], name, at)

        return run


class Chain(Node):
    """Parts of one rank, from left to right; one operator less than there are parts."""

    def __init__(self, at, operators, parts):
        super().__init__(at, *parts)
        self.operators = operators

    def join(self, words=None):
        first, *rest = self.children
        text = self.inner(first, self.level, words)
        for operator, part in zip(self.operators, rest, strict=True):
            sign = SYMBOLS[operator] if words else operator
            text += f" {sign} {self.inner(part, self.level + 1, words)}"
        return text

    def text(self):
        return self.join()

    def words(self, values, point):
        return self.join((values, point))


class Sum(Chain):
    """``a + b − c``"""

    level = SUM

    def get_type(self, types):
        first = self.children[0]
        result = first.get_type(types)
        for operator, term in zip(self.operators, self.children[1:], strict=True):
            kind = term.get_type(types)
            if operator == "-" and result == DATE and kind == DATE:
                result = PLAIN
                continue
            for child, part in ((first, result), (term, kind)):
                if part != ZERO and not isinstance(part, Unit):
                    raise ExpressionError("not_a_number", child.at)
            result = unite(result, kind, term.at)
        return result

    def compile(self):
        first, *rest = [child.compile() for child in self.children]
        steps = [
            (operator == "+", run, term.at)
            for operator, run, term in zip(
                self.operators, rest, self.children[1:], strict=True
            )
        ]
        at = self.children[0].at

        def run_sum(values):
            total = first(values)
            for plus, run, place in steps:
                value = run(values)
                if not plus and isinstance(total, date) and isinstance(value, date):
                    total = Decimal((day_of(total) - day_of(value)).days)
                    continue
                number(total, at), number(value, place)
                add = CONTEXT.add if plus else CONTEXT.subtract
                total = check_size(add(total, value), place)
            return total

        return run_sum


class Product(Chain):
    """``a × b ÷ c``"""

    level = PRODUCT

    def get_type(self, types):
        result = self.numeric(self.children[0], types)
        for operator, child in zip(self.operators, self.children[1:], strict=True):
            kind = self.numeric(child, types)
            result = result * kind if operator == "*" else result / kind
        return result

    def words(self, values, point):
        """The product; a factor of 1 tells the reader nothing and is left out."""
        text = self.inner(self.children[0], PRODUCT, (values, point))
        for operator, child in zip(self.operators, self.children[1:], strict=True):
            factor = self.inner(child, PRODUCT + 1, (values, point))
            if text == "1" and operator == "*":
                text = factor
            elif factor != "1":
                text += f" {SYMBOLS[operator]} {factor}"
        return text

    def compile(self):
        first, *rest = [child.compile() for child in self.children]
        at = self.children[0].at
        steps = [
            (operator == "*", run, child.at)
            for operator, run, child in zip(
                self.operators, rest, self.children[1:], strict=True
            )
        ]

        def run_product(values):
            total = number(first(values), at)
            for times, run, place in steps:
                value = number(run(values), place)
                if times:
                    total = CONTEXT.multiply(total, value)
                elif not value:
                    raise ExpressionError("division_by_zero", place)
                else:
                    total = CONTEXT.divide(total, value)
                check_size(total, place)
            return total

        return run_product


class Minus(Node):
    level = SIGN

    def get_type(self, types):
        kind = self.children[0].get_type(types)
        return kind if kind == ZERO else self.numeric(self.children[0], types)

    def text(self):
        return f"-{self.inner(self.children[0], SIGN)}"

    def words(self, values, point):
        return f"−{self.inner(self.children[0], SIGN, (values, point))}"

    def compile(self):
        run, at = self.children[0].compile(), self.children[0].at
        return lambda values: CONTEXT.minus(number(run(values), at))


class Power(Node):
    """``a²``: the exponent is a whole number written out."""

    level = POWER

    def __init__(self, at, base, exponent):
        super().__init__(at, base)
        if not 2 <= exponent <= MAX_POWER:
            raise ExpressionError("bad_power", at, maximum=MAX_POWER)
        self.exponent = exponent

    def get_type(self, types):
        return self.numeric(self.children[0], types) ** self.exponent

    def text(self):
        return f"{self.inner(self.children[0], ATOM)}^{self.exponent}"

    def words(self, values, point):
        base = self.children[0]
        text = base.words(values, point)
        return f"({text})^{self.exponent}" if " " in text else f"{text}^{self.exponent}"

    def compile(self):
        run, exponent, at = self.children[0].compile(), self.exponent, self.at

        def run_power(values):
            base = number(run(values), at)
            result = base
            for _time in range(exponent - 1):
                result = check_size(CONTEXT.multiply(result, base), at)
            return result

        return run_power


def describe_result(node, values, unit, point, result):
    """The value of a formula as text, for the end of its explanation."""
    if isinstance(result, bool):
        return "true" if result else "false"
    if isinstance(result, str):
        return quote(result)
    if isinstance(result, date):
        return result.isoformat()
    if unit is None:
        types = {
            name: type_of(value)
            for name, value in values.items()
            if isinstance(value, (Quantity, bool, str, date, int, float, Decimal))
        }
        try:
            kind = node.get_type(types)
        except ExpressionError:  # computed without a check: the number alone
            kind = PLAIN
        unit = base_unit(kind.dimensions) if isinstance(kind, Unit) else PLAIN
    return format_quantity(result, unit, point)
