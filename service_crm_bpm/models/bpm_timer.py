from datetime import timedelta

from odoo import api, fields, models


class BpmTimer(models.Model):
    """Something to be done with a token at a moment.

    Deleted when it is done or the stage is left: only what is to come, and what failed,
    is here; what was done stands in the protocol of the run.
    """

    _name = "bpm.timer"
    _description = "Timer of a Process Run"
    _order = "date_due, id"
    _rec_name = "kind"

    token_id = fields.Many2one(
        "bpm.token", required=True, readonly=True, ondelete="cascade", index=True
    )
    stage_id = fields.Many2one(related="token_id.stage_id")
    instance_id = fields.Many2one(
        "bpm.instance",
        "Run",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Selection(
        [
            ("pause", "End of a pause"),
            ("condition", "Look at a condition again"),
            ("timeout", "Time-out"),
            ("task", "Start of a task"),
            ("deadline", "Deadline"),
            ("retry", "Another attempt"),
            ("children", "Start of further child processes"),
        ],
        "What",
        required=True,
        readonly=True,
    )
    date_due = fields.Datetime("Due", required=True, readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("held", "Paused"),
            ("failed", "Failed"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    attempts = fields.Integer(readonly=True)
    error = fields.Text(readonly=True)

    _due_idx = models.Index("(date_due, id) WHERE state = 'waiting'")

    @api.model_create_multi
    def create(self, vals_list):
        timers = super().create(vals_list)
        timers.token_id._note_awaited()
        return timers

    @api.model
    def _plan(self, kind, moments):
        """Have something done with tokens later.

        The cron is woken at the minute; what is done is
        ``bpm.token._on_timer_<kind>()`` of the tokens.

        :param str kind: key of the field ``kind``
        :param moments: ``{token: moment (naive UTC)}``
        :return: the timers (sudo)
        """
        # timers are the program's own: whoever moves a run may plan one
        timers = self.sudo()
        if not moments:
            return timers
        timers = timers.create(
            [
                {
                    "token_id": token.id,
                    "instance_id": token.instance_id.id,
                    "company_id": token.company_id.id,
                    "kind": kind,
                    "date_due": moment,
                }
                for token, moment in moments.items()
            ]
        )
        timers._wake_cron()
        return timers

    @api.model
    def _drop(self, tokens, kinds=None):
        """Forget the timers of tokens, all or those of some kinds."""
        domain = [("token_id", "in", tokens.ids)]
        if kinds:
            domain.append(("kind", "in", kinds))
        self.sudo().search(domain).unlink()  # the program's own, as above

    @api.model
    def _hold(self, runs):
        """Runs are paused: nothing of theirs becomes due."""
        waiting = [("instance_id", "in", runs.ids), ("state", "=", "waiting")]
        self.sudo().search(waiting).state = "held"  # the program's own, as above

    @api.model
    def _release(self, runs):
        """Runs go on: what became due meanwhile is due now."""
        held = [("instance_id", "in", runs.ids), ("state", "=", "held")]
        timers = self.sudo().search(held)  # the program's own, as above
        timers.state = "waiting"
        timers._wake_cron()

    def _wake_cron(self):
        """Have the cron run when these are due, once per minute."""
        now = fields.Datetime.now()
        minutes = {
            max(due, now).replace(second=0, microsecond=0)
            + timedelta(minutes=due > now)
            for due in self.mapped("date_due")
        }
        cron = self.env.ref("service_crm_bpm.cron_timers", raise_if_not_found=False)
        if cron and minutes:
            # sudo: whoever moves a run wakes the program's own cron
            cron.sudo()._trigger(at=list(minutes))
