from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

# Customer, service, performer, day of the week, hour, hours, and what else is told.
VISITS = [
    ("site_lenina", "lift_check", "nikita", 0, 9, 2, {"yes": True}),
    ("place_epsilon", "lift_door", "nikita", 0, 12, 3, {"yes": True}),
    ("place_kappa", "fridge_gas", "irina", 0, 9.5, 1.5, {"yes": True}),
    ("place_frolova", "washer_diag", "irina", 0, 13, 1, {"yes": True}),
    ("place_theta", "boiler_yearly", "denis", 0, 10, 2, {"yes": True}),
    ("place_depot", "lift_check", "nikita", 1, 9, 2.5, {"yes": True}),
    ("site_mira", "lift_door", "nikita", 1, 13, 2, {"window": 2, "yes": True}),
    ("place_morozov", "boiler_ignition", "denis", 1, 10, 1.5, {"urgent": True}),
    ("place_zeta", "boiler_yearly", "denis", 1, 13, 2, {"yes": True}),
    ("place_yaroslavka", "washer_pump", "roman", 1, 11, 1.5, {"window": 2}),
    ("place_frolova", "washer_pump", "irina", 1, 10, 1.5, {"yes": True}),
    ("place_epsilon", "lift_check", "nikita", 2, 9, 3, {"helpers": ["ivan"]}),
    ("place_kappa", "fridge_gas", "roman", 2, 9, 1.5, {"yes": True}),
    ("place_theta", "washer_diag", "roman", 2, 12, 1, {}),
    ("place_zeta", "boiler_ignition", "denis", 2, 9, 2, {"yes": True}),
    ("place_depot", "boiler_yearly", "crew_b", 2, 13, 4, {"yes": True}),
    (
        "place_morozov",
        "boiler_yearly",
        "denis",
        2,
        18.5,
        1.5,
        {"reason": "The customer is at home only after half past six."},
    ),
    ("place_yaroslavka", "lift_release", "nikita", 3, 9, 1, {"urgent": True}),
    ("site_tverskaya", "lift_check", "nikita", 3, 11, 2, {"window": 2}),
    ("place_frolova", "fridge_gas", "roman", 3, 10, 1.5, {"offered": True}),
    ("place_epsilon", "boiler_yearly", "crew_b", 3, 9, 5, {"yes": True}),
    ("place_theta", "boiler_ignition", "denis", 3, 14, 1.5, {"draft": True}),
    ("place_depot", "lift_door", "nikita", 4, 9, 3, {}),
    ("place_zeta", "washer_diag", "roman", 4, 13, 1, {"draft": True}),
    ("place_kappa", "boiler_yearly", "denis", 4, 10, 2, {"offered": True}),
]
# What nobody does yet: customer, service, words, hours until it is due, urgent.
WAITING = [
    ("place_yaroslavka", "lift_release", "Somebody is stuck in the lift", -1, True),
    ("place_kappa", "fridge_gas", "Cold room is getting warm", 3, True),
    ("place_morozov", "boiler_ignition", "No hot water since the morning", 20, False),
    ("place_zeta", "washer_pump", "Washing machine leaks", 44, False),
    ("place_theta", "lift_door", "Lift door closes slowly", 70, False),
    ("place_depot", "lift_check", "Yearly check of the goods lift", 118, False),
]


