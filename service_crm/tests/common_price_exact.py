"""The price of a generated order, computed by hand in Decimal.

Nothing of the tax engine or of the price rules is used here.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

D = Decimal
CENT = D("0.01")


def round_to(number, step=CENT):
    return (number / step).quantize(D(1), ROUND_HALF_UP) * step


@dataclass
class Sold:
    """One line as the test knows it."""

    quantity: Decimal
    price: Decimal
    rate: Decimal
    kind: str = "service"
    discount: Decimal = D(0)

    @property
    def amount(self):
        return self.quantity * self.price * (1 - self.discount / 100)


@dataclass
class Case:
    """One generated order."""

    step: Decimal
    included: bool
    globally: bool
    answers: dict
    rate: Decimal
    fee_tax: Decimal
    lines: list = field(default_factory=list)

    def price(self):
        """The lines with the price rules of the test."""
        lines = list(self.lines)
        if self.answers["heavy"]:
            for line in lines:
                if line.kind == "service":
                    line.price += round_to(D("15.50") * self.rate, self.step)
        rates = {line.rate for line in lines}
        rule_tax = rates.pop() if len(rates) == 1 else self.fee_tax
        fees = []
        if self.answers["urgent"]:
            amount = round_to(self.sum(lines) * D("0.3"), self.step)
            fees.append(Sold(D(1), amount, rule_tax, "rule"))
        if self.answers["storey"] > 2:
            amount = round_to(D("12.25") * (self.answers["storey"] - 2), self.step)
            fees.append(Sold(D(1), amount, rule_tax, "rule"))
        lines += fees
        for line in lines:
            kept = D(1)
            if line.kind == "material" and line.quantity >= 5:
                kept *= D("0.93")
            if self.answers["give_discount"]:
                kept *= D("0.95")
            line.discount = round_to(100 - 100 * kept)
        missing = round_to(250 * self.rate, self.step) - self.sum(lines)
        if missing > 0:
            lines.append(Sold(D(1), missing, rule_tax, "rule"))
        return [line for line in lines if line.price]

    def sum(self, lines):
        return sum((round_to(line.amount, self.step) for line in lines), D(0))

    def get_totals(self):
        """``(untaxed, tax, total)`` as accounting has them."""
        lines = self.price()
        if self.globally:
            return self.get_global_totals(lines)
        untaxed = tax = D(0)
        for line in lines:
            amount = round_to(line.amount, self.step)
            share = line.rate / 100
            if self.included:
                own = round_to(amount * share / (1 + share), self.step)
                untaxed += amount - own
            else:
                own = round_to(amount * share, self.step)
                untaxed += amount
            tax += own
        return untaxed, tax, untaxed + tax

    def get_global_totals(self, lines):
        taxes = defaultdict(D)
        for line in lines:
            share = line.rate / 100
            part = share / (1 + share) if self.included else share
            taxes[line.rate] += line.amount * part
        tax = sum((round_to(amount, self.step) for amount in taxes.values()), D(0))
        amount = round_to(sum(line.amount for line in lines), self.step)
        untaxed = amount - tax if self.included else amount
        return untaxed, tax, untaxed + tax
