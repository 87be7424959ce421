from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

# Timers that the definition of a stage asks for, apart from its deadline.
MOMENTS = ("pause", "condition", "timeout")


class BpmToken(models.Model):
    """Token: moved to another version of its process."""

    _inherit = "bpm.token"

    def _move_to(self, stage, way):
        """Stand on the stage of another version; time and responsible stay.

        :param stage: bpm.stage of the other version
        :param way: the bpm.transition by which it would have come, or an empty one
        """
        self.write(
            {
                "stage_id": stage.id,
                "process_id": stage.process_id.id,
                "transition_id": way.id if way else False,
            }
        )

    def _enter_anew(self):
        """Enter the stages again: they are of another kind than those before."""
        self._clear()
        self.write({"state": "open", "error": False})
        self._run()

    def _wait_anew(self):
        """Wait for what the stages of the other version wait for.

        Pauses and time-outs are counted from the moment the stage was entered; one that
        is over by the new definition ends with the next look at the timers.

        :raise UserError: when a pause does not know when to end
        """
        tokens = self.filtered(lambda t: t.state in ("open", "progress", "waiting"))
        timers, waits = self.env["bpm.timer"], self.env["bpm.wait"]
        timers._drop(tokens, MOMENTS)
        waits._drop(tokens)
        pauses = tokens.filtered(lambda token: token.kind == "pause")
        pauses._pause_anew()
        (tokens - pauses)._plan_timeout()
        waits._add(tokens.filtered(lambda token: token.kind == "event"))
        followers = tokens.filtered(lambda token: token.stage_id._get_auto_ways())
        waits._add(followers)
        followers._look_again()

    def _pause_anew(self):
        """Pauses end by the definition they stand on now."""
        ends, conditions = {}, self.browse()
        records = self._get_identity_records()
        for token in self:
            wait = token.stage_id._get_wait()
            if wait.pause_mode == "condition":
                conditions |= token
                continue
            ends[token] = token._get_pause_end(wait, records[token])
            if ends[token] is None:
                raise UserError(token._get_no_date_error(wait, records[token]))
        timers = self.env["bpm.timer"]
        timers._plan("pause", ends)
        timers._plan("condition", dict.fromkeys(conditions, fields.Datetime.now()))
        self.env["bpm.wait"]._add(
            self.filtered(lambda t: t.stage_id._get_wait().pause_mode != "duration")
        )

    def _get_moments(self):
        """When pauses and time-outs end: ``{token id: [values of a bpm.timer]}``."""
        moments = {token.id: [] for token in self}
        for timer in self.env["bpm.timer"].search(
            [("token_id", "in", self.ids), ("kind", "in", MOMENTS)]
        ):
            moments[timer.token_id.id].append(
                {
                    "kind": timer.kind,
                    "date_due": fields.Datetime.to_string(timer.date_due),
                    "state": timer.state,
                }
            )
        return moments

    def _restore_moments(self, moments):
        """Pauses and time-outs end when they did before.

        :param moments: of :meth:`_get_moments`
        """
        timers = self.env["bpm.timer"]
        timers._drop(self, MOMENTS)
        made = timers.create(
            [
                {**vals, "token_id": token.id, "instance_id": token.instance_id.id}
                | {"company_id": token.company_id.id}
                for token in self
                for vals in moments.get(token.id, ())
            ]
        )
        made.filtered(lambda timer: timer.state == "waiting")._wake_cron()

    def _get_moment_changes(self, before):
        """What a move changes of pauses and time-outs, one sentence each.

        :param before: :meth:`_get_moments` from before the move
        """
        sentences = []
        after = self._get_moments()
        for token in self:
            old, new = (
                {vals["kind"]: vals["date_due"] for vals in moments[token.id]}
                for moments in (before, after)
            )
            for kind in MOMENTS:
                if old.get(kind) != new.get(kind):
                    sentences.append(
                        token._get_moment_sentence(kind, old.get(kind), new.get(kind))
                    )
        return sentences

    def _get_moment_sentence(self, kind, old, new):
        """How the end of a wait changes, in words.

        :param kind: of the timer
        :param old: due by the version before, as text; empty: no such timer
        :param new: the same for the new version
        """
        words = {
            "stage": self.stage_id.name,
            "old": old and format_datetime(self.env, old, dt_format="short"),
            "new": new and format_datetime(self.env, new, dt_format="short"),
        }
        if kind == "condition":
            if new:
                return self.env._("“%(stage)s” waits for its condition now.", **words)
            return self.env._("“%(stage)s” waits for no condition any more.", **words)
        if kind == "timeout":
            if not new:
                return self.env._("“%(stage)s” has no time-out any more.", **words)
            return self.env._("“%(stage)s”: the time is over on %(new)s.", **words)
        if not new:
            return self.env._("“%(stage)s” does not end on %(old)s any more.", **words)
        if new <= fields.Datetime.to_string(fields.Datetime.now()):
            return self.env._("“%(stage)s” is over at once.", **words)
        if not old:
            return self.env._("“%(stage)s” ends on %(new)s.", **words)
        return self.env._("“%(stage)s” ends on %(new)s, not on %(old)s.", **words)
