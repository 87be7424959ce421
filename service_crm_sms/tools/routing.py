"""Which gateway takes a message, and when it is tried again. No database."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import phonenumbers

# How long a message waits after each failed attempt.
BACK_OFF = [timedelta(seconds=s) for s in (30, 60, 120, 300, 900, 1800, 3600)]


@dataclass(frozen=True)
class Route:
    """What one gateway serves, in the order of the gateways.

    :param id: of the gateway
    :param company_id: 0: any
    :param purpose: empty: any
    :param countries: ISO codes; empty: all
    :param prefixes: beginnings of numbers, ``+7916``; empty: all
    :param is_down: it did not answer lately: others go first
    :param is_spent: its budget of the month is spent: it takes nothing
    """

    id: int
    company_id: int = 0
    purpose: str = ""
    countries: frozenset = frozenset()
    prefixes: tuple = ()
    is_down: bool = False
    is_spent: bool = False

    def serves(self, number, country, company_id, purpose):
        """Whether this gateway may send such a message at all."""
        if self.company_id and self.company_id != company_id:
            return False
        if self.purpose and self.purpose != purpose:
            return False
        if not (self.countries or self.prefixes):
            return True
        return country in self.countries or number.startswith(self.prefixes or ("-",))


def parse_prefixes(text):
    """Beginnings of numbers as written by a person: ``+7 916, 8-800`` → E.164.

    >>> parse_prefixes("+7 (916), 7917; +375")
    ('+7916', '+7917', '+375')
    """
    parts = (text or "").replace(";", ",").replace("\n", ",").split(",")
    digits = ("".join(c for c in part if c.isdigit()) for part in parts)
    return tuple(f"+{part}" for part in digits if part)


def get_back_off(tries):
    """The pause after so many failed attempts in a row."""
    return BACK_OFF[min(max(tries, 1), len(BACK_OFF)) - 1]


def parse_passed(text):
    """Gateways that gave a message up: ``(for now, for good)``, two sets of ids.

    >>> parse_passed("3,-5")
    ({3}, {5})
    """
    numbers = [int(part) for part in (text or "").split(",") if part]
    return {n for n in numbers if n > 0}, {-n for n in numbers if n < 0}


def add_passed(text, gateway_id, for_good):
    """Note one more gateway that gave the message up."""
    for_now, never = parse_passed(text)
    (never if for_good else for_now).add(gateway_id)
    return ",".join(map(str, [*sorted(for_now - never), *sorted(-n for n in never)]))


def choose(routes, passed=""):
    """The gateway for one message.

    :param routes: the :class:`Route` that serve it, in order
    :param passed: see :func:`parse_passed`
    :return: the route, or None; first those that work and did not fail with this
        message, then those that did (in another round)
    """
    for_now, never = parse_passed(passed)
    left = [r for r in routes if r.id not in never and not r.is_spent]
    return min(
        left, key=lambda route: (route.id in for_now, route.is_down), default=None
    )


@lru_cache(50_000)
def get_country(number):
    """ISO code of the country of a number in E.164; empty when it has none.

    >>> get_country("+79161234567")
    'RU'
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.region_code_for_number(parsed) or ""
