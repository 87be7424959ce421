import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.service_crm.tools.batch import run_isolated

from ..tools.values import from_raw, get_raw


class BpmRobot(models.Model):
    """Robot: what it did is taken back when its stage or value is left.

    Changed fields get the values back that they had, unless somebody has changed them
    since; to-dos that are still open are called off.
    """

    _inherit = "bpm.robot"

    undo_when_left = fields.Boolean(
        "Take Back When Left",
        help="Changed fields get their former values back, open to-dos are called off.",
    )

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        return [*super()._get_guarded_fields(), "undo_when_left"]

    def _compile(self):
        if self.undo_when_left and not hasattr(self, f"_undo_{self.kind}"):
            raise UserError(
                self.env._("Only changed fields and to-dos are taken back when left.")
            )
        return super()._compile()

    @api.model
    def _undo_ended(self, model, matches):
        """Take back what robots did for documents that have moved on.

        :param matches: ``[(robot, [log row, …])]``
        """
        for robot, rows in matches:
            # sudo: the journal is the program's
            logs = self.env["bpm.robot.log"].sudo()
            domain = [("robot_id", "=", robot.id), ("state", "=", "done")]
            domain += [("res_id", "in", [row.res_id for row in rows])]
            domain += ["|", ("changes", "!=", False), ("made_id", "!=", False)]
            logs = logs.search([*domain, ("date_undone", "=", False)])
            tokens = {row.token_id for row in rows if row.token_id}
            if tokens:
                logs = logs.filtered(lambda log, t=tokens: log.entry_id.token_id in t)
            for company, own in logs.grouped("company_id").items():
                self._undo_logs(robot, model, company.id, own)

    @api.model
    def _undo_logs(self, robot, model, company_id, logs):
        """Take back what one robot did, as the user it runs as."""
        env = self._get_identity_env(robot.user_id, company_id)

        def undo(part):
            # sudo: the robot may be read; its documents have the rights of its user
            getattr(self.sudo(), f"_undo_{robot.kind}")(env[model], part)
            part.write({"date_undone": fields.Datetime.now()})

        def on_error(log, error):
            text = self._get_error_text(env[model].browse(log.res_id), error)
            log.write({"error": self.env._("Not taken back: %(error)s", error=text)})
            self._notify_failures({robot.id})

        run_isolated(self.env, logs, undo, on_error)

    @api.model
    def _undo_fields(self, documents, logs):
        """Write the former values back.

        :param documents: empty recordset with the rights of the robot's user
        """
        for log in logs:
            record = documents.browse(log.res_id)
            before, after = json.loads(log.changes)
            values = {}
            for name, now in get_raw(record, before).items():
                field = record._fields[name]
                if field.type == "many2many":
                    added = set(after[name]) - set(before[name])
                    taken = set(before[name]) - set(after[name])
                    values[name] = [Command.unlink(i) for i in added & set(now)]
                    values[name] += [Command.link(i) for i in taken - set(now)]
                elif now == after[name]:
                    values[name] = from_raw(field, before[name])
            record.write(values)

    @api.model
    def _undo_activity(self, documents, logs):
        """Call the to-dos off that are still open."""
        todos = documents.env["mail.activity"].browse(logs.mapped("made_id")).exists()
        todos.filtered("active").unlink()
