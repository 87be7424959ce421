"""The starting (maximum) price of a tender, by comparable market prices.

The rule is that of Russian public procurement: article 22, parts 2–6, of Federal law
44-FZ of 5 April 2013 and section III of the recommendations of the Ministry of Economic
Development (order 567 of 2 October 2013). The price of a unit is the mean of the
prices found; at least three of them are asked for; prices of the past are brought to
the level of today by an index; the prices are one market as long as their coefficient
of variation, with the deviation of a sample (n - 1), is not above 33 %.

No database and no ORM here: prices in, price and reasons out.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

ENOUGH_PRICES = 3
HIGHEST_VARIATION = Decimal(33)
_EXACT = Context(prec=50, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class FoundPrice:
    """One price of a unit that somebody asked or got: when, and for what record."""

    key: object
    price: Decimal
    day: date


@dataclass(frozen=True)
class UsedPrice:
    """A price at the level of the day of the computation."""

    key: object
    price: Decimal  # as found
    months: int  # whole months since
    index: Decimal  # what it was multiplied by
    present: Decimal  # as it counts


@dataclass(frozen=True)
class StartingPrice:
    """The price of a unit and everything needed to explain it."""

    price: Decimal
    used: tuple
    mean: Decimal
    deviation: Decimal
    variation: Decimal  # per cent of the mean
    has_few: bool  # fewer than three prices
    is_scattered: bool  # above 33 %


def count_months(since, until):
    """Whole months from one day to another; none when the first is the later one.

    >>> count_months(date(2026, 1, 31), date(2026, 3, 30))
    1
    """
    months = (until.year - since.year) * 12 + until.month - since.month
    return max(months - (until.day < since.day), 0)


def get_index(months, growth):
    """How much prices rose in these months, at ``growth`` per cent a year.

    >>> get_index(24, Decimal(10))
    Decimal('1.2100')
    """
    with localcontext(_EXACT):
        index = (1 + Decimal(growth) / 100) ** (Decimal(months) / 12)
        return index.quantize(Decimal("0.0001"))


def compute_starting_price(found, today, growth=0, unit="0.01"):
    """The starting price of a unit; ``None`` when no price was found.

    :param found: all :class:`FoundPrice` that count, in one currency, without tax
    :param today: the day whose level of prices is wanted
    :param growth: by how many per cent prices rise in a year
    :param unit: the smallest amount of the currency
    """
    if not found:
        return None
    unit = Decimal(unit)
    with localcontext(_EXACT):
        used = tuple(_bring_to_day(price, today, growth, unit) for price in found)
        count = len(used)
        mean = sum(price.present for price in used) / count
        squares = sum((price.present - mean) ** 2 for price in used)
        deviation = (squares / (count - 1)).sqrt() if count > 1 else Decimal(0)
        variation = deviation / mean * 100 if mean else Decimal(0)
        return StartingPrice(
            price=mean.quantize(unit),
            used=used,
            mean=mean,
            deviation=deviation.quantize(unit),
            variation=variation.quantize(Decimal("0.01")),
            has_few=count < ENOUGH_PRICES,
            # The exact value: 33.004 % is above the limit.
            is_scattered=variation > HIGHEST_VARIATION,
        )


def _bring_to_day(found, today, growth, unit):
    months = count_months(found.day, today)
    index = get_index(months, growth)
    present = (found.price * index).quantize(unit)
    return UsedPrice(found.key, found.price, months, index, present)
