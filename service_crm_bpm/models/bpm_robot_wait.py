from odoo import api, models
from odoo.exceptions import UserError

from ..tools.values import parse_text


class BpmRobot(models.Model):
    """Robot: only wait, or only say what happened.

    A robot that waits does nothing; those after it that begin “after the previous
    one” begin when its time is over.
    """

    _inherit = "bpm.robot"

    @api.model
    def _get_robot_kinds(self):
        """Adds: waiting, and writing into the journal."""
        return {
            **super()._get_robot_kinds(),
            "log": {"name": self.env._("Write into the journal")},
            "wait": {"name": self.env._("Wait")},
        }

    def _check_wait(self):
        """Who waits, waits for some time."""
        if not self.delay and self.delay_mode == "after":
            raise UserError(self.env._("Say how long to wait."))

    def _describe_wait(self):
        """The action in words."""
        return self.env._("wait")

    def _run_wait(self, records):
        """Nothing: the delay was all."""

    def _check_log(self):
        """What is written has a text."""
        if not (self.text or "").strip():
            raise UserError(self.env._("Write the text for the journal."))

    def _describe_log(self):
        """The action in words."""
        return self.env._("note “%(text)s”", text=self._describe_short_text())

    def _get_log_paths(self):
        """Fields of the text."""
        return parse_text(self.text).paths

    def _run_log(self, records):
        """Nothing is done: what is said stands in the journal of robots."""
        text = parse_text(self.text)
        return {record.id: text.render(record) for record in records}
