"""A price rule as data, what it looks at, and what became of it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)
ZERO = Decimal(0)
ONE = Decimal(1)


def to_decimal(number):
    """The number as it is written, without the noise of binary fractions."""
    return number if isinstance(number, Decimal) else Decimal(repr(number))


def round_half_up(number, rounding):
    """Round to a multiple of ``rounding``, half away from zero."""
    return (number / rounding).quantize(ONE, ROUND_HALF_UP) * rounding


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as data; empty filters mean "any".

    :param reason: the rule in words, for the customer
    :param kind: ``surcharge``, ``discount`` or ``minimum``
    :param level: ``line``, each line by itself, or ``order``, all together
    :param method: ``percent``, ``fixed`` (once per order), ``unit`` (per piece) or
        ``formula`` (money, once per order or per line)
    :param formula: object with ``names`` and ``evaluate({name: value})``
    :param currency_id: of its amounts of money; those of formulas are in the price's
    :param as_line: shown as a line of its own with ``product_id``; else in the price
        (surcharge) or in the discount of the lines
    :param compound: percentage of what earlier rules of the same step have made
    :param group: of rules in the same group one counts: by ``choice`` the ``best`` for
        the customer, the ``highest`` amount, or the ``first``
    :param kinds: kinds of lines, see ``PlanLine``
    :param minimum_quantity: of the line, or of all lines together
    :param minimum_amount: likewise
    :param basis: which moment dates, hours and days are about: ``visit`` or ``asked``
    :param hours: ``(from, to)`` of the clock; the later first: over midnight
    :param day: ``any``, ``working``, ``outside`` (of working hours) or ``holiday``
    :param contract: ``any``, ``with`` or ``without``
    :param condition: as ``formula``; true or false
    """

    id: int
    name: str
    reason: str = ""
    sequence: int = 10
    kind: str = "surcharge"
    level: str = "order"
    method: str = "percent"
    amount: Decimal = ZERO
    currency_id: int | None = None
    formula: object = None
    as_line: bool = False
    product_id: int | None = None
    uom_id: int | None = None
    compound: bool = False
    group: int | None = None
    choice: str = "best"
    kinds: frozenset = frozenset()
    category_ids: frozenset = frozenset()
    product_ids: frozenset = frozenset()
    minimum_quantity: Decimal = ZERO
    minimum_amount: Decimal = ZERO
    basis: str = "visit"
    date_from: date | None = None
    date_to: date | None = None
    weekdays: frozenset = frozenset()
    hours: tuple | None = None
    day: str = "any"
    segment_ids: frozenset = frozenset()
    team_ids: frozenset = frozenset()
    pricelist_ids: frozenset = frozenset()
    contract: str = "any"
    contract_ids: frozenset = frozenset()
    condition: object = None

    @property
    def is_filtered(self):
        """Whether it is about some lines only."""
        return bool(self.kinds or self.category_ids or self.product_ids)

    @property
    def has_money(self):
        """Whether any of its numbers is an amount of money."""
        return self.method in ("fixed", "unit") or bool(self.minimum_amount)

    def in_currency(self, currency_id, rate, rounding):
        """The rule with its amounts of money in another currency."""
        amount = self.amount
        if self.method in ("fixed", "unit"):
            amount = round_half_up(amount * rate, rounding)
        return replace(
            self,
            currency_id=currency_id,
            amount=amount,
            minimum_amount=round_half_up(self.minimum_amount * rate, rounding),
        )

    @property
    def makes_line(self):
        """Whether its amount stands in a line of its own."""
        return (
            self.as_line
            or self.kind == "minimum"
            or self.method in ("fixed", "formula")
        )

    @property
    def is_timed(self):
        """Whether it depends on a moment."""
        return bool(
            self.date_from
            or self.date_to
            or self.weekdays
            or self.hours
            or self.day != "any"
        )


@dataclass(frozen=True, slots=True)
class Context:
    """What rules look at besides the lines.

    :param answers: ``{name: value}`` of the whole request
    :param line_answers: ``{key of a line: {name: value}}``
    :param visit: when the work is (planned, else wished), by the customer's clock
    :param asked: when the customer asked, by the same clock
    :param days: ``{"visit": "working", "asked": "holiday"}``
    :param rounding: smallest amount of the currency
    :param price_rounding: of unit prices
    :param discount_rounding: of percentages
    """

    answers: dict = field(default_factory=dict)
    line_answers: dict = field(default_factory=dict)
    visit: datetime | None = None
    asked: datetime | None = None
    days: dict = field(default_factory=dict)
    segment_ids: frozenset = frozenset()
    team_id: int | None = None
    pricelist_id: int | None = None
    contract_id: int | None = None
    rounding: Decimal = Decimal("0.01")
    price_rounding: Decimal = Decimal("0.01")
    discount_rounding: Decimal = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one rule.

    :param code: why it was not applied; ``""`` when it was
    :param detail: what the code is about: the name of an answer, of another rule …
    :param amount: what it adds to the price or takes off, before rounding of lines
    """

    rule: Rule
    code: str = ""
    detail: object = ""
    amount: Decimal = ZERO

    @property
    def is_applied(self):
        return not self.code


class NotApplied(Exception):
    """The rule does not count here: a code and what it is about."""

    def __init__(self, code, detail=""):
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
