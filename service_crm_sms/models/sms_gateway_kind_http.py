from odoo import api, models

from ..tools.gateways import HttpGateway


class SmsGateway(models.Model):
    """Any service with an HTTP address, described on the form."""

    _inherit = "sms.gateway"

    @api.model
    def _get_kinds(self):
        _ = self.env._
        return {
            **super()._get_kinds(),
            "http": {
                "name": _("Other (HTTP)"),
                "class": HttpGateway,
                "account": _("Account"),
                "secret": _("Password or Key"),
                "url": "https://api.example.com/sms?to={digits}",
                "needs_url": True,
                "sender": _("a name or number the service allows"),
                "note": _(
                    "In address, headers and body: {number} (+79161234567), {digits} "
                    "(79161234567), {text}, {id}, {sender}, {account}, {secret}, "
                    "{callback}. They are escaped as their place needs it."
                ),
                "options": [
                    *self._get_http_request_options(),
                    *self._get_http_answer_options(),
                    *self._get_http_callback_options(),
                ],
            },
        }

    @api.model
    def _get_http_request_options(self):
        """How a message is sent."""
        _ = self.env._
        group = _("Sending")
        return [
            {
                "group": group,
                "name": "method",
                "kind": "selection",
                "label": _("Method"),
                "choices": [["POST", "POST"], ["GET", "GET"], ["PUT", "PUT"]],
            },
            {
                "group": group,
                "name": "auth",
                "kind": "selection",
                "label": _("Login"),
                "choices": [
                    ["", _("In address, headers or body")],
                    ["basic", _("Account and password (Basic)")],
                    ["bearer", _("Key (Bearer)")],
                ],
            },
            {
                "group": group,
                "name": "headers",
                "kind": "text",
                "label": _("Headers"),
                "placeholder": "X-Api-Key: {secret}",
                "help": _("One a line."),
            },
            {
                "group": group,
                "name": "body_format",
                "kind": "selection",
                "label": _("Body"),
                "choices": [
                    ["form", _("Form: name=value, one a line")],
                    ["json", "JSON"],
                    ["xml", "XML"],
                    ["text", _("Text")],
                ],
            },
            {
                "group": group,
                "name": "body",
                "kind": "text",
                "label": _("Text of the Body"),
                "placeholder": '{"to": "{digits}", "text": "{text}"}',
            },
            {
                "group": group,
                "name": "takes_id",
                "kind": "boolean",
                "label": _("Knows Our Id"),
                "help": _("A second message with the same {id} is not sent again."),
            },
        ]

    @api.model
    def _get_http_answer_options(self):
        """How its answer is read."""
        _ = self.env._
        group = _("Answer")
        return [
            {
                "group": group,
                "name": "id_path",
                "kind": "char",
                "label": _("Number of the Message"),
                "placeholder": "messages.0.id",
                "help": _("Where it stands. In a plain text: which word it is."),
            },
            {
                "group": group,
                "name": "state_path",
                "kind": "char",
                "label": _("State"),
                "placeholder": "messages.0.status",
                "help": _("Where it stands. Empty: an answer without error is enough."),
            },
            {
                "group": group,
                "name": "states",
                "kind": "text",
                "label": _("Meaning of the States"),
                "placeholder": "ok = sent\nDELIVRD = delivered\nEMPTY = failed account",
                "help": _(
                    "One a line: sent, delivered, failed or temporary. After failed a "
                    "reason: account, bad_phone, country, refused, undelivered."
                ),
            },
            {
                "group": group,
                "name": "error_path",
                "kind": "char",
                "label": _("Words of an Error"),
                "placeholder": "error.message",
            },
            {
                "group": group,
                "name": "segments_path",
                "kind": "char",
                "label": _("Number of Parts"),
                "placeholder": "messages.0.parts",
            },
            {
                "group": group,
                "name": "price_path",
                "kind": "char",
                "label": _("Price"),
                "placeholder": "messages.0.price",
            },
            {
                "group": group,
                "name": "currency",
                "kind": "char",
                "label": _("Currency"),
                "placeholder": "EUR",
            },
            {
                "group": group,
                "name": "status_url",
                "kind": "char",
                "label": _("Address to Ask for the State"),
                "placeholder": "https://api.example.com/status/{remote_id}",
                "help": _("With {id} also a message whose answer was lost is found."),
            },
            {
                "group": group,
                "name": "status_path",
                "kind": "char",
                "label": _("State in That Answer"),
                "placeholder": "status",
            },
            {
                "group": group,
                "name": "balance_url",
                "kind": "char",
                "label": _("Address to Ask for the Balance"),
                "placeholder": "https://api.example.com/balance",
            },
            {
                "group": group,
                "name": "balance_path",
                "kind": "char",
                "label": _("Balance in That Answer"),
                "placeholder": "balance",
            },
        ]

    @api.model
    def _get_http_callback_options(self):
        """How its reports and the customers' answers are read."""
        _ = self.env._
        group = _("Reports and Answers of Customers")
        return [
            {
                "group": group,
                "name": "callback_state",
                "kind": "char",
                "label": _("State in a Report"),
                "placeholder": "status",
            },
            {
                "group": group,
                "name": "callback_id",
                "kind": "char",
                "label": _("Its Number of the Message"),
                "placeholder": "id",
            },
            {
                "group": group,
                "name": "callback_own_id",
                "kind": "char",
                "label": _("Our Id of the Message"),
                "placeholder": "ref",
            },
            {
                "group": group,
                "name": "inbound_number",
                "kind": "char",
                "label": _("Number of the Customer"),
                "placeholder": "from",
            },
            {
                "group": group,
                "name": "inbound_text",
                "kind": "char",
                "label": _("Text of the Customer"),
                "placeholder": "text",
            },
            {
                "group": group,
                "name": "callback_answer",
                "kind": "char",
                "label": _("What It Wants to Hear"),
                "placeholder": "OK",
            },
            {
                "group": group,
                "name": "callback_mark",
                "kind": "selection",
                "label": _("Proof That It Is the Service"),
                "choices": [
                    ["", _("The secret address alone")],
                    ["word", _("A word in a field or header")],
                    ["hmac", _("HMAC-SHA256 of the body in a header")],
                ],
            },
            {
                "group": group,
                "name": "callback_field",
                "kind": "char",
                "label": _("Field or Header"),
                "placeholder": "X-Signature",
            },
            {
                "group": group,
                "name": "callback_secret",
                "kind": "secret",
                "label": _("Word or Key"),
            },
        ]
