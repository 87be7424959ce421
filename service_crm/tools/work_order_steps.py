"""The steps of a work order as data: who may take which, from where to where."""

from dataclasses import dataclass

DISPATCHER = "dispatcher"
PERFORMER = "performer"


@dataclass(frozen=True)
class Step:
    """One step of a work order.

    :param roles: who may take it; a dispatcher may take a performer's step for him
    :param sources: states it may be taken from
    :param target: the state it leads to; ``None`` leaves the state as it is
    :param needs_reason: it is taken only with a reason
    :param needs_time: it is taken only with a planned time
    :param needs_performer: it is taken only with a performer
    """

    roles: tuple
    sources: tuple
    target: str | None = None
    needs_reason: bool = False
    needs_time: bool = False
    needs_performer: bool = False


PLANNING = ("draft", "offered", "assigned")
UNDER_WAY = ("on_the_way", "in_progress")
FINISHED = ("done", "closed")

BOTH = (PERFORMER, DISPATCHER)
PLANNED = {"needs_time": True, "needs_performer": True}

STEPS = {
    "offer": Step((DISPATCHER,), ("draft",), "offered", **PLANNED),
    "assign": Step((DISPATCHER,), ("draft", "offered"), "assigned", **PLANNED),
    "confirm_customer": Step((DISPATCHER,), PLANNING, needs_time=True),
    "confirm_performer": Step(BOTH, ("offered", "assigned"), "assigned", **PLANNED),
    "accept": Step(BOTH, ("offered", "assigned"), "assigned", **PLANNED),
    "refuse": Step(BOTH, ("offered", "assigned"), "draft", needs_reason=True),
    "on_the_way": Step(BOTH, ("assigned",), "on_the_way", **PLANNED),
    "start": Step(BOTH, ("assigned", "on_the_way"), "in_progress", **PLANNED),
    "done": Step(BOTH, ("in_progress",), "done"),
    "customer_absent": Step(BOTH, ("assigned", *UNDER_WAY), "draft", needs_reason=True),
    "reschedule": Step((DISPATCHER,), (*PLANNING, "on_the_way"), needs_reason=True),
    "unplan": Step(
        (DISPATCHER,), (*PLANNING, "on_the_way"), "draft", needs_reason=True
    ),
    "cancel": Step(
        (DISPATCHER,), (*PLANNING, *UNDER_WAY), "cancelled", needs_reason=True
    ),
    "send_back": Step((DISPATCHER,), ("done",), "in_progress", needs_reason=True),
    "reopen": Step((DISPATCHER,), ("cancelled",), "draft"),
    "offer_to": Step((DISPATCHER,), ("draft", "offered"), "offered", needs_time=True),
    "withdraw_offers": Step((DISPATCHER,), ("offered", "assigned")),
    "hand_over": Step(BOTH, ("assigned",), **PLANNED),
    "close": Step((DISPATCHER,), ("done",), "closed"),
}
