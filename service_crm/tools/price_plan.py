"""The price of a request as data: its lines before they are written."""

from dataclasses import dataclass, field

# In the context as "service_pricing" while prices are computed: no client can send it.
PRICING = object()


@dataclass(slots=True)
class PlanLine:
    """One line of a price, made by hand, by a kit or by a rule.

    :param key: what it is, the same at each computation, so that no line is doubled:
        ``("line", id)``, ``("component", key of the kit, component id)`` or
        ``("rule", rule id)``
    :param quantity: in ``uom_id``
    :param price_unit: before ``discount`` (percent)
    :param trace: how quantity or amount came about, in words; printed on the offer
    :param reasons: names of the rules that changed this line, in order
    :param kind: ``service``, ``material``, ``kit`` (its components carry the price)
        or ``rule``
    :param is_chosen: the customer took this optional line
    :param locked: offered or agreed already: counts for totals, is never changed
    :param pinned: the price was written by hand: no rule changes it
    :param listed: unit price of the price list; ``None`` without one
    :param base_price: unit price before rules
    :param base_discount: percent before rules
    :param error: why the line could not be computed anew, in words
    """

    key: tuple
    name: str
    quantity: float
    price_unit: float
    product_id: int | None = None
    uom_id: int | None = None
    discount: float = 0.0
    tax_ids: tuple = ()
    category_ids: tuple = ()
    kind: str = "service"
    parent_key: tuple | None = None
    trace: str = ""
    is_optional: bool = False
    is_chosen: bool = False
    locked: bool = False
    pinned: bool = False
    listed: float | None = None
    base_price: float = 0.0
    base_discount: float = 0.0
    error: str = ""
    reasons: list = field(default_factory=list)

    @property
    def amount(self):
        """Quantity × price less discount, unrounded."""
        return self.quantity * self.price_unit * (1 - self.discount / 100)

    @property
    def counts(self):
        """Whether it is in the sums: optional lines are once the customer took them."""
        return self.is_chosen or not self.is_optional


@dataclass(slots=True)
class PriceResult:
    """Lines after the rules, what became of each rule, and errors in words.

    :param lines: list of :class:`PlanLine`; those of rules come last
    :param outcomes: list of ``tools.price_rules.Outcome``, by sequence
    :param errors: list of sentences for the person who prices
    """

    lines: list
    outcomes: list = field(default_factory=list)
    errors: list = field(default_factory=list)

    @property
    def applied(self):
        """The rules that made this price."""
        return [outcome for outcome in self.outcomes if outcome.is_applied]
