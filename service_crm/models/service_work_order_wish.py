from odoo import models


class ServiceWorkOrder(models.Model):
    """Work order: what the customer asked for is answered by the step itself."""

    _inherit = "service.work.order"

    def _action_confirm_customer(self):
        """The customer's wish is answered by it."""
        result = super()._action_confirm_customer()
        self._answer_customer_wish()
        return result

    def _action_reschedule(self, *args, **kwargs):
        """The customer's wish is answered by it."""
        result = super()._action_reschedule(*args, **kwargs)
        self._answer_customer_wish()
        return result

    def _action_cancel(self, *args, **kwargs):
        """The customer's wish is answered by it."""
        result = super()._action_cancel(*args, **kwargs)
        self._answer_customer_wish()
        return result

    def _answer_customer_wish(self):
        """Take the customer's wish off the dispatcher's desk."""
        self.request_id.activity_feedback(["service_crm.mail_activity_customer_wish"])
