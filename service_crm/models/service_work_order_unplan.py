from odoo import models

# No client can send this object: checks are put off by code that makes them itself.
TOGETHER = object()


class ServiceWorkOrder(models.Model):
    """Work order: taken off the plan, and planned together with others."""

    _inherit = "service.work.order"

    def action_unplan(self, reason=None):
        """Take the visit off the plan; without a reason it is asked for."""
        return self._take_step("unplan", reason=reason)

    def _action_unplan(self, reason):
        """Who was told is no longer expected; somebody plans the visit anew."""
        self._check_step("unplan", reason)
        self._log_reason(self.env._("Taken off the plan: %(reason)s"), reason)
        begun = self.filtered(lambda order: order.state != "draft")
        begun.write({"state": "draft"})
        self.write({**self._prepare_unplanned_values(), "performer_id": False})
        self._sync_requests()

    def _get_step_labels(self):
        return {
            **super()._get_step_labels(),
            "unplan": self.env._("Take Off the Plan"),
        }

    def _planned_together(self):
        """These orders, to be checked by :meth:`_check_together` when all are moved."""
        return self.with_context(service_plan_together=TOGETHER)

    def _is_planned_together(self):
        """Whether the checks of the plan come later, for all orders at once."""
        return self.env.context.get("service_plan_together") is TOGETHER

    def _check_together(self):
        """Check capacity, leave, hours and skills of orders moved at once."""
        orders = self.with_context(service_plan_together=None)
        orders._check_capacity()
        orders._check_availability()
