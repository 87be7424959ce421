from odoo import models

from odoo.addons.service_crm.tools.batch import run_isolated

from ..tools.flow import Choice


class BpmToken(models.Model):
    """Token: stages that wait for an event."""

    _inherit = "bpm.token"

    def _enter_event(self):
        """Wait for the event, or until the time is over."""
        self.state = "waiting"
        self.env["bpm.wait"]._add(self)
        self._plan_timeout()

    def _meet(self, domain, candidates):
        """Something happened that these may wait for.

        :param domain: which events count; ``None``: all
        :param candidates: ``{token id: events (sudo)}``
        """
        if domain is None:
            self._event_came()
            return
        robots = self.env["bpm.robot"]

        def meet(part):
            came = part.browse()
            for token in part:
                process = token.process_id
                env = robots._get_identity_env(process.user_id.id, token.company_id.id)
                # what the process may not see it does not hear of
                events = candidates[token.id].with_env(env)._filtered_access("read")
                if events.filtered_domain(domain):
                    came |= token
            came._event_came()

        def on_error(token, error):
            token._fail(token._get_error_text(error))

        run_isolated(self.env, self, meet, on_error)

    def _event_came(self, text=False):
        """What these waited for has happened; they go on."""
        for stage, tokens in self.grouped("stage_id").items():
            kinds = stage._get_event_kinds()
            name = kinds.get(stage.event_kind, {}).get("name", "")
            tokens._log("event", text=" · ".join(filter(None, [str(name), text])))
        self._complete({token.id: Choice() for token in self})

    def _look_again(self):
        """The document of pauses has changed: they may end, or end at another time."""
        records = self._get_identity_records()
        through = self.browse()
        moments = {}
        for token in self:
            wait = token.stage_id._get_wait()
            if wait.pause_mode == "condition":
                expression = wait.expression
                if token.instance_id._is_true(records[token], expression):
                    through |= token
            elif due := token._get_pause_end(wait, records[token]):
                moments[token] = due
        timers = self.env["bpm.timer"]
        timers._drop(self.browse([t.id for t in moments]), ["pause"])
        timers._plan("pause", moments)
        through._complete()

    def _clear(self):
        """Stages that are left wait for nothing any more."""
        result = super()._clear()
        if awaited := self.filtered("is_awaited"):
            self.env["bpm.wait"]._drop(awaited)
        return result

    def _enter_automatic(self):
        """A stage with a signal sends it."""
        for token in self:
            if signal := token.stage_id._get_wait().signal:
                name = token.instance_id.name
                self.env["bpm.wait"]._signal(signal, token.company_id, name)
        return super()._enter_automatic()
