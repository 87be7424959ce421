from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError

from ..tools.flow import Choice
from ..tools.values import format_value


class BpmProcessTestLine(models.Model):
    """Line of a test: what each kind does; only inside ``bpm.rehearsal``."""

    _inherit = "bpm.process.test.line"

    def _get_open_tokens(self, run):
        """Open tokens of the run on the stage of this line."""
        tokens = run.token_ids.filtered(
            lambda token: (
                token.state in token._get_open_states()
                and token.stage_id.key == self.stage_id.key
            )
        )
        if not tokens:
            raise UserError(
                self.env._(
                    "the run is not there, but at: %(stages)s.",
                    stages=", ".join(
                        run.token_ids.filtered(
                            lambda t: t.state in t._get_open_states()
                        ).mapped("stage_id.name")
                    )
                    or self.env._("its end"),
                )
            )
        return tokens

    def _get_document(self, run):
        """The document with the rights the process runs with: a test shows its author
        no more than the process may see."""
        token = run.token_ids[:1]
        return token._get_identity_records()[token]

    def _check_failed(self, run):
        """A stage that failed is what a test finds first."""
        failed = run.token_ids.filtered(lambda token: token.state == "failed")[:1]
        if failed and "failed" not in self.test_id.line_ids.mapped("run_state"):
            problem = f"{failed.stage_id.name}: {failed.error}"
            raise UserError(problem)

    def _run_complete(self, run):
        token = self._get_open_tokens(run)[:1]
        way = token.stage_id.outgoing_ids.filtered(
            lambda way: self.result_id and way.key == self.result_id.key
        )[:1]
        token._complete({token.id: Choice(transition_id=way.id)})
        self._check_failed(run)

    def _run_wait(self, run):
        self.env["bpm.timer"]._rehearse_time(run, timedelta(hours=self.hours))
        self._check_failed(run)

    def _run_write(self, run):
        record = self._get_document(run)
        field = record._fields[self.field_id.name]
        value = self.env["bpm.process.test.given"]._parse(field, self.value)
        record.write({field.name: value})
        self.env.flush_all()
        self._check_failed(run)

    def _run_variable(self, run):
        key, _sign, value = (self.value or "").partition("=")
        run._set_variables({key.strip(): value.strip()})

    def _run_at(self, run):
        self._get_open_tokens(run)

    def _run_state(self, run):
        labels = dict(run._fields["state"]._description_selection(self.env))
        if run.state != self.run_state:
            raise UserError(self.env._("it is: %(state)s.", state=labels[run.state]))

    def _run_task(self, run):
        activities = run._get_rehearsed_tasks()
        if not activities.filtered(lambda a: (self.value or "") in (a.summary or "")):
            raise UserError(
                self.env._(
                    "tasks are: %(tasks)s.",
                    tasks=", ".join(activities.mapped(lambda a: a.summary or "–"))
                    or self.env._("none"),
                )
            )

    def _run_message(self, run):
        messages = run._get_rehearsed_messages()
        texts = [f"{m.subject or ''} {m.preview or ''}".strip() for m in messages]
        if not any((self.value or "") in text for text in texts):
            raise UserError(
                self.env._(
                    "messages are: %(messages)s.",
                    messages="; ".join(texts) or self.env._("none"),
                )
            )

    def _run_field(self, run):
        record = self._get_document(run)
        field = record._fields[self.field_id.name]
        shown = format_value(record, field, record[field.name])
        wanted = self.env["bpm.process.test.given"]._parse(field, self.value)
        value = record[field.name]
        if isinstance(value, models.BaseModel):
            value, wanted = value.display_name or False, self.value or False
        if value != wanted:
            raise UserError(self.env._("it is “%(value)s”.", value=shown))

    def _run_child(self, run):
        names = run.child_ids.mapped("process_id.name")
        if self.value not in names:
            raise UserError(
                self.env._(
                    "child processes are: %(names)s.",
                    names=", ".join(names) or self.env._("none"),
                )
            )
