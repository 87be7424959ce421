from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.insert import insert_rows


class BpmJournal(models.Model):
    """The protocol of the runs: what happened, who, when. Rows are only added."""

    _name = "bpm.journal"
    _description = "Protocol of a Process Run"
    _order = "id desc"
    _log_access = False  # its own date and user say it
    _rec_name = "event"

    instance_id = fields.Many2one(
        "bpm.instance", required=True, readonly=True, ondelete="cascade", index=True
    )
    token_id = fields.Many2one("bpm.token", readonly=True, ondelete="set null")
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True)
    event = fields.Selection(
        [
            ("start", "Started"),
            ("enter", "Stage entered"),
            ("begin", "Stage begun"),
            ("leave", "Stage completed"),
            ("fail", "Failed"),
            ("retry", "Tried again"),
            ("pause", "Paused"),
            ("resume", "Resumed"),
            ("cancel", "Cancelled"),
            ("skip", "Skipped"),
            ("back", "Stepped back"),
            ("assign", "Handed over"),
            ("change", "Changed"),
            ("child", "Child process"),
            ("approval", "Approval"),
            ("event", "Event"),
            ("robot", "Robot"),
            ("note", "Note"),
            ("migrate", "Moved to another version"),
            ("end", "Ended"),
        ],
        required=True,
        readonly=True,
    )
    stage_id = fields.Many2one("bpm.stage", readonly=True, ondelete="set null")
    target_id = fields.Many2one(
        "bpm.stage", "Next Stage", readonly=True, ondelete="set null"
    )
    result = fields.Char(readonly=True)
    hours = fields.Float("Working Time (h)", readonly=True)
    value_from = fields.Char("Before", readonly=True)
    value_to = fields.Char("After", readonly=True)
    text = fields.Char(readonly=True)

    @api.model
    def _log(self, vals_list):
        """Add rows.

        :param vals_list: values of stored fields; what is missing stays empty
        """
        if vals_list:
            vals = {"date": fields.Datetime.now(), "user_id": self.env.uid}
            # sudo: the protocol is the program's
            insert_rows(self.sudo(), [{**vals, **row} for row in vals_list])

    def write(self, vals):
        self.check_access("write")
        self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    def _refuse_change(self):
        raise UserError(self.env._("The protocol is not changed afterwards."))
