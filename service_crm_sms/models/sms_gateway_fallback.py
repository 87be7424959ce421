from odoo import fields, models

# Failures of the way, not of the number or of the text.
OF_THE_WAY = ("undelivered", "server", "account", "country", "unknown")


class SmsGateway(models.Model):
    """Gateways: what one could not deliver goes by the next."""

    _inherit = "sms.gateway"

    is_passing_on = fields.Boolean(
        "Undelivered Go to the Next Gateway",
        help="A message that this gateway reports as not delivered is sent by the next "
        "gateway that serves the number.",
    )

    def _pass_on_undelivered(self, changed):
        """Put messages that failed after they were sent back into the queue, for the
        next gateway, if there is one.

        :param changed: list of ``(row of the log as it was, its changes)``
        """
        failed = {
            row["id"]: row["gateway_id"]
            for row, changes in changed
            if changes.get("state") == "failed"
            and changes.get("reason") in OF_THE_WAY
            and row["state"] in ("sent", "sending")
            and row["gateway_id"]
        }
        # whoever brings a report need not see the gateways
        gateways = self.sudo().browse(set(failed.values()))
        passing = set(gateways.filtered("is_passing_on").ids)
        # the log and the queue are the system's
        messages = self.env["service.notification"].sudo()
        messages = messages.browse(k for k, g in failed.items() if g in passing)
        if messages:
            messages._pass_on()
