from odoo import models

from ..tools.values import format_value

NOT_SHOWN = {"id", "create_uid", "create_date", "write_uid", "write_date"}


class BpmRobot(models.Model):
    """Robot: what it would do, for trying it out."""

    _inherit = "bpm.robot"

    def _dry_run(self, record):
        """Run as if ``record`` just entered the value, and tell what happened.

        To be called in a transaction of its own that is rolled back. A delay is not
        waited for; server actions are not run, they may reach out of the database.

        :return: ``{"runs": [(robot name, state label, text)],
            "changes": [(field label, before, after)]}``
        """
        self.ensure_one()
        compiled = self._compile()
        log = self.env["bpm.robot.log"].sudo()  # what this very run writes
        last = log.search([], limit=1).id or 0
        before = self._get_snapshot(record)
        with self._begin_chain() as chain:
            chain.dry = True
            row = self._create_dry_entry(record, compiled)
            self._run_rows(chain, record._name, [(compiled, [row])])
            self._run_chain(chain)
        record.env.flush_all()
        runs = [
            (
                run.robot_id.display_name,
                dict(log._fields["state"]._description_selection(self.env))[run.state],
                run.error or run.result or "",
            )
            for run in log.search([("id", ">", last)], order="id")
        ]
        after = self._get_snapshot(record)
        changes = [
            (label, before[name][1], text)
            for name, (label, text) in after.items()
            if before[name][1] != text
        ]
        return {"runs": runs, "changes": changes}

    def _create_dry_entry(self, record, compiled):
        """The entry the robot waits for, nobody else is told of it."""
        on, kind, key = compiled.trigger
        place = "phase" if kind == "phase" else "value"
        if on == "leave":
            place = f"previous_{place}"
        rows = self.env["service.phase.log"].sudo()  # the log is the program's
        vals = rows._prepare_log_values(record.sudo(), compiled.field_name, "", "")
        return rows.create({**vals, place: key})

    def _get_snapshot(self, record):
        """``{field: (label, value as people read it)}`` of what a form would show."""
        # sudo: the rights on the record are checked by who calls; only differences
        # of these values are shown
        record = record.sudo()
        return {
            name: (
                field._description_string(self.env),
                format_value(record, field, record[name]),
            )
            for name, field in record._fields.items()
            if field.store
            and name not in NOT_SHOWN
            and not name.startswith(("message_", "activity_", "website_message_"))
            and field.type not in ("binary", "one2many", "json", "properties")
            and not field.groups
        }
