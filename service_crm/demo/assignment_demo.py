from datetime import timedelta

from odoo import api, fields, models

# Why the second line was asked, what it answered, hours of the first and of the second.
HELP = [
    ("The fault comes back after each repair", "The sensor was set wrong", 1.5, 3),
    ("A part of another maker is wanted", "Fits: order number is noted", 0.5, 1),
    ("The customer asks for a calculation", "Calculation is in the notes", 1, 4.5),
]


class ServiceDemo(models.AbstractModel):
    """Demo data: a request that went to the second line, and a family of requests."""

    _inherit = "service.demo"

    @api.model
    def _load_assignment(self):
        """Called once, when demo data is installed, after the story was told."""
        requests = self.env["crm.lead"].search(
            [
                ("is_service", "=", True),
                ("partner_id", "!=", False),
                ("service_phase", "in", ("new", "dispatch")),
            ],
            order="id",
        )
        requests._assign_by_rules(roles=("performer",))
        fresh = requests.filtered(lambda lead: lead.service_phase == "new")[:1]
        if fresh:
            self._as("operator", fresh)._action_change_line(
                "up", "The controller has to be programmed anew"
            )
        main = requests.filtered(lambda lead: lead.service_phase == "dispatch")[:1]
        if main:
            self._tell_family(main)
        self._tell_lines()
        self.env.ref("service_crm.phone_action_late").work_order_id = self.env[
            "service.work.order"
        ].search(
            [
                ("performer_id", "=", self._ref("performer_oleg").id),
                ("request_id", "!=", False),
            ],
            order="id",
            limit=1,
        )

    def _tell_lines(self):
        """Requests the second line helped with last week: hours of both lines."""
        agreed = self.env["crm.lead"].search(
            [("is_service", "=", True), ("service_phase", "=", "agreed")],
            order="id",
            limit=len(HELP),
        )
        today = fields.Date.context_today(self.with_context(tz="Europe/Moscow"))
        for number, (lead, (why, answer, first, second)) in enumerate(
            zip(agreed, HELP, strict=False)
        ):
            request = self._as("operator", lead)
            request._action_change_line("up", why)
            request._action_change_line("back", answer)
            day = self._get_working_day(today, -3 - 4 * number)
            start = self._get_moment(day, 9)
            for stay, hours in zip(
                lead.service_stay_ids.sorted(), (first, second), strict=False
            ):
                end = start + timedelta(hours=hours)
                stay.write({"date_from": start, "date_to": end, "hours": hours})
                start = end

    def _tell_family(self, main):
        """Two subordinate requests, each with a visit in the week after next."""
        today = fields.Date.context_today(self.with_context(tz="Europe/Moscow"))
        request = self._as("dispatcher", main)
        team = self._ref("team_service")
        for number, (name, need, performer, hours) in enumerate(
            (
                (
                    "Replace the socket in the machine room",
                    "The socket sparks; switch the line off first.",
                    "performer_oleg",
                    2,
                ),
                (
                    "Repair the intercom of the cabin",
                    "The dispatcher does not hear the cabin.",
                    "performer_anton",
                    3,
                ),
            )
        ):
            child = request._make_child(team, name, need)
            day = self._get_working_day(today, 14 + number)
            self._as("dispatcher", self.env["service.work.order"]).create(
                {
                    "request_id": child.id,
                    "performer_id": self._ref(performer).id,
                    "date_start": self._get_moment(day, 13),
                    "planned_hours": hours,
                    "override_reason": "Agreed with the house manager",
                }
            )
