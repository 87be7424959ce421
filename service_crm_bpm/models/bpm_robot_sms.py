from odoo import api, models
from odoo.exceptions import UserError

from ..tools.values import parse_text


class BpmRobot(models.Model):
    """Robot: send an SMS, where Odoo's SMS are installed."""

    _inherit = "bpm.robot"

    @api.model
    def _get_robot_kinds(self):
        """Adds: SMS, where Odoo's are installed."""
        kinds = super()._get_robot_kinds()
        if "sms.sms" in self.env:
            kinds["sms"] = {"name": self.env._("Send an SMS")}
        return kinds

    def _check_sms(self):
        """There is a text; the documents have a chatter that keeps it."""
        if not (self.text or "").strip():
            raise UserError(self.env._("Write the text of the SMS."))
        if not hasattr(self.env[self.model_name], "_message_log_batch"):
            raise UserError(
                self.env._("%(model)s has no messages.", model=self.model_id.name)
            )

    def _describe_sms(self):
        """The action in words."""
        return self.env._("SMS “%(text)s”", text=self._describe_short_text())

    def _get_sms_paths(self):
        """Fields of the text."""
        return parse_text(self.text).paths

    def _run_sms(self, records):
        """Put one SMS for each document into the queue, its text into the chatter."""
        records.check_access("write")  # _message_log_batch checks nothing
        found = records._sms_get_recipients_info()
        numbers = {i: info["sanitized"] or info["number"] for i, info in found.items()}
        if not all(numbers.get(record.id) for record in records):
            raise UserError(self.env._("Nobody to write to: there is no phone number."))
        text = parse_text(self.text)
        bodies = {record.id: text.render(record) for record in records}
        messages = records._message_log_batch(bodies, message_type="sms")
        # sudo: the queue is the system's; sending from a document one may write to is
        # open to every employee in Odoo
        self.env["sms.sms"].sudo().create(
            [
                {
                    "number": numbers[message.res_id],
                    "partner_id": found[message.res_id]["partner"].id,
                    "body": bodies[message.res_id],
                    "mail_message_id": message.id,
                }
                for message in messages
            ]
        )
        return {record.id: numbers[record.id] for record in records}
