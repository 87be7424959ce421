from odoo import models


class SmsGateway(models.Model):
    """Gateway: what customers write back."""

    _inherit = "sms.gateway"

    def _receive(self, messages):
        """Take messages of customers; the same one only once.

        Each is stored and committed before anything is made of it, so that a caller
        may tell the vendor that it has them.

        :param messages: list of ``Inbound``
        :return: the ``service.inbound`` rows (sudo), new or known
        """
        self.ensure_one()
        # Whoever asks the gateway has no right on what customers write.
        inbounds = self.env["service.inbound"].sudo()
        return inbounds.union(
            *(inbounds._receive_sms(self, message) for message in messages)
        )
