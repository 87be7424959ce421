from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceRequestPerformers(models.TransientModel):
    """Several people do one job at the same time, each by a task of their own."""

    _name = "service.request.performers"
    _description = "Tasks for several performers"

    request_id = fields.Many2one("crm.lead", required=True)
    performer_ids = fields.Many2many(
        "resource.resource",
        string="Performers",
        domain="[('is_performer', '=', True)]",
    )
    date_start = fields.Datetime(
        "When",
        compute="_compute_date_start",
        store=True,
        readonly=False,
        precompute=True,
    )
    planned_hours = fields.Float("Hours Each", default=1.0)
    override_reason = fields.Char(
        "Reason to Override",
        help="Why in spite of leave, skill or working hours, if it has to be.",
    )

    @api.depends("request_id")
    def _compute_date_start(self):
        for wizard in self:
            wizard.date_start = wizard.request_id.wished_start

    def action_create(self):
        """One task for each of them; the services stand on the first one's."""
        self.ensure_one()
        request = self.request_id
        request._check_may_plan()
        if not self.performer_ids:
            raise UserError(self.env._("Choose who goes there."))
        if self.planned_hours <= 0:
            raise UserError(self.env._("Say how many hours it will take."))
        common = request._prepare_work_order_values()
        lines = common.pop("line_ids")
        orders = self.env["service.work.order"].create(
            [
                {
                    **common,
                    "performer_id": performer.id,
                    "date_start": self.date_start,
                    "planned_hours": self.planned_hours,
                    "override_reason": self.override_reason,
                    "line_ids": [] if number else lines,
                }
                for number, performer in enumerate(self.performer_ids)
            ]
        )
        return request._open_work_orders(orders)
