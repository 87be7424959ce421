"""Odoo's own provider, by the account of each company (and addons that take its place).

``Settings.client`` is an object of Odoo's class ``SmsApiBase``.
"""

import requests

from .base import FAILED, SENT, Gateway, NotSent, OutcomeUnknown, Report
from .transport import was_never_sent

REASONS = {
    "insufficient_credit": "account",
    "unregistered": "account",
    "registration_needed": "account",
    "country_not_supported": "country",
    "wrong_number_format": "bad_phone",
    "sms_number_missing": "no_phone",
    "incompatible_content": "refused",
    "duplicate_message": "refused",
    "server_error": "server",
}


class IapGateway(Gateway):
    """Sends in batches; reports come to Odoo's own address."""

    batch_size = 500
    is_parallel = False

    def send(self, messages):
        by_text = {}
        for message in messages:
            by_text.setdefault(message.text, []).append(message)
        try:
            results = self.settings.client._send_sms_batch(
                [
                    {
                        "content": text,
                        "numbers": [{"number": m.number, "uuid": m.id} for m in same],
                    }
                    for text, same in by_text.items()
                ],
                delivery_reports_url=self.settings.callback_url,
            )
        except Exception as error:
            raise read_failure(error) from error
        return [
            Report(id=result["uuid"], state=SENT)
            if result["state"] in ("success", "processing", "sent", "delivered")
            else Report(
                id=result["uuid"],
                state=FAILED,
                reason=REASONS.get(result["state"], "unknown"),
                error=result.get("failure_reason") or result["state"],
            )
            for result in results
        ]


def read_failure(error):
    """What a failed call means: Odoo hides the cause in an error of its own."""
    cause = error.__context__
    words = str(error)[:500]
    if type(error).__name__ == "InsufficientCreditError":
        return NotSent(words, "account")
    if isinstance(cause, requests.HTTPError) and cause.response is not None:
        if 400 <= cause.response.status_code < 500:
            return NotSent(words)
    elif isinstance(cause, requests.RequestException) and was_never_sent(cause):
        return NotSent(words)
    return OutcomeUnknown(words)
