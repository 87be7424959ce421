import logging

from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.service_crm.tools.batch import run_isolated

_logger = logging.getLogger(__name__)


class BpmRobot(models.Model):
    """Robot: what is said when it fails, and to whom."""

    _inherit = "bpm.robot"

    @api.model
    def _get_error_text(self, record, error):
        """An error in words for the journal."""
        if isinstance(error, IntegrityError):
            return self.env._(
                "The operation cannot be completed: %s",
                record._sql_error_to_message(error),
            )
        if isinstance(error, UserError):
            return str(error.args[0])
        _logger.info("a robot failed on %s", record, exc_info=error)
        return f"{type(error).__name__}: {error}"

    @api.model
    def _get_loop_error(self, chain, res_id):
        """Which robots start each other."""
        # sudo: names of robots only, for the journal
        robots = self.sudo().browse(chain.get_loop(res_id))
        return self.env._(
            "Stopped: these robots start each other again and again for this document: "
            "%(robots)s. Give one of them a condition.",
            robots=" ↔ ".join(robots.mapped("display_name")),
        )

    @api.model
    def _notify_failures(self, robot_ids):
        """Tell the responsible user of each failing robot, until it is looked at."""
        if not robot_ids:
            return
        activity_type = self.env.ref(
            "service_crm_bpm.activity_robot_failed", raise_if_not_found=False
        )
        if not activity_type:
            return
        # The system reports, not the user whose save it was.
        activities = self.env["mail.activity"].sudo()
        told = activities.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", list(robot_ids)),
                ("activity_type_id", "=", activity_type.id),
            ]
        ).mapped("res_id")
        # sudo: as above, it is the system that reports
        robots = self.sudo().browse(set(robot_ids) - set(told))
        model_id = self.env["ir.model"]._get_id(self._name)

        def tell(part):
            activities.with_context(mail_activity_quick_update=True).create(
                [
                    {
                        "res_model_id": model_id,
                        "res_id": robot.id,
                        "activity_type_id": activity_type.id,
                        "summary": self.env._("Failed: see its journal"),
                        "date_deadline": fields.Date.context_today(self),
                        "user_id": (robot.process_id.owner_id or robot.user_id).id,
                        "automated": True,
                    }
                    for robot in part
                ]
            )

        def on_error(robot, error):
            _logger.info("nobody is told of robot %s", robot.id, exc_info=error)

        run_isolated(self.env, robots, tell, on_error)
