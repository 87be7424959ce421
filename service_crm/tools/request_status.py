"""Where a request stands: whom it waits for, and what the customer is told.

Plain functions of a few facts, so that they can be read and tested in one place.
"""

from typing import NamedTuple


class Visit(NamedTuple):
    """What matters of a work order."""

    state: str
    slot_state: str = "none"
    customer_confirmed: bool = False
    performer_confirmed: bool = False


class Facts(NamedTuple):
    """What matters of a request."""

    phase: str
    lost: bool = False
    visits: tuple = ()
    asked: frozenset = frozenset()  # roles whose approval is waited for
    payment: str = ""


def get_waiting_for(facts):
    """The role whose turn it is, as a key of ``crm.lead.waiting_for``."""
    if facts.lost or facts.phase == "done":
        return "nobody"
    if facts.phase == "new":
        return "operator"
    if facts.phase == "qualification":
        return "manager"
    if facts.phase == "dispatch":
        for role in ("dispatcher", "manager", "customer"):
            if role in facts.asked:
                return role
        return "dispatcher"
    return _get_waiting_for_visits(facts)


def _get_waiting_for_visits(facts):
    visits = [visit for visit in facts.visits if visit.state != "cancelled"]
    states = {visit.state for visit in visits}
    if not visits or "draft" in states or "done" in states:
        return "dispatcher"
    if states & {"on_the_way", "in_progress"}:
        return "performer"
    for visit in visits:
        if visit.state in ("offered", "assigned"):
            tentative = visit.slot_state == "tentative"
            if tentative and visit.performer_confirmed and not visit.customer_confirmed:
                return "customer"
            return "performer"
    if facts.payment == "to_invoice":
        return "manager"
    if facts.payment in ("to_pay", "partial"):
        return "customer"
    return "dispatcher"


def get_customer_status(facts):
    """What the customer is told, as a key of ``crm.lead._get_customer_statuses``."""
    if facts.lost:
        return "lost"
    if facts.phase == "dispatch":
        return "offer" if "customer" in facts.asked else "pricing"
    if facts.phase == "agreed":
        return _get_visit_status(facts.visits)
    if facts.phase == "execution":
        on_the_way = any(visit.state == "on_the_way" for visit in facts.visits)
        return "on_the_way" if on_the_way else "in_progress"
    if facts.phase in ("closing", "done"):
        if facts.payment in ("to_pay", "partial"):
            return "to_pay"
        return "done" if facts.phase == "done" else "ready"
    return facts.phase if facts.phase in ("new", "qualification") else "new"


def _get_visit_status(visits):
    open_visits = [v for v in visits if v.state in ("offered", "assigned")]
    if any(visit.slot_state == "fixed" for visit in open_visits):
        return "visit_fixed"
    if any(
        visit.slot_state == "tentative" and not visit.customer_confirmed
        for visit in open_visits
        if visit.state == "assigned"
    ):
        return "visit_confirm"
    return "visit_planning"
