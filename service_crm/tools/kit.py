"""How much of each part a kit needs: plain reckoning, no database."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from .expression import ExpressionError, parse
from .units import Unit, format_number, format_quantity


@dataclass(frozen=True, slots=True)
class Part:
    """What the kit's card says of a part.

    :param unit: the unit it is ordered in
    :param quantity: for one kit, when there is no formula
    :param waste: percent added
    :param pack: size of a pack in ``unit``; 0 when any quantity is sold
    """

    unit: Unit
    formula: str = ""
    condition: str = ""
    quantity: Decimal = Decimal(1)
    waste: Decimal = Decimal(0)
    pack: Decimal = Decimal(0)


@lru_cache(maxsize=8192)
def get_type(text, types):
    """The type of a formula, looked up once.

    :param frozenset types: the items of ``{name: type}``
    """
    return parse(text).check(dict(types))


@lru_cache(maxsize=256)
def share_types(types):
    """The same object for the same types, so that they are compared once, and not by
    each formula.

    :param frozenset types: the items of ``{name: type}``
    """
    return types


def check_quantity(text, unit, types):
    """The formula of a quantity, its unit fitting the one it is ordered in.

    :raise ExpressionError: ``unit_result`` when it does not
    """
    kind = get_type(text, types)
    if kind == "zero":
        return parse(text)
    if not isinstance(kind, Unit):
        raise ExpressionError("not_a_number", 0)
    if not kind.is_like(unit):
        raise ExpressionError(
            "unit_result", None, result=kind.symbol, wanted=unit.symbol
        )
    return parse(text)


def check_condition(text, types):
    """The formula of a condition, which has to be yes or no."""
    if get_type(text, types) != "bool":
        raise ExpressionError("not_a_condition", 0)
    return parse(text)


def compute_quantity(text, unit, values, types, point="."):
    """A quantity by formula.

    :return: ``(Decimal in the unit, the computation in words)``
    """
    expression = check_quantity(text, unit, types)
    result = expression.evaluate(values)
    if result < 0:
        raise ExpressionError(
            "negative", None, result=format_quantity(result, unit, point)
        )
    words = expression.explain(values, unit, point, result)
    return result / unit.factor, words


def compute_part(part, times, values, types, digits=2, point="."):
    """The quantity of a part.

    :param Decimal times: how many kits
    :return: ``(Decimal, words)``; ``(None, "")`` when its condition does not hold
    :raise ExpressionError: when it can not be computed
    """
    if part.condition and not check_condition(part.condition, types).is_true(values):
        return None, ""
    unit = part.unit

    def write(number):
        return format_quantity(number * unit.factor, unit, point)

    if part.formula:
        quantity, words = compute_quantity(part.formula, unit, values, types, point)
        steps = [words]
    else:
        quantity, steps = part.quantity, []
    if times != 1:
        first = "" if steps else f" {write(quantity)}"
        quantity *= times
        steps.append(f"{format_number(times, point)} ×{first} = {write(quantity)}")
    if part.waste:
        quantity *= 1 + part.waste / 100
        steps.append(f"+ {format_number(part.waste, point)}% = {write(quantity)}")
    if part.pack and quantity:
        packs = parse("ceil(x)").evaluate({"x": quantity / part.pack})
        quantity = packs * part.pack
        steps.append(f"{packs:f} × {write(part.pack)} = {write(quantity)}")
    step = Decimal(1).scaleb(-digits)
    return quantity.quantize(step, ROUND_HALF_UP), "; ".join(steps)


class KitProblem(ValueError):
    """A kit can not be computed; the message is ready for the person who prices."""
