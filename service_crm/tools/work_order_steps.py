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
    :param needs_slot: it is taken only with performer and planned time
    """

    roles: tuple
    sources: tuple
    target: str | None = None
    needs_reason: bool = False
    needs_slot: bool = False

    def leads_to(self, state):
        """The state after the step, taken from ``state``."""
        return self.target or state


PLANNING = ("draft", "offered", "assigned")
UNDER_WAY = ("on_the_way", "in_progress")
FINISHED = ("done", "closed")

STEPS = {
    "offer": Step((DISPATCHER,), ("draft",), "offered", needs_slot=True),
    "assign": Step((DISPATCHER,), ("draft", "offered"), "assigned", needs_slot=True),
    "confirm_customer": Step((DISPATCHER,), PLANNING, needs_slot=True),
    "confirm_performer": Step(
        (PERFORMER, DISPATCHER), ("offered", "assigned"), "assigned", needs_slot=True
    ),
    "accept": Step(
        (PERFORMER, DISPATCHER), ("offered", "assigned"), "assigned", needs_slot=True
    ),
    "refuse": Step(
        (PERFORMER, DISPATCHER), ("offered", "assigned"), "draft", needs_reason=True
    ),
    "on_the_way": Step(
        (PERFORMER, DISPATCHER), ("assigned",), "on_the_way", needs_slot=True
    ),
    "start": Step(
        (PERFORMER, DISPATCHER),
        ("assigned", "on_the_way"),
        "in_progress",
        needs_slot=True,
    ),
    "done": Step((PERFORMER, DISPATCHER), ("in_progress",), "done"),
    "customer_absent": Step(
        (PERFORMER, DISPATCHER), ("assigned", *UNDER_WAY), "draft", needs_reason=True
    ),
    "reschedule": Step(
        (DISPATCHER,), (*PLANNING, "on_the_way"), needs_reason=True, needs_slot=True
    ),
    "cancel": Step(
        (DISPATCHER,), (*PLANNING, *UNDER_WAY), "cancelled", needs_reason=True
    ),
    "send_back": Step((DISPATCHER,), ("done",), "in_progress", needs_reason=True),
    "reopen": Step((DISPATCHER,), ("cancelled",), "draft"),
    "close": Step((DISPATCHER,), ("done",), "closed"),
}
