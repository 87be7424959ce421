"""The line of five steps on the customer's page."""

STEPS = ("received", "agreement", "visit", "work", "done")

# The step a customer's status (``request_status.get_customer_status``) belongs to.
STEP_OF_STATUS = {
    "new": "received",
    "qualification": "received",
    "pricing": "agreement",
    "offer": "agreement",
    "visit_planning": "visit",
    "visit_confirm": "visit",
    "visit_fixed": "visit",
    "on_the_way": "visit",
    "in_progress": "work",
    "ready": "done",
    "to_pay": "done",
    "done": "done",
}


def get_steps(status):
    """``[(step, "past" | "present" | "future")]``; empty for a cancelled request."""
    present = STEP_OF_STATUS.get(status)
    if present is None:
        return []
    position = STEPS.index(present)
    return [
        (
            step,
            "past"
            if index < position or status == "done"
            else "present"
            if index == position
            else "future",
        )
        for index, step in enumerate(STEPS)
    ]
