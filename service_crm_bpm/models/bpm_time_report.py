from odoo import fields, models
from odoo.tools import SQL


class BpmTimeReport(models.Model):
    """Planned against actual time: one row per completed stage of a person."""

    _name = "bpm.time.report"
    _description = "Planned and actual times of processes"
    _auto = False
    _rec_name = "stage_id"
    _order = "date_done desc, id desc"
    _depends = {
        "bpm.token": [
            "company_id",
            "date_deadline",
            "date_done",
            "date_enter",
            "date_start",
            "hours",
            "instance_id",
            "process_id",
            "result_id",
            "stage_id",
            "state",
            "user_id",
        ],
        "bpm.instance": ["family_id", "partner_id"],
        "bpm.stage": ["lane_id", "planned_hours"],
    }

    instance_id = fields.Many2one("bpm.instance", "Process Run", readonly=True)
    family_id = fields.Many2one("bpm.process", "Process", readonly=True)
    process_id = fields.Many2one("bpm.process", "Version", readonly=True)
    stage_id = fields.Many2one("bpm.stage", readonly=True)
    lane_id = fields.Many2one("bpm.lane", "Role", readonly=True)
    result_id = fields.Many2one("bpm.transition", readonly=True)
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date_enter = fields.Datetime("Entered", readonly=True)
    date_start = fields.Datetime("Begun", readonly=True)
    date_done = fields.Datetime("Completed", readonly=True)
    planned_hours = fields.Float("Planned (h)", readonly=True)
    actual_hours = fields.Float("Actual (h)", readonly=True)
    deviation_hours = fields.Float(
        "Over Plan (h)", readonly=True, help="Of stages that have a planned time."
    )
    late_count = fields.Integer("After the Deadline", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT token.id, token.instance_id, run.family_id, token.process_id,
                   token.stage_id, stage.lane_id, token.result_id, token.user_id,
                   run.partner_id, token.company_id, token.date_enter,
                   token.date_start, token.date_done,
                   stage.planned_hours, token.hours AS actual_hours,
                   CASE WHEN stage.planned_hours > 0
                        THEN token.hours - stage.planned_hours ELSE 0
                   END AS deviation_hours,
                   CASE WHEN token.date_done > token.date_deadline THEN 1 ELSE 0
                   END AS late_count
              FROM bpm_token token
              JOIN bpm_instance run ON run.id = token.instance_id
              JOIN bpm_stage stage ON stage.id = token.stage_id
             WHERE token.state = 'done' AND token.user_id IS NOT NULL
            """
        )

    def action_open_card(self):
        """The card of the run the row belongs to."""
        self.ensure_one()
        self.check_access("read")
        return self.instance_id._get_card_action()
