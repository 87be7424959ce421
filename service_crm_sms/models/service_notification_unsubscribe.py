from urllib.parse import urljoin

from odoo import api, models
from odoo.tools import consteq, email_normalize, hmac

SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"
LENGTH = 16


class ServiceNotification(models.Model):
    """Messages: the link by which the person says what to get.

    The link needs no login and is short, since it stands in short messages, too: the
    number of the message and a signature.
    """

    _inherit = "service.notification"

    def _get_unsubscribe_url(self):
        """The address of the page where the person chooses what to get."""
        self.ensure_one()
        token = f"{_write_number(self.id)}-{self._sign_message()}"
        return urljoin(self.get_base_url(), f"/service/u/{token}")

    def _sign_message(self):
        """Signature of the message's number and the person's address."""
        # The secret of the database is nobody's to read but needed to sign.
        env = self.sudo().env
        return hmac(env, "service_message", (self.id, self.address or ""))[:LENGTH]

    @api.model
    def _find_by_link(self, token):
        """The message behind a link (sudo), or none."""
        number, _sep, signature = (token or "").partition("-")
        message_id = _read_number(number)
        # The signature is the right: it is compared before anything is done.
        message = self.sudo().browse(message_id).exists()
        if message and consteq(message._sign_message().encode(), signature.encode()):
            return message
        return self.sudo().browse()

    def _is_to_customer(self):
        """Whether the person is somebody outside, who may unsubscribe."""
        self.ensure_one()
        return bool(self.address) and (
            not self.partner_id or self.partner_id.partner_share
        )

    def _get_subscriptions(self):
        """What the person gets by the channel of this message: ``{purpose: yes}``."""
        self.ensure_one()
        consents = self.env["service.message.consent"]
        target = (self.partner_id.id or 0, self.channel, self.address)
        company = self.company_id or self.env.company
        return {
            purpose: target not in consents._get_refused(purpose, [target], company)
            for purpose in ("service", "advertising")
        }

    def _say(self, state, purposes, source="link"):
        """The person behind this message says what to get from now on."""
        self.ensure_one()
        address = self.address
        if self.channel == "mail":
            address = email_normalize(address, strict=False)
        return self.env["service.message.consent"]._say(
            state,
            purposes,
            self.channel,
            address,
            self.partner_id,
            source=source,
            note=self.subject or (self.text or "")[:80],
            company_id=self.company_id.id,
            notification_id=self.id,
        )


def _write_number(number):
    """A number in few signs."""
    text = ""
    while number:
        number, rest = divmod(number, len(SIGNS))
        text = SIGNS[rest] + text
    return text


def _read_number(text):
    """The number behind such signs; 0 for anything else."""
    if not text or len(text) > 12 or any(sign not in SIGNS for sign in text):
        return 0
    number = int(text, len(SIGNS))
    return number if number < 2**31 else 0
