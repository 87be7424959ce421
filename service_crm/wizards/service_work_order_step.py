from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceWorkOrderStep(models.TransientModel):
    """The question for the reason of a step, and for the new time when it moves."""

    _name = "service.work.order.step"
    _description = "Reason of a step"

    work_order_ids = fields.Many2many("service.work.order", required=True)
    step = fields.Selection(
        lambda self: self._get_step_selection(), required=True, readonly=True
    )
    reason = fields.Text(required=True)
    date_start = fields.Datetime("New Time")
    date_end = fields.Datetime(
        "Until", compute="_compute_date_end", store=True, readonly=False
    )
    performer_id = fields.Many2one(
        "resource.resource",
        compute="_compute_performer_id",
        store=True,
        readonly=False,
        domain=[("is_performer", "=", True)],
    )
    slot_warning = fields.Text(compute="_compute_slot_warning")
    override_reason = fields.Char(
        "Reason to Plan It All the Same",
        help="Needed when the performer is absent, off work or lacks a skill.",
    )

    @api.model
    def _get_step_selection(self):
        """The steps that are taken only with a reason."""
        orders = self.env["service.work.order"]
        labels = orders._get_step_labels()
        return [
            (name, labels[name])
            for name, step in orders._get_steps().items()
            if step.needs_reason
        ]

    @api.depends("work_order_ids")
    def _compute_performer_id(self):
        for wizard in self:
            performers = wizard.work_order_ids.performer_id
            wizard.performer_id = performers if len(performers) == 1 else False

    @api.depends("date_start")
    def _compute_date_end(self):
        for wizard in self:
            wizard.date_end = wizard.date_start and (
                wizard.date_start
                + max(
                    (order._get_duration() for order in wizard.work_order_ids),
                    default=timedelta(hours=1),
                )
            )

    @api.depends("date_start", "date_end", "performer_id", "work_order_ids")
    def _compute_slot_warning(self):
        for wizard in self:
            orders = wizard.work_order_ids._origin
            wizard.slot_warning = (
                wizard.step == "reschedule"
                and len(orders) == 1
                and orders._get_slot_warning(
                    wizard.performer_id, wizard.date_start, wizard.date_end
                )
            )

    def action_take_step(self):
        """Take the step with the reason given."""
        self.ensure_one()
        orders = self.work_order_ids
        if self.step != "reschedule":
            getattr(orders, f"action_{self.step}")(reason=self.reason)
            return self._get_next_action()
        if not self.date_start:
            raise UserError(self.env._("Choose the new time of the visit."))
        orders.action_reschedule(
            reason=self.reason,
            date_start=self.date_start,
            date_end=self.date_end,
            performer_id=self.performer_id.id,
            override_reason=self.override_reason,
        )
        return {"type": "ir.actions.act_window_close"}

    def _get_next_action(self):
        """Back to the order, or to the own jobs when it is no longer the user's."""
        if self.work_order_ids.has_access("read"):
            return {"type": "ir.actions.act_window_close"}
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_work_order_my"
        )
        return {**action, "target": "main"}
