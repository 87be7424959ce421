from datetime import timedelta
from itertools import cycle

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import file_open

# What was done with one request after the other: (steps, what is left behind).
# A step: the stage, and the result it was completed with.
STORY = [
    ([], "new"),
    ([("call", None)], "begun"),
    ([("call", "Visit is needed")], "late"),
    ([("call", "Visit is needed"), ("plan", "Agreed")], "note"),
    ([("call", "Visit is needed"), ("plan", "Nobody is free")], "restricted"),
    ([("call", "Visit is needed"), ("plan", "Agreed"), ("parts", "")], "linked"),
    ([("call", "Settled by phone")], ""),
    (
        [("call", "Visit is needed"), ("plan", "Nobody is free"), ("offer", "Refused")],
        "",
    ),
    ([("call", "Visit is needed")], "paused"),
]
# How long completed stages took, as shares of the time planned for them.
SHARES = (0.5, 1.25, 0.75, 2.0, 1.0)
PEOPLE = {
    "call": "operator",
    "plan": "dispatcher",
    "offer": "manager",
    "parts": "manager",
}


class ServiceDemo(models.AbstractModel):
    """Demo runs of the process “Urgent repair”, walked by its people."""

    _inherit = "service.demo"

    @api.model
    def _load_processes(self):
        """Start the runs. Called once, when demo data is installed."""
        process = self.env.ref("service_crm_bpm.process_demo")
        process._publish()
        requests = self.env["crm.lead"].search(
            [("is_service", "=", True), ("partner_id", "!=", False)],
            order="id desc",
            limit=len(STORY),
        )
        operator = self.env.ref("service_crm.user_operator")
        # sudo: as the engine starts runs for a user
        runs = (
            process.with_user(operator)
            .sudo()
            ._start([{"res_id": request.id} for request in requests])
        )
        for run, (steps, rest) in zip(runs, STORY, strict=False):
            self._walk(run, steps)
            if rest:
                getattr(self, f"_leave_{rest}")(run)
        self._spread_times(runs)

    def _walk(self, run, steps):
        """Take the steps of one run, as the people of its stages."""
        for key, result in steps:
            token = self._get_token(run, key).with_user(
                self.env.ref(f"service_crm.user_{PEOPLE[key]}")
            )
            token.action_begin()
            if result is None:
                continue
            # sudo: stages and ways are read, the steps are the people's own
            for check in token.sudo().stage_id.check_ids:
                token.action_check(check.id)
            way = token.sudo().stage_id.outgoing_ids.filtered(
                lambda way, name=result: (way.name or "") == name
            )
            token.action_complete(way.id if result else False)

    def _spread_times(self, runs):
        """Completed stages took as long as such stages do, not a second."""
        done = runs.token_ids.filtered(
            lambda token: token.state == "done" and token.stage_id.planned_hours
        )
        for token, share in zip(done.sorted("id"), cycle(SHARES), strict=False):
            hours = token.stage_id.planned_hours * share
            begun = token.date_done - timedelta(hours=hours)
            token.write({"hours": hours, "date_start": begun, "date_enter": begun})

    def _get_token(self, run, key=None):
        """Where a run stands."""
        tokens = run._get_present_tokens()
        return tokens.filtered(lambda token: not key or token.stage_id.key == key)[:1]

    def _leave_new(self, run):
        self._get_token(run).is_seen = False

    def _leave_begun(self, run):
        token = self._get_token(run)
        token.checked_ids = [fields.Command.link(token.stage_id.check_ids[0].id)]

    def _leave_late(self, run):
        run.note = "The lift stands between the 3rd and the 4th floor."
        self._get_token(run).date_deadline = fields.Datetime.now() - timedelta(days=1)

    def _leave_note(self, run):
        run.note = (
            "Key at the concierge, entrance 2. The customer is at work until 18:00."
        )
        with file_open("service_crm/static/description/icon.png", "rb") as file:
            run.message_post(
                body=Markup("The type plate"),
                attachments=[("type_plate.png", file.read())],
            )

    def _leave_restricted(self, run):
        run.is_restricted = True
        run.member_ids = run.token_ids.user_id | run.user_id

    def _leave_linked(self, run):
        request = run._get_record()
        run._link(request.order_ids[:1])
        run._link(request.partner_id)
        for order in request.order_ids:
            run._link(order.invoice_ids[:1])

    def _leave_paused(self, run):
        run._pause("The customer is away until Monday")
