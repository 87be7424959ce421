from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


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
    stage_id = fields.Many2one("bpm.stage", "Stage", readonly=True, ondelete="set null")
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
        if not vals_list:
            return
        vals = {"date": fields.Datetime.now(), "user_id": self.env.uid}
        names = [name for name, field in self._fields.items() if _is_logged(field)]
        columns = [[] for _name in names]
        for row in vals_list:
            row = {**vals, **row}
            for name, column in zip(names, columns, strict=True):
                value = row.get(name)
                column.append(value if value or value == 0.0 else None)
        # one statement, however many rows
        self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) SELECT * FROM unnest(%s) RETURNING id",
                SQL.identifier(self._table),
                SQL(", ").join(SQL.identifier(name) for name in names),
                SQL(", ").join(
                    SQL("%s::%s[]", column, SQL(self._fields[name].column_type[0]))
                    for name, column in zip(names, columns, strict=True)
                ),
            )
        )
        self.env["bpm.instance"].invalidate_model(["journal_ids"], flush=False)

    def write(self, vals):
        self.check_access("write")
        raise UserError(self.env._("The protocol is not changed afterwards."))

    def unlink(self):
        self.check_access("unlink")
        raise UserError(self.env._("The protocol is not changed afterwards."))


def _is_logged(field):
    return field.store and field.column_type and field.name != "id"
