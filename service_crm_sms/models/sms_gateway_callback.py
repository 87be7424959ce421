import secrets
from dataclasses import replace
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.tools import SQL


class SmsGateway(models.Model):
    """Reports and replies that a gateway brings by itself."""

    _inherit = "sms.gateway"

    callback_token = fields.Char(
        groups="service_crm.group_service_admin",
        copy=False,
        readonly=True,
        default=lambda self: secrets.token_urlsafe(24),
    )
    callback_url = fields.Char(
        "Address for Reports",
        compute="_compute_callback_url",
        compute_sudo=True,
        groups="service_crm.group_service_admin",
        help="Where the provider reports deliveries and hands over replies.",
    )
    refusal_ids = fields.One2many(
        "sms.gateway.refusal", "gateway_id", "Refused Calls", readonly=True
    )
    _callback_token_uniq = models.UniqueIndex(
        "(callback_token)", "Another gateway has this address."
    )

    @api.depends("callback_token")
    def _compute_callback_url(self):
        for gateway in self:
            base = gateway.get_base_url().rstrip("/")
            gateway.callback_url = (
                gateway.callback_token
                and f"{base}/service/sms/{gateway.callback_token}/callback"
            )

    def action_renew_callback(self):
        """A new address for reports: the old one is dead at once."""
        for gateway in self:
            gateway.callback_token = secrets.token_urlsafe(24)

    def _prepare_settings(self):
        """With the address for reports, where the provider can reach it."""
        settings = super()._prepare_settings()
        # Whoever sends by the gateway need not know where it reports to.
        url = self.sudo().callback_url or ""
        return replace(settings, callback_url=url if is_public(url) else "")

    @api.model
    def _find_by_token(self, token):
        """The gateway with this address for reports, if it is in use."""
        return self.search([("callback_token", "=", token)], limit=1)

    def _read_callback(self, callback):
        """What a call of the provider says.

        :param callback: ``tools.gateways.base.Callback``
        :return: ``tools.gateways.base.Answer``
        :raise BadCallback: it is not the provider's
        """
        return self._get_adapter().read_callback(callback)

    def _take_callback(self, answer):
        """Note the reports and hand over the messages of one call."""
        if answer.reports:
            self._apply_reports(answer.reports)
        if answer.inbound:
            self._receive(answer.inbound)

    def _note_refused(self, error, network):
        """Keep in plain sight that a call was refused.

        Many alike are one row, committed: what follows may not undo it.
        """
        self.ensure_one()
        with self.env["service.inbound"]._own_transaction() as own:
            own.env.cr.execute(
                SQL(
                    """
                    INSERT INTO sms_gateway_refusal
                                (gateway_id, error, network, times,
                                 create_date, write_date)
                         VALUES (%(gateway)s, %(error)s, %(network)s, 1,
                                 now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
                    ON CONFLICT (gateway_id, network, error, (create_date::date))
                      DO UPDATE SET times = sms_gateway_refusal.times + 1,
                                    write_date = EXCLUDED.write_date
                    """,
                    gateway=self.id,
                    error=error[:200],
                    network=network,
                )
            )


def is_public(url):
    """Whether a provider on the Internet may reach the address."""
    host = urlsplit(url).hostname or ""
    return "." in host and not host.startswith("127.")
