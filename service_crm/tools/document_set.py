"""Which kinds of documents belong to a job, as plain data."""

from dataclasses import dataclass, field

NOTHING = frozenset()


@dataclass(frozen=True)
class TypeRule:
    """One kind of document, as far as sets and steps look at it.

    :param id: of the kind
    :param company_id: 0 for all companies
    :param subject: for what one document is made: request, work_order, contract
    :param needed_by: key of the step that waits for it, empty for none
    :param needed_as: issued or signed
    :param team_ids: empty for all teams
    :param category_ids: empty for all; with ``product_ids`` one of both must fit
    """

    id: int
    company_id: int = 0
    subject: str = "request"
    needed_by: str = ""
    needed_as: str = "issued"
    is_required: bool = False
    in_set: bool = True
    team_ids: frozenset = NOTHING
    category_ids: frozenset = NOTHING
    product_ids: frozenset = NOTHING


@dataclass(frozen=True)
class JobFacts:
    """What is known of a request (or of a visit without one).

    :param category_ids: categories of its services, with all those above them
    :param product_ids: its services
    """

    company_id: int = 0
    team_id: int = 0
    category_ids: frozenset = field(default=NOTHING)
    product_ids: frozenset = field(default=NOTHING)


def asks_for_services(rules):
    """Whether any of the rules looks at the services of a job."""
    return any(rule.category_ids or rule.product_ids for rule in rules)


def applies(rule, facts):
    """Whether the kind of document is for this job."""
    if rule.company_id and facts.company_id not in (0, rule.company_id):
        return False
    if rule.team_ids and facts.team_id not in rule.team_ids:
        return False
    if not rule.category_ids and not rule.product_ids:
        return True
    return bool(
        rule.category_ids & facts.category_ids or rule.product_ids & facts.product_ids
    )


def get_default_set(rules, facts):
    """``{kind id: whether it is required}`` of the kinds that are made by default."""
    return {
        rule.id: rule.is_required
        for rule in rules
        if rule.in_set and applies(rule, facts)
    }


def is_there(needed_as, state, has_scan):
    """Whether a document in this state is what the step waits for."""
    if state in ("draft", "cancelled"):
        return False
    return needed_as == "issued" or state == "signed" or has_scan