class ServiceDemoDispatch(models.AbstractModel):
    """A week on the dispatch board, told around the day the demo is installed.

    Loaded by ``service_dispatch_demo.xml`` and by nothing else. Visits of other demo
    data have other performers: nothing gets into each other's way.
    """

    _name = "service.demo.dispatch"
    _inherit = "service.demo"
    _description = "Demo data of the dispatch board"

    @api.model
    def _load(self):
        today = fields.Date.context_today(self.with_context(tz="Europe/Moscow"))
        monday = today - timedelta(days=today.weekday())
        if today.weekday() > 4:
            monday += timedelta(days=7)
        visits = self._plan_visits(monday)
        visits += self._file_waiting(today)
        self.env.flush_all()
        # It was all told to whoever it concerns.
        self.env["service.phase.log"].search(
            [
                ("res_model", "=", visits._name),
                ("res_id", "in", visits.ids),
                ("message_pending", "=", True),
            ]
        ).message_pending = False

    def _plan_visits(self, monday):
        """The visits of the week, each in the state it has by now."""
        now = fields.Datetime.now()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Vacation",
                "resource_id": self._ref("performer_irina").id,
                "calendar_id": self._ref("calendar_day").id,
                "date_from": self._get_moment(monday + timedelta(days=2), 9),
                "date_to": self._get_moment(monday + timedelta(days=4), 18),
            }
        )
        values = []
        under_way = set()
        for place, product, performer, day, hour, hours, more in VISITS:
            start = self._get_moment(monday + timedelta(days=day), hour)
            end = start + timedelta(hours=hours)
            site = self._ref(place)
            told = {
                **self._prepare_visit(site, product),
                "performer_id": self._ref(f"performer_{performer}").id,
                "date_start": start,
                "date_end": end,
                "planned_hours": hours,
                "priority": "1" if more.get("urgent") else "0",
                "override_reason": more.get("reason"),
                "state": self._get_state(start, end, now, performer, under_way, more),
            }
            if told["state"] not in ("draft", "offered"):
                told["performer_confirmed"] = start - timedelta(days=1)
                if more.get("yes"):
                    told["customer_confirmed"] = start - timedelta(days=1)
            if told["state"] in ("in_progress", "done", "closed"):
                told["actual_start"] = start + timedelta(minutes=hours * 5)
            if told["state"] in ("done", "closed"):
                told["actual_end"] = end + timedelta(minutes=hours * 5)
                told["report"] = "Done as agreed."
            if more.get("window"):
                told["window_start"] = start - timedelta(minutes=30)
                told["window_end"] = told["window_start"] + timedelta(
                    hours=more["window"]
                )
            if more.get("helpers"):
                told["helper_ids"] = [
                    Command.set(
                        [self._ref(f"performer_{name}").id for name in more["helpers"]]
                    )
                ]
            values.append(told)
        return self.env["service.work.order"].create(values)

    def _get_state(self, start, end, now, performer, under_way, more):
        """Where a visit is by now; nobody is under way to two at once."""
        if end < now:
            return "closed" if now - end > timedelta(days=1) else "done"
        if start <= now:
            under_way.add(performer)
            return "in_progress"
        if start - now < timedelta(hours=1) and performer not in under_way:
            under_way.add(performer)
            return "on_the_way"
        return next((key for key in ("draft", "offered") if more.get(key)), "assigned")

    def _file_waiting(self, today):
        """Requests that are due, with a visit nobody has planned."""
        team = self._ref("team_service")
        stage = self.env["crm.stage"].search(
            [("team_ids", "in", team.ids), ("service_phase", "=", "dispatch")], limit=1
        )
        now = fields.Datetime.now().replace(second=0, microsecond=0)
        values = []
        for place, product, words, hours, urgent in WAITING:
            site = self._ref(place)
            due = now + timedelta(hours=hours)
            request = self.env["crm.lead"].create(
                {
                    "name": words,
                    "service_need": words,
                    "type": "opportunity",
                    "team_id": team.id,
                    "stage_id": stage.id,
                    "service_channel": "phone",
                    "partner_id": site.id,
                    "site_id": site.id,
                    "user_id": self._ref("user_manager").id,
                    "dispatcher_id": self._ref("user_dispatcher").id,
                    "wished_start": due - timedelta(hours=2),
                    "wished_end": due,
                }
            )
            values.append(
                {
                    **self._prepare_visit(site, product),
                    "request_id": request.id,
                    "instruction": words,
                    "priority": "1" if urgent else "0",
                }
            )
        return self.env["service.work.order"].create(values)

    def _prepare_visit(self, site, product):
        """Where, and which service of the catalogue."""
        service = self._ref(f"product_{product}").product_variant_id
        return {
            "partner_id": site.commercial_partner_id.id,
            "site_id": site.id,
            "team_id": self._ref("team_service").id,
            "dispatcher_id": self._ref("user_dispatcher").id,
            "line_ids": [Command.create({"product_id": service.id})],
        }
