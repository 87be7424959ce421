from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

MONTHS = 36
BATCH = 5000


class BpmRobotLog(models.Model):
    """Journal of the robots: old rows go, except those that robots go by."""

    _inherit = "bpm.robot.log"

    @api.autovacuum
    def _gc_logs(self):
        """Thin out the journal: what a robot did years ago, nobody asks.

        The months are in the system parameter ``service_crm_bpm.robot_log_months``; 0
        keeps everything.

        :return: ``(number of deleted rows, whether there may be more)``
        """
        months = int(
            self.env["ir.config_parameter"]
            .sudo()  # a setting, read by the system
            .get_param("service_crm_bpm.robot_log_months", MONTHS)
        )
        if months <= 0:
            return 0, False
        limit = fields.Datetime.now() - relativedelta(months=months)
        worn = self.search(
            Domain("date_done", "<", limit) & ~self._get_kept_domain(),
            limit=BATCH,
            order="id",
        )
        worn.unlink()
        return len(worn), len(worn) == BATCH

    @api.model
    def _get_kept_domain(self):
        """Rows without which a robot would do again what it has done, or could not
        take it back. Extension point."""
        # sudo: which robots there are, also those that are switched off
        robots = self.env["bpm.robot"].sudo().with_context(active_test=False)
        once = robots.search(
            [("kind", "in", ("create", "copy")), ("create_once", "=", True)]
        )
        dated = robots.search([("trigger", "=", "date"), ("delay_repeat", "=", False)])
        undone = robots.search([("undo_when_left", "=", True)])
        return (
            Domain("state", "in", ("planned", "failed"))
            | Domain("robot_id", "in", dated.ids)
            | Domain("robot_id", "in", once.ids) & Domain("made_id", "!=", False)
            | Domain("robot_id", "in", undone.ids) & Domain("date_undone", "=", False)
        )
