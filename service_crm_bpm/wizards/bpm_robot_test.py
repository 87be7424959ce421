from contextlib import closing

from odoo import api, fields, models
from odoo.exceptions import UserError


class BpmRobotTest(models.TransientModel):
    """Dry run of a robot on one record: what would happen, nothing is kept."""

    _name = "bpm.robot.test"
    _description = "Try out a robot"

    robot_id = fields.Many2one("bpm.robot", required=True, ondelete="cascade")
    model_id = fields.Many2one(related="robot_id.model_id")
    model_name = fields.Char(related="robot_id.model_name")
    summary = fields.Char(related="robot_id.summary")
    record_ref = fields.Reference(
        lambda self: self.env["bpm.robot"]._get_reference_models(),
        "On",
        compute="_compute_record_ref",
        store=True,
        readonly=False,
    )
    result = fields.Html(readonly=True, sanitize=False)

    @api.depends("robot_id")
    def _compute_record_ref(self):
        """The newest document the robot would care for, to begin with."""
        for wizard in self:
            wizard.record_ref = False
            if wizard.robot_id:
                documents = self.env[wizard.model_name]
                domain = wizard.robot_id._parse_condition()
                newest = documents.search(
                    domain, order="id desc", limit=1
                ) or documents.search([], order="id desc", limit=1)
                if newest:
                    wizard.record_ref = f"{newest._name},{newest.id}"

    def action_run(self):
        """Show what the robot would do, in a transaction that is rolled back."""
        self.ensure_one()
        self.robot_id.check_access("write")
        record = self.record_ref
        if not record:
            raise UserError(self.env._("Choose a document to try the robot on."))
        record.check_access("read")
        self.env.flush_all()
        with closing(self.env.registry.cursor()) as cr:
            env = self.env(cr=cr)
            try:
                values = (
                    env["bpm.robot"]
                    .browse(self.robot_id.id)
                    ._dry_run(env[record._name].browse(record.id))
                )
            except UserError as error:
                values = {"error": error.args[0]}
            finally:
                cr.rollback()
        self.result = self.env["ir.qweb"]._render(
            "service_crm_bpm.robot_test_result", values
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try Out"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
