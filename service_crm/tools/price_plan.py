"""The price of a request as data: its lines before they are written."""

from dataclasses import dataclass, field


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
    :param locked: offered or agreed already: counts for totals, is never changed
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
    locked: bool = False
    reasons: list = field(default_factory=list)

    @property
    def amount(self):
        """Quantity × price less discount, unrounded."""
        return self.quantity * self.price_unit * (1 - self.discount / 100)
