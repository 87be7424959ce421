from odoo import models
from odoo.tools import format_datetime


class BpmToken(models.Model):
    """Token: what the drawing of a run tells of it."""

    _inherit = "bpm.token"

    def _get_drawn_texts(self):
        """A few words about a visit to a stage: state, who, when, result."""
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        texts = [states[self.state]]
        if self.user_id:
            texts.append(self.env._("Responsible: %(user)s", user=self.user_id.name))
        if self.state in self._get_open_states():
            texts.append(
                self.env._("Since: %(date)s", date=self._format_drawn(self.date_enter))
            )
        elif self.date_done:
            texts.append(
                self.env._("Left: %(date)s", date=self._format_drawn(self.date_done))
            )
        if self.result_id.name:
            texts.append(self.env._("Result: %(result)s", result=self.result_id.name))
        if self.error:
            texts.append(self.error)
        return texts

    def _format_drawn(self, date):
        return format_datetime(self.env, date, dt_format="short")
