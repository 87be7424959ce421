"""Planned payments: shares of a total, and what has been paid of each."""

from decimal import Decimal

HUNDRED = Decimal(100)


def split(total, percents, round_amount):
    """Amounts of the parts of a total; together they are the total to the cent.

    The last part takes what rounding leaves when the percents make up 100.

    :param percents: of each part
    :param round_amount: rounds a number to the currency's precision

    >>> split(100, [33.33, 33.33, 33.34], lambda amount: round(amount, 2))
    [33.33, 33.33, 33.34]
    >>> split(0.05, [50, 50], lambda amount: round(amount, 2))
    [0.03, 0.02]
    """
    shares = [_exact(percent) for percent in percents]
    amounts = [round_amount(float(_exact(total) * share / HUNDRED)) for share in shares]
    if amounts and sum(shares) == HUNDRED:
        others = sum(map(_exact, amounts[:-1]), Decimal(0))
        amounts[-1] = round_amount(float(_exact(total) - others))
    return amounts


def spread(paid, amounts):
    """What of a sum paid falls to each part: the first parts are paid first.

    >>> spread(70, [50, 50, 20])
    [50.0, 20.0, 0.0]
    """
    rest = max(_exact(paid), Decimal(0))
    parts = []
    for amount in map(_exact, amounts):
        part = min(max(amount, Decimal(0)), rest)
        rest -= part
        parts.append(float(part))
    return parts


def _exact(number):
    return Decimal(str(number))
