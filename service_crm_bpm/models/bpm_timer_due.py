from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.service_crm.tools.batch import PASS_THROUGH, run_isolated

BATCH = 500
MAX_TRIES = 5  # of a batch that other transactions were in the way of
# How long to wait after each failed attempt; then it has failed.
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
)


class BpmTimer(models.Model):
    """Timer: what is due is done, in batches, each in its transaction."""

    _inherit = "bpm.timer"

    @api.model
    def _cron_run_due(self):
        """Do what is due. Only due rows are read, however many wait."""
        due = self._get_due_domain()
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self.search_count(due))
        after, tries, left = Domain.TRUE, 0, 0
        while timers := self.search(due & after, limit=BATCH, order="date_due, id"):
            count, last = len(timers), timers[-1]
            place = last.date_due, last.id
            try:
                left += count - timers._dispatch_due()
                tries = 0
            except PASS_THROUGH:
                self.env.cr.rollback()  # raises itself when the connection is gone
                tries += 1
                if tries < MAX_TRIES:
                    continue
                left += count
            after = Domain("date_due", ">", place[0]) | (
                Domain("date_due", "=", place[0]) & Domain("id", ">", place[1])
            )
            if not commit(count):
                break
        if left:  # in another worker's hands just now: look again soon
            cron = self.env.ref("service_crm_bpm.cron_timers")
            cron._trigger(at=fields.Datetime.now() + timedelta(minutes=1))

    @api.model
    def _get_due_domain(self):
        """What is to be done by now."""
        return Domain("state", "=", "waiting") & Domain(
            "date_due", "<=", fields.Datetime.now()
        )

    def _dispatch_due(self):
        """Have one batch of due timers done. Extension point.

        To run the batches as jobs of a queue: enqueue a call of :meth:`_run_due` on
        these ids and return their number. A batch may be run twice: what was done is
        gone, what another worker has in hands is left to it.

        :return: how many were done, or handed over
        """
        return self._run_due()

    def _run_due(self):
        """Do what these timers are for.

        The runs are locked first, as everywhere in the engine; those that somebody else
        has in hands are left out.

        :return: how many were done
        """
        free = self.exists().instance_id.try_lock_for_update()
        due = self._get_due_domain()
        mine = self.exists().filtered_domain(
            due & Domain("instance_id", "in", free.ids)
        )
        paused = mine.filtered(lambda timer: timer.instance_id.state == "paused")
        paused.state = "held"
        for timers in (mine - paused).grouped("kind").values():
            run_isolated(
                self.env,
                timers,
                lambda part: part._fire(),
                lambda timer, error: timer._note_failure(error),
            )
        return len(mine)

    def _fire(self):
        """Do what timers of one kind are for: ``bpm.token._on_timer_<kind>()``.

        What is done is forgotten, unless it was given a new moment.
        """
        timers = self.exists()  # another timer may have ended the stage
        if not timers:
            return
        begun = {timer.id: timer.date_due for timer in timers}
        getattr(timers.token_id, f"_on_timer_{timers[0].kind}")()
        timers.exists().filtered(lambda t: t.date_due == begun[t.id]).unlink()

    def _note_failure(self, error):
        """What failed is tried again later, then the stage has failed."""
        text = self.token_id._get_error_text(error)
        vals = {"attempts": self.attempts + 1, "error": text}
        if self.attempts < len(BACK_OFF):
            vals["date_due"] = fields.Datetime.now() + BACK_OFF[self.attempts]
            self.write(vals)
            self._wake_cron()
        else:
            self.write({**vals, "state": "failed"})
            self.token_id._fail(text)
