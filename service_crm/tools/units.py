"""Units of measure that formulas reckon with: what may be added to what.

A unit is a power product of dimensions and a factor to its base unit. Base units are
metre, kilogram, hour and one unit of money; numbers without a unit (pieces, floors)
have no dimension. Formulas compute in base units only.
"""

from dataclasses import dataclass
from decimal import Decimal

BASE_SYMBOLS = {"length": "m", "mass": "kg", "time": "h", "money": "money"}
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True)
class Unit:
    """A unit: its symbol, its dimensions and how many base units it is.

    :param dimensions: ``(("length", 2),)`` for an area, sorted, no zero exponents
    """

    symbol: str
    dimensions: tuple = ()
    factor: Decimal = Decimal(1)

    def is_like(self, other):
        """Whether numbers of the two units can be added and compared."""
        return self.dimensions == other.dimensions

    def __mul__(self, other):
        return _combine(self, other, 1)

    def __truediv__(self, other):
        return _combine(self, other, -1)

    def __pow__(self, exponent):
        return base_unit(
            {name: power * exponent for name, power in self.dimensions}.items()
        )


@dataclass(frozen=True)
class Quantity:
    """A number and its unit, as somebody answered it: 5 m."""

    number: Decimal
    unit: Unit


def _combine(left, right, sign):
    powers = dict(left.dimensions)
    for name, power in right.dimensions:
        powers[name] = powers.get(name, 0) + sign * power
    return base_unit(powers.items())


def base_unit(dimensions):
    """The base unit of these ``(dimension, exponent)``."""
    powers = tuple(sorted((name, power) for name, power in dimensions if power))
    return Unit(_get_symbol(powers), powers)


def _get_symbol(powers):
    """The symbol of a base unit: m², kg/m²."""
    above = [_get_power(name, power) for name, power in powers if power > 0]
    below = [_get_power(name, -power) for name, power in powers if power < 0]
    text = "·".join(above)
    return "/".join([text or "1", *below]) if below else text


def _get_power(name, power):
    symbol = BASE_SYMBOLS.get(name, name)
    return symbol if power == 1 else symbol + str(power).translate(SUPERSCRIPTS)


def _build_units():
    """Units by the way they may be written after a number."""
    rows = (
        ("mm мм", "length", 1, "0.001"),
        ("cm см", "length", 1, "0.01"),
        ("m м", "length", 1, "1"),
        ("km км", "length", 1, "1000"),
        ("inch", "length", 1, "0.0254"),
        ("ft", "length", 1, "0.3048"),
        ("yd", "length", 1, "0.9144"),
        ("cm² cm2 см² см2", "length", 2, "0.0001"),
        ("m² m2 м² м2", "length", 2, "1"),
        ("ft² ft2", "length", 2, "0.09290304"),
        ("m³ m3 м³ м3", "length", 3, "1"),
        ("l L л", "length", 3, "0.001"),
        ("ml мл", "length", 3, "0.000001"),
        ("g г", "mass", 1, "0.001"),
        ("kg кг", "mass", 1, "1"),
        ("t т", "mass", 1, "1000"),
        ("h ч", "time", 1, "1"),
        ("%", "", 0, "0.01"),
        ("pcs шт", "", 0, "1"),
    )
    units = {}
    for symbols, name, power, factor in rows:
        dimensions = ((name, power),) if power else ()
        for symbol in symbols.split():
            units[symbol] = Unit(symbol, dimensions, Decimal(factor))
    for symbol in ("min", "мин"):
        units[symbol] = Unit(symbol, (("time", 1),), 1 / Decimal(60))
    return units


UNITS = _build_units()
PLAIN = Unit("")


def find_unit(text):
    """The unit written like this, also divided (``kg/m²``); ``None`` when unknown."""
    above, *below = text.split("/")
    found = UNITS.get(above)
    for symbol in below:
        if found is None or symbol not in UNITS:
            return None
        other = UNITS[symbol]
        combined = found / other
        found = Unit(text, combined.dimensions, found.factor / other.factor)
    return found


def format_number(number, point="."):
    """A number as people write it: four decimals at most, no superfluous zeros."""
    number = Decimal(number)
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return ("0" if text in ("-0", "") else text).replace(".", point)


def format_quantity(number, unit, point="."):
    """A number of base units, written in a unit: 66 m²."""
    text = format_number(number / unit.factor, point)
    if not unit.symbol:
        return text
    return text + unit.symbol if unit.symbol == "%" else f"{text} {unit.symbol}"
