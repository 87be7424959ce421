from odoo import api, fields, models

# States that the log learns of when Odoo's own buttons set them.
LOG_STATES = {"canceled": "suppressed", "outgoing": "queued", "error": "failed"}


class SmsSms(models.Model):
    """Odoo's queue of short messages, sent by the gateways."""

    _inherit = "sms.sms"

    service_gateway_id = fields.Many2one(
        "sms.gateway", "Gateway", readonly=True, copy=False, ondelete="set null"
    )
    service_date_due = fields.Datetime(
        "Next Attempt", readonly=True, copy=False, help="Of one being sent: until then."
    )
    service_tries = fields.Integer("Failed Attempts", readonly=True, copy=False)
    service_passed = fields.Char(
        "Given Up By", readonly=True, copy=False, help="Ids of gateways."
    )
    service_is_pinned = fields.Boolean(
        "Only by This Gateway",
        readonly=True,
        copy=False,
        help="It may have it already, and knows it by our id.",
    )
    service_priority = fields.Integer(
        readonly=True, copy=False, default=0, help="Lower ones go first."
    )

    _service_unassigned_idx = models.Index(
        "(service_priority, id) WHERE state = 'outgoing' AND service_gateway_id IS NULL"
    )
    _service_queue_idx = models.Index(
        "(service_gateway_id, service_priority, id) WHERE state = 'outgoing'"
    )
    _service_silent_idx = models.Index("(service_date_due) WHERE state = 'process'")

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._create_service_notifications()
        return messages

    def send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Have the queue sent at once: after the commit, by the gateways."""
        if self:
            self.env["sms.gateway"]._trigger_queue()

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """All messages go out by the gateways."""
        return self.send(unlink_failed, unlink_sent, raise_exception)

    @api.model
    def _process_queue(self):
        """The job of the queue: gateways instead of one provider per company."""
        self.env["sms.gateway"]._run_queue()

    def resend_failed(self):
        failed = self.filtered(lambda sms: sms.state == "error" and not sms.to_delete)
        failed.action_set_outgoing()
        failed.send()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if failed else "warning",
                "message": self.env._(
                    "%(count)s in the queue again.", count=len(failed)
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _update_sms_state_and_trackers(self, new_state, failure_type=None):
        result = super()._update_sms_state_and_trackers(new_state, failure_type)
        if new_state == "outgoing":
            self.write(
                {
                    "service_gateway_id": False,
                    "service_date_due": False,
                    "service_tries": 0,
                    "service_passed": False,
                    "service_is_pinned": False,
                }
            )
        state = LOG_STATES.get(new_state)
        if state:
            failures = self.env["sms.tracker"]._get_service_failures()
            reason = {
                "suppressed": "cancelled",
                "failed": failures.get(failure_type, "unknown"),
            }.get(state)
            # The log is the system's, the queue the administrator's.
            self.env["service.notification"].sudo().search(
                [("sms_uuid", "in", self.mapped("uuid"))]
            )._update_state(state, reason)
        return result

    @api.ondelete(at_uninstall=False)
    def _note_removed_from_queue(self):
        """A message deleted before it was sent is not lost without a trace."""
        waiting = self.filtered(lambda sms: sms.state == "outgoing" and sms.uuid)
        if waiting:
            # The log is the system's, the queue the administrator's.
            self.env["service.notification"].sudo().search(
                [("sms_uuid", "in", waiting.mapped("uuid"))]
            )._update_state("suppressed", "cancelled")
