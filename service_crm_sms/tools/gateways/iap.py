"""Odoo's own provider, by the account of each company (and addons that take its place).

``Settings.client`` is an object of Odoo's class ``SmsApiBase``.
"""

from .base import FAILED, SENT, Gateway, OutcomeUnknown, Report

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
            raise OutcomeUnknown(str(error)) from error
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
