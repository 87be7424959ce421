from odoo import api, models

from ..tools.gateways import HttpGateway


class SmsGateway(models.Model):
    """Any service with an HTTP address, described on the form."""

    _inherit = "sms.gateway"

    @api.model
    def _get_kinds(self):
        return {
            **super()._get_kinds(),
            "http": {
                "name": self.env._("Other (HTTP)"),
                "class": HttpGateway,
                "account": self.env._("Account"),
                "secret": self.env._("Password or Key"),
                "url": "https://api.example.com/sms?to={digits}",
                "needs_url": True,
                "sender": self.env._("a name or number the service allows"),
                "note": self.env._(
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
        group = self.env._("Sending")
        return [
            {
                "group": group,
                "name": "method",
                "kind": "selection",
                "label": self.env._("Method"),
                "choices": [["POST", "POST"], ["GET", "GET"], ["PUT", "PUT"]],
            },
            {
                "group": group,
                "name": "auth",
                "kind": "selection",
                "label": self.env._("Login"),
                "choices": [
                    ["", self.env._("In address, headers or body")],
                    ["basic", self.env._("Account and password (Basic)")],
                    ["bearer", self.env._("Key (Bearer)")],
                ],
            },
            {
                "group": group,
                "name": "headers",
                "kind": "text",
                "label": self.env._("Headers"),
                "placeholder": "X-Api-Key: {secret}",
                "help": self.env._("One a line."),
            },
            {
                "group": group,
                "name": "body_format",
                "kind": "selection",
                "label": self.env._("Body"),
                "choices": [
                    ["form", self.env._("Form: name=value, one a line")],
                    ["json", "JSON"],
                    ["xml", "XML"],
                    ["text", self.env._("Text")],
                ],
            },
            {
                "group": group,
                "name": "body",
                "kind": "text",
                "label": self.env._("Text of the Body"),
                "placeholder": '{"to": "{digits}", "text": "{text}"}',
            },
            {
                "group": group,
                "name": "takes_id",
                "kind": "boolean",
                "label": self.env._("Knows Our Id"),
                "help": self.env._(
                    "A second message with the same {id} is not sent again."
                ),
            },
        ]

    @api.model
    def _get_http_answer_options(self):
        """How its answer is read."""
        group = self.env._("Answer")
        return [
            {
                "group": group,
                "name": "id_path",
                "kind": "char",
                "label": self.env._("Number of the Message"),
                "placeholder": "messages.0.id",
                "help": self.env._(
                    "Where it stands. In a plain text: which word it is."
                ),
            },
            {
                "group": group,
                "name": "state_path",
                "kind": "char",
                "label": self.env._("State"),
                "placeholder": "messages.0.status",
                "help": self.env._(
                    "Where it stands. Empty: an answer without error is enough."
                ),
            },
            {
                "group": group,
                "name": "states",
                "kind": "text",
                "label": self.env._("Meaning of the States"),
                "placeholder": "ok = sent\nDELIVRD = delivered\nEMPTY = failed account",
                "help": self.env._(
                    "One a line: sent, delivered, failed or temporary. After failed a "
                    "reason: account, bad_phone, country, refused, undelivered."
                ),
            },
            {
                "group": group,
                "name": "error_path",
                "kind": "char",
                "label": self.env._("Words of an Error"),
                "placeholder": "error.message",
            },
            {
                "group": group,
                "name": "segments_path",
                "kind": "char",
                "label": self.env._("Number of Parts"),
                "placeholder": "messages.0.parts",
            },
            {
                "group": group,
                "name": "price_path",
                "kind": "char",
                "label": self.env._("Price"),
                "placeholder": "messages.0.price",
            },
            {
                "group": group,
                "name": "currency",
                "kind": "char",
                "label": self.env._("Currency"),
                "placeholder": "EUR",
            },
            {
                "group": group,
                "name": "status_url",
                "kind": "char",
                "label": self.env._("Address to Ask for the State"),
                "placeholder": "https://api.example.com/status/{remote_id}",
                "help": self.env._(
                    "With {id} also a message whose answer was lost is found."
                ),
            },
            {
                "group": group,
                "name": "status_path",
                "kind": "char",
                "label": self.env._("State in That Answer"),
                "placeholder": "status",
            },
            {
                "group": group,
                "name": "balance_url",
                "kind": "char",
                "label": self.env._("Address to Ask for the Balance"),
                "placeholder": "https://api.example.com/balance",
            },
            {
                "group": group,
                "name": "balance_path",
                "kind": "char",
                "label": self.env._("Balance in That Answer"),
                "placeholder": "balance",
            },
        ]

    @api.model
    def _get_http_callback_options(self):
        """How its reports and the customers' answers are read."""
        group = self.env._("Reports and Answers of Customers")
        return [
            {
                "group": group,
                "name": "callback_state",
                "kind": "char",
                "label": self.env._("State in a Report"),
                "placeholder": "status",
            },
            {
                "group": group,
                "name": "callback_id",
                "kind": "char",
                "label": self.env._("Its Number of the Message"),
                "placeholder": "id",
            },
            {
                "group": group,
                "name": "callback_own_id",
                "kind": "char",
                "label": self.env._("Our Id of the Message"),
                "placeholder": "ref",
            },
            {
                "group": group,
                "name": "inbound_number",
                "kind": "char",
                "label": self.env._("Number of the Customer"),
                "placeholder": "from",
            },
            {
                "group": group,
                "name": "inbound_text",
                "kind": "char",
                "label": self.env._("Text of the Customer"),
                "placeholder": "text",
            },
            {
                "group": group,
                "name": "callback_answer",
                "kind": "char",
                "label": self.env._("What It Wants to Hear"),
                "placeholder": "OK",
            },
            {
                "group": group,
                "name": "callback_mark",
                "kind": "selection",
                "label": self.env._("Proof That It Is the Service"),
                "choices": [
                    ["", self.env._("The secret address alone")],
                    ["word", self.env._("A word in a field or header")],
                    ["hmac", self.env._("HMAC-SHA256 of the body in a header")],
                ],
            },
            {
                "group": group,
                "name": "callback_field",
                "kind": "char",
                "label": self.env._("Field or Header"),
                "placeholder": "X-Signature",
            },
            {
                "group": group,
                "name": "callback_secret",
                "kind": "secret",
                "label": self.env._("Word or Key"),
            },
        ]
