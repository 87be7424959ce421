"""Offers of jobs and recurring visits in the tables of rights, with their records."""

from datetime import datetime

VISIT = "service.work.order"
OFFER = "service.work.order.offer"
SERIES = "service.visit.series"
SELLERS = "manager dispatcher admin"
OWN = "dispatcher performer admin"
PLANNERS = "dispatcher admin"

CREW_STEPS = [
    (VISIT, "action_open_offer", "planned", PLANNERS),
    (VISIT, "action_offer_to", "planned", PLANNERS, ("@colleague",)),
    (VISIT, "action_withdraw_offers", "offered_visit", PLANNERS),
    (VISIT, "action_hand_over", "assigned", OWN, ("@colleague",)),
    (VISIT, "action_hand_over", "colleagues", PLANNERS),
    (OFFER, "action_accept", "own_offer", OWN),
    (OFFER, "action_accept", "colleagues_offer", PLANNERS),
    (OFFER, "action_decline", "own_offer", OWN, ("Далеко",)),
    (OFFER, "action_decline", "colleagues_offer", PLANNERS),
    (OFFER, "action_choose", "own_offer", PLANNERS),
    (OFFER, "action_open_work_order", "own_offer", f"operator manager {PLANNERS}"),
    ("service.work.order.offer.wizard", "action_offer", "offer_wizard", OWN),
    ("service.work.order.decline", "action_decline", "offer_decline", OWN),
    (SERIES, "action_start", "series", SELLERS),
    (SERIES, "action_pause", "running_series", SELLERS),
    (SERIES, "action_resume", "paused_series", SELLERS),
    (SERIES, "action_end", "running_series", SELLERS),
    (SERIES, "action_view_visits", "running_series", f"operator {SELLERS}"),
    (SERIES, "action_view_load", "running_series", f"operator {SELLERS}"),
    (
        "service.contract",
        "action_view_series",
        "contract_active",
        f"operator {SELLERS}",
    ),
    (
        "service.contract.maintenance",
        "action_plan_visits",
        "contract_maintenance",
        SELLERS,
    ),
]

CREW_RIGHTS = {
    "offer of a job": "operator manager dispatcher admin r",
    "offer of a job to oneself": "operator manager dispatcher performer admin r",
    "whom to ask": "dispatcher performer admin rwc",
    "performer to ask": "dispatcher performer admin rwcd",
    "why a job is declined": "dispatcher performer admin rwc",
    "recurring visits": "operator r, manager dispatcher rwc, admin rwcd",
    "service of recurring visits": "operator r, manager dispatcher admin rwcd",
}


class CrewStepsCommon:
    """The records of these steps; to be mixed into the test of the table."""

    def _build_offered_visit(self):
        visit = self._build_planned()
        self.known["@colleague"] = self.colleague.ids
        visit._action_offer_to(self.performer | self.colleague)
        return visit

    def _build_own_offer(self):
        offers = self._build_offered_visit().offer_ids
        return offers.filtered(lambda offer: offer.performer_id == self.performer)

    def _build_colleagues_offer(self):
        offers = self._build_offered_visit().offer_ids
        return offers.filtered(lambda offer: offer.performer_id == self.colleague)

    def _build_offer_wizard(self):
        return self.env["service.work.order.offer.wizard"].create(
            {
                "work_order_id": self._build_assigned().id,
                "kind": "hand_over",
                "colleague_ids": self.colleague.ids,
            }
        )

    def _build_offer_decline(self):
        return self.env["service.work.order.decline"].create(
            {"reason": "Далеко", "offer_ids": self._build_own_offer().ids}
        )

    def _build_series(self, state="draft"):
        series = self.env[SERIES].create(
            {"name": "Осмотр", "partner_id": self.customer.id}
        )
        series.state = state
        return series

    def _build_running_series(self):
        return self._build_series("running")

    def _build_paused_series(self):
        return self._build_series("paused")


def build_crew_subjects(test):
    """``{subject: (record, values to write, values to create)}`` of CREW_RIGHTS."""
    env = test.env
    visit = test.build_work_order(
        date_start=datetime(2026, 12, 20, 9), date_end=datetime(2026, 12, 20, 10)
    )
    other = test.build_performer(name="Коллега")
    visit.override_reason = "Воскресенье"
    visit._action_offer_to(test.performer | other, override_reason="Воскресенье")
    offers = visit.offer_ids.sorted(lambda offer: offer.performer_id != other)
    values = {"work_order_id": visit.id, "performer_id": test.performer.id}
    wizard = env["service.work.order.offer.wizard"].create(
        {"work_order_id": visit.id, "candidate_ids": []}
    )
    row = {"wizard_id": wizard.id, "performer_id": other.id}
    decline = {"reason": "Далеко"}
    visits = {"name": "Осмотр", "partner_id": test.customer.id}
    series = env["service.visit.series"].create(visits)
    line = {"series_id": series.id, "product_id": test.inspection.id}
    return {
        "recurring visits": (series, {"hour": 10}, visits),
        "service of recurring visits": (
            env["service.visit.series.line"].create(line),
            {"quantity": 2},
            line,
        ),
        "offer of a job": (offers[0], {"note": "x"}, values),
        "offer of a job to oneself": (offers[1], {"note": "x"}, values),
        "whom to ask": (wizard, {"note": "x"}, {"work_order_id": visit.id}),
        "performer to ask": (
            env["service.work.order.offer.candidate"].create(row),
            {"is_chosen": True},
            row,
        ),
        "why a job is declined": (
            env["service.work.order.decline"].create(decline),
            {"reason": "Болею"},
            decline,
        ),
    }
