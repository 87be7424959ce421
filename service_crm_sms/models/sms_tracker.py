from odoo import models

# In the context: the gateways have brought the log up to date already.
OWN_REPORTS = object()


class SmsTracker(models.Model):
    """Results of sending and delivery reports reach the message log by the uuid."""

    _inherit = "sms.tracker"

    def _update_sms_notifications(
        self, notification_status, failure_type=False, failure_reason=False
    ):
        result = super()._update_sms_notifications(
            notification_status,
            failure_type=failure_type,
            failure_reason=failure_reason,
        )
        if self.env.context.get("service_reports") is OWN_REPORTS:
            return result
        state = self._get_service_states()[notification_status]
        reason = False
        if state == "failed":
            reason = self._get_service_failures().get(failure_type, "unknown")
        elif state == "suppressed":
            reason = "cancelled"
        # The log is the system's; a gateway's callback has no right on it.
        self.env["service.notification"].sudo().search(
            [("sms_uuid", "in", self.mapped("sms_uuid"))]
        )._update_state(state, reason, failure_reason)
        return result

    def _note_service_state(self, sms_state, failure=None, error=None):
        """Bring Odoo's notifications to the state that the log has already."""
        self.with_context(service_reports=OWN_REPORTS)._action_update_from_sms_state(
            sms_state, failure_type=failure or False, failure_reason=error or False
        )

    def _get_service_states(self):
        """States of the message log by Odoo's notification status."""
        return {
            "canceled": "suppressed",
            "ready": "queued",
            "process": "queued",
            "pending": "sent",
            "sent": "delivered",
            "bounce": "failed",
            "exception": "failed",
        }

    def _get_service_failures(self):
        """Reasons in the message log by Odoo's types of failure. Extension point."""
        return {
            "sms_number_missing": "no_phone",
            "sms_number_format": "bad_phone",
            "sms_invalid_destination": "bad_phone",
            "sms_country_not_supported": "country",
            "sms_registration_needed": "account",
            "sms_credit": "account",
            "sms_acc": "account",
            "sms_server": "server",
            "sms_expired": "undelivered",
            "sms_not_delivered": "undelivered",
            "sms_not_allowed": "refused",
            "sms_rejected": "refused",
        }
