"""What a short message costs. No database."""

from functools import lru_cache

from .segments import count


def find_price(rows, number, country):
    """The price of one part to a number.

    :param rows: list of ``(prefix, country code, price)``; both empty: all others
    :return: price of the longest prefix, else of the country, else of all others;
        None when no row fits
    """
    best = None
    for prefix, code, price in rows:
        if prefix:
            fits, weight = number.startswith(prefix), 2 + len(prefix)
        elif code:
            fits, weight = code == country, 1
        else:
            fits, weight = True, 0
        if fits and (best is None or weight > best[0]):
            best = (weight, price)
    return best and best[1]


@lru_cache(5000)
def count_segments(text):
    """Parts that are paid; the same text goes to many."""
    return count(text).segments
