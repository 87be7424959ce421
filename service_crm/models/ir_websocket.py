from odoo import models

from .service_dispatch_board import READERS

DISPATCH_CHANNEL = "service_dispatch"


class IrWebsocket(models.AbstractModel):
    """Who may dispatch hears of every change of the plan, per company."""

    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        user = self.env.user
        if user._is_internal() and user._has_service_role(*READERS):
            # A record and a word: no client can name such a channel itself.
            channels.extend((company, DISPATCH_CHANNEL) for company in user.company_ids)
        return super()._build_bus_channel_list(channels)
