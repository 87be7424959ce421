import logging

from odoo import api, models

from ..tools.gateways import SmppGateway
from ..tools.gateways.base import GatewayError

_logger = logging.getLogger(__name__)


class SmsGateway(models.Model):
    """Reports and replies that wait at the provider until they are fetched."""

    _inherit = "sms.gateway"

    @api.model
    def _get_kinds(self):
        return {
            **super()._get_kinds(),
            "smpp": {
                "name": self.env._("SMPP"),
                "class": SmppGateway,
                "account": self.env._("System Id"),
                "secret": self.env._("Password"),
                "url": "smpp://smpp.example.com:2775",
                "needs_url": True,
                "schemes": ("smpp://", "smpps://"),
                "sender": self.env._(
                    "a number, a short number or a name of the contract"
                ),
                "note": self.env._(
                    "The line of telephone companies. Reports and answers of customers "
                    "are fetched every few minutes. smpps:// is the encrypted line. "
                    "The server needs the library smpplib."
                ),
                "options": [
                    {
                        "name": "system_type",
                        "kind": "char",
                        "label": self.env._("System Type"),
                        "help": self.env._("Only if the provider asks for it."),
                    }
                ],
            },
        }

    @api.model
    def _cron_watch(self):
        self._fetch_all()
        return super()._cron_watch()

    @api.model
    def _fetch_all(self):
        """Fetch what waits at the gateways that have to be asked for it. Commits."""
        commit = self.env["ir.cron"]._commit_progress
        # Whoever runs the job need not see the gateways.
        for gateway in self.sudo().search([("active", "=", True)]):
            adapter = gateway._get_adapter()
            if not adapter.can_fetch or gateway._is_resting():
                continue
            commit()

            def keep(answer, gateway=gateway):
                gateway._take_callback(answer)
                commit()

            try:
                adapter.fetch(keep)
            except GatewayError as error:
                _logger.info("SMS gateway %s: %s", gateway.id, error)
