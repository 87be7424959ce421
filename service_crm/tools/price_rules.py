"""Price rules: surcharges, discounts and minimum fees on the lines of a price.

The order is always the same, whatever the order of the rules in the list:

1. surcharges on single lines, 2. surcharges on the whole order,
3. discounts on single lines, 4. discounts on the whole order,
5. minimum fees.

Each step starts from what the step before left. Within a step percentages *add up*
(10 % and 5 % are 15 % of the amount the step began with), so that their order does
not matter; a rule that *compounds* takes its percentage of what the rules before it,
by sequence, have made. Prices and percentages are rounded once, at the end of a step,
half away from zero; sums are sums of rounded lines, as the customer reads them.

What a person wrote by hand stays: no rule changes a pinned price, or the discount of a
line that had one before. Rules with a line of their own count such lines, too.

Which rules count at all — conditions, volumes, the one chosen of an exclusive group —
is decided before the first step, on the lines as they were picked.
"""

from .price_plan import PriceResult
from .price_rule import NotApplied, Outcome
from .price_rule_lines import RulePrice
from .price_rule_match import get_candidate

STEPS = (
    ("surcharge", "line"),
    ("surcharge", "order"),
    ("discount", "line"),
    ("discount", "order"),
)


def apply_rules(lines, rules, context):
    """Apply the rules to the lines.

    :param lines: list of :class:`PlanLine`, left as they are
    :return: :class:`PriceResult` with new lines
    """
    rules = sorted(rules, key=lambda rule: (rule.sequence, rule.id))
    price = RulePrice(lines, context)
    outcomes = {}
    candidates = []
    for rule in rules:
        try:
            candidates.append(get_candidate(rule, price, context))
        except NotApplied as refusal:
            outcomes[rule.id] = Outcome(rule, refusal.code, refusal.detail)
    chosen = []
    for candidate in candidates:
        better = _get_better(candidate, candidates)
        if better:
            rule = candidate.rule
            outcomes[rule.id] = Outcome(rule, "group", better.rule.name)
        else:
            chosen.append(candidate)
    for kind, level in STEPS:
        step = [c for c in chosen if (c.rule.kind, c.rule.level) == (kind, level)]
        if step:
            outcomes.update(price.run_step(step))
    for candidate in chosen:
        if candidate.rule.kind == "minimum":
            outcomes[candidate.rule.id] = price.raise_to_minimum(candidate)
    return PriceResult(price.get_lines(), [outcomes[rule.id] for rule in rules])


def _get_better(candidate, candidates):
    """The other rule of its exclusive group that counts instead; else ``None``."""
    rule = candidate.rule
    if rule.group is None:
        return None
    rivals = [c for c in candidates if c.rule.group == rule.group]
    if rule.choice == "first":
        chosen = rivals[0]
    elif rule.choice == "best":
        chosen = min(rivals, key=lambda c: c.effect)
    else:
        chosen = max(rivals, key=lambda c: abs(c.effect))
    return None if chosen is candidate else chosen
