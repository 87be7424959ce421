from odoo import api, models

MAX_ROUNDS = 50  # timers that are due because of timers before them


class BpmTimer(models.Model):
    """Timer: time passes in a stored test."""

    _inherit = "bpm.timer"

    @api.model
    def _rehearse_time(self, run, delta):
        """Let time pass for a run: all its moments come nearer, what is due is done.

        Only inside a rehearsal.

        :param timedelta delta: how much time passes
        """
        waiting = self.sudo()  # the program's own, as in ``_plan()``
        runs = run | run.child_ids
        domain = [("instance_id", "in", runs.ids), ("state", "=", "waiting")]
        for timer in waiting.search(domain):
            timer.date_due -= delta
        for _round in range(MAX_ROUNDS):
            due = waiting.search(domain).filtered_domain(self._get_due_domain())
            if not due:
                return
            due._run_due()
