"""Values and types of formulas, and the limits of numbers."""

from datetime import date, datetime
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from .expression_tokens import ExpressionError
from .units import PLAIN, Quantity, Unit

BOOL, TEXT, DATE, ZERO = "bool", "text", "date", "zero"
LIMIT = Decimal(10) ** 15
MAX_POWER = 6
CONTEXT = Context(prec=34, traps=[InvalidOperation, DivisionByZero, Overflow])
NOISE = Decimal("1e-12")


def convert(value, name, at):
    """A value given from outside as formulas compute with it."""
    kind = type(value)
    if kind in (bool, str, Decimal):
        result = value
    elif kind is Quantity:
        result = convert(value.number, name, at) * value.unit.factor
    elif kind is float or kind is int:
        result = Decimal(repr(value))
    elif isinstance(value, datetime):
        result = value
    elif isinstance(value, date):
        result = value
    else:
        raise ExpressionError("no_value", at, name=name)
    return check_size(result, at) if type(result) is Decimal else result


def type_of(value, name=None, at=None):
    """The type of a value given from outside."""
    if isinstance(value, Quantity):
        return value.unit
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, str):
        return TEXT
    if isinstance(value, date):
        return DATE
    if isinstance(value, (int, float, Decimal)):
        return PLAIN
    raise ExpressionError("no_value", at, name=name)


def check_size(number, at):
    """The number, unless it is beyond every reasonable price or quantity."""
    if not number.is_finite() or abs(number) > LIMIT:
        raise ExpressionError("too_big", at)
    return number


def number(value, at):
    """The value when it is a number."""
    if type(value) is not Decimal:
        raise ExpressionError("not_a_number", at)
    return value


def truth(value, at):
    """The value when it is yes or no."""
    if type(value) is not bool:
        raise ExpressionError("not_a_condition", at)
    return value


def quote(text):
    return f'"{text}"'


def name_of(kind):
    """A type for an error's details: a unit's symbol, or the kind itself."""
    if isinstance(kind, Unit):
        return kind.symbol or "number"
    return "number" if kind == ZERO else kind


def unite(left, right, at, code="unit_add"):
    """The common type of two operands; different units are an error."""
    if left == ZERO and isinstance(right, Unit):
        return right
    if right == ZERO and isinstance(left, Unit):
        return left
    same = left == right
    if isinstance(left, Unit) and isinstance(right, Unit):
        same = left.is_like(right)
    if not same:
        raise ExpressionError(code, at, left=name_of(left), right=name_of(right))
    return left


def day_of(value):
    """A date or a moment as its day."""
    return value.date() if isinstance(value, datetime) else value


def clean(value):
    """The number without the noise of divisions, before it is rounded."""
    return value.quantize(NOISE) if abs(value) < LIMIT else value
