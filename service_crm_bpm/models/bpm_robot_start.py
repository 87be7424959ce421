from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.chain import Made


class BpmRobot(models.Model):
    """Robot: start a process."""

    _inherit = "bpm.robot"

    start_process_id = fields.Many2one(
        "bpm.process",
        "Process to Start",
        ondelete="restrict",
        domain="[('state', '!=', 'retired'),"
        " ('model_name', 'in', [model_name, 'bpm.instance'])]",
        help="Its published version at the time is started.",
    )

    @api.model
    def _get_robot_kinds(self):
        """Adds: starting a process."""
        kinds = super()._get_robot_kinds()
        return {**kinds, "process": {"name": self.env._("Start a process")}}

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        return [*super()._get_guarded_fields(), "start_process_id"]

    def _check_process(self):
        """The process is about these documents, or about nothing."""
        if not self.start_process_id:
            raise UserError(self.env._("Choose the process to start."))
        if self.start_process_id.model_name not in (self.model_name, "bpm.instance"):
            raise UserError(
                self.env._(
                    "“%(process)s” is about other documents.",
                    process=self.start_process_id.name,
                )
            )

    def _describe_process(self):
        """The action in words."""
        return self.env._(
            "start “%(process)s”", process=self.start_process_id.name or "…"
        )

    def _run_process(self, records):
        """Start one run for each document, unless one is under way."""
        process = self._get_process_to_start(records.env.user)
        process = process.with_user(records.env.user).sudo()  # the right is checked
        vals_list = []
        for record in records:
            vals = {"parent_id": self._get_token(record).instance_id.id}
            if process.model_name == records._name:
                vals["res_id"] = record.id
            vals_list.append(vals)
        runs = process._start(vals_list)
        if process.model_name != records._name:
            started = dict(zip(records.ids, runs, strict=True))
        else:
            started = {run.res_id: run for run in runs}
        there = self.env._("It is under way already")
        return {
            record.id: Made(
                started[record.id].name, "bpm.instance", started[record.id].id
            )
            if record.id in started
            else there
            for record in records
        }

    def _get_process_to_start(self, user):
        """The version to start; refused to who may not start it."""
        family = self.start_process_id.family_id
        process = family.search(
            [("family_id", "=", family.id), ("state", "=", "published")], limit=1
        )
        if not process:
            raise UserError(
                self.env._(
                    "“%(process)s” is not published: only published processes start.",
                    process=family.name,
                )
            )
        groups = process.start_group_ids
        if groups and not groups & user.all_group_ids:
            raise UserError(
                self.env._(
                    "%(user)s may not start “%(process)s”.",
                    user=user.name,
                    process=process.name,
                )
            )
        return process
