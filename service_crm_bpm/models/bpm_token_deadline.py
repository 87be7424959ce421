from odoo import fields, models


class BpmToken(models.Model):
    """Token: until when a person's stage is done, how long it took."""

    _inherit = "bpm.token"

    def _plan_deadline(self):
        """The planned working time gives the deadline; late ones are looked at then."""
        moments = {}
        for (stage, company, entered), tokens in self.grouped(
            lambda token: (token.stage_id, token.company_id, token.date_enter)
        ).items():
            if not stage.planned_hours:
                continue
            calendar = stage.process_id._get_calendar(company or self.env.company)
            due = stage.process_id._add_working_hours(
                calendar, entered, stage.planned_hours
            )
            tokens.write({"date_deadline": due})
            moments |= dict.fromkeys(tokens, due)
        if moments:
            self.env["bpm.timer"]._plan("deadline", moments)

    def _on_timer_deadline(self):
        """Stages are late: tell who has to know, or hand them over."""
        late = self._filter_open().filtered(lambda t: t.state != "failed")
        late._log("event", text=self.env._("The deadline has passed."))
        for stage, tokens in late.grouped("stage_id").items():
            if stage.deadline_action == "hand_over":
                tokens._escalate()
            elif stage.deadline_action == "notify":
                tokens._tell_late()

    def _tell_late(self):
        """Responsible people, their managers and the owner: one notice per person."""
        superiors = self.user_id._get_superiors()
        people = {}
        for token in self:
            told = token.user_id | token.process_id.owner_id
            for user in told | superiors.get(token.user_id, told.browse()):
                people[user] = people.get(user, self.browse()) | token
        for user, tokens in people.items():
            tokens._notify_user(user, self.env._("Late"))

    def _escalate(self):
        """Late stages go to the manager of who has them; to the owner without one."""
        superiors = self.user_id._get_superiors()
        for token in self:
            user = superiors.get(token.user_id) or token.process_id.owner_id
            if user and user != token.user_id:
                token._hand_over(user, self.env._("Late: handed over to the manager."))

    def _filter_open(self):
        """Those that have not left their stage."""
        return self.filtered(lambda token: token.state in self._get_open_states())

    # Actual time ---------------------------------------------------------------------

    def _leave(self, choices):
        """Write down how long the persons' stages took, in working time."""
        self.browse(choices)._write_hours()
        return super()._leave(choices)

    def _write_hours(self):
        now = fields.Datetime.now()
        people = self.filtered(
            lambda t: t.process_id._get_flow().stages[t.stage_id.id].person
        )
        for (process, company), tokens in people.grouped(
            lambda token: (token.process_id, token.company_id)
        ).items():
            calendar = process._get_calendar(company or self.env.company)
            for token in tokens:
                begun = token.date_start or token.date_enter or now
                token.hours = calendar._get_hours_between(begun, now)

    def _prepare_journal_values(self, event):
        """What is left tells how long it took."""
        values = super()._prepare_journal_values(event)
        if event == "leave":
            values["hours"] = self.hours
        return values
