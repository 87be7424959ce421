import uuid
from datetime import timedelta

from odoo import api, fields, models


class CrmLead(models.Model):
    """Service request: how long the link to the customer's page works."""

    _inherit = "crm.lead"

    customer_link_renewed = fields.Datetime(readonly=True, copy=False)
    customer_link_until = fields.Datetime(
        "Customer's Link Works Until",
        compute="_compute_customer_link_until",
        help="Empty: without end, or as long as the request is not finished.",
    )

    @api.depends("date_closed", "customer_link_renewed", "team_id.customer_link_days")
    def _compute_customer_link_until(self):
        for lead in self:
            days = lead.team_id.customer_link_days
            finished = lead.is_service and lead.date_closed
            lead.customer_link_until = (
                finished
                and days
                and max(finished, lead.customer_link_renewed or finished)
                + timedelta(days=days)
            )

    def action_renew_customer_link(self):
        """Give the customer's page a new address: who has the old one is locked out."""
        self._check_service_role("operator", "manager", "dispatcher")
        self.check_access("write")
        # The key of the page is the system's; the right to write was checked.
        self.sudo()._renew_customer_link()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The old link of the customer does not work any more. The next "
                    "message has the new one."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _renew_customer_link(self):
        """A new key, which works as long as one of a request finished now."""
        for lead in self:
            lead.write(
                {
                    "access_token": str(uuid.uuid4()),
                    "customer_link_renewed": fields.Datetime.now(),
                }
            )

    def _is_customer_link_expired(self):
        """Whether the page has to be asked for again."""
        self.ensure_one()
        until = self.customer_link_until
        return bool(until) and until < fields.Datetime.now()

    def _customer_renew_link(self):
        """Send a fresh link to the address we have; nobody learns which it is."""
        self.ensure_one()
        template = self.env.ref("service_crm.mail_template_link", False)
        address = self.partner_id.email or self.email_from
        if not self._is_customer_link_expired() or not template or not address:
            return  # a new link that reaches nobody would only end the old one
        self._renew_customer_link()
        template.send_mail(self.id, force_send=False)
