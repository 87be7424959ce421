from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.gateways.base import GatewayError


class SmsGateway(models.Model):
    """The settings of each kind, and whether they work."""

    _inherit = "sms.gateway"

    account_label = fields.Char(compute="_compute_settings_asked")
    secret_label = fields.Char(compute="_compute_settings_asked")
    url_hint = fields.Char(compute="_compute_settings_asked")
    sender_hint = fields.Char(compute="_compute_settings_asked")
    kind_note = fields.Text(compute="_compute_settings_asked")
    option_fields = fields.Json(compute="_compute_settings_asked")
    has_callback = fields.Boolean(compute="_compute_has_callback", compute_sudo=True)

    @api.depends("kind")
    def _compute_settings_asked(self):
        kinds = self._get_kinds()
        for gateway in self:
            kind = kinds.get(gateway.kind) or {}
            gateway.account_label = kind.get("account")
            gateway.secret_label = kind.get("secret")
            gateway.url_hint = kind.get("url")
            gateway.sender_hint = kind.get("sender")
            gateway.kind_note = kind.get("note")
            gateway.option_fields = kind.get("options") or []

    @api.depends("kind", "options")
    def _compute_has_callback(self):
        for gateway in self:
            gateway.has_callback = bool(
                gateway.kind and gateway._get_adapter().has_callback
            )

    @api.constrains("kind", "url", "options")
    def _check_settings(self):
        """Settings that cannot be read are refused with the place."""
        kinds = self._get_kinds()
        for gateway in self:
            kind = kinds[gateway.kind]
            # sudo: the address is checked, not shown
            url = gateway.sudo().url or ""
            if kind.get("needs_url") and not url:
                raise ValidationError(
                    self.env._("Enter the address the messages are sent to.")
                )
            if url and not url.lower().startswith(
                kind.get("schemes", ("https://", "http://"))
            ):
                raise ValidationError(
                    self.env._(
                        "%(url)s is no address: it begins with https://", url=url
                    )
                )
            gateway._check_own_network()
            try:
                gateway._get_adapter().validate()
            except ValueError as error:
                labels = {"url": self.env._("The address")} | {
                    option["name"]: option["label"]
                    for option in kind.get("options") or []
                }
                name, text = error.args
                raise ValidationError(
                    self.env._(
                        "%(setting)s cannot be read: %(text)s",
                        setting=labels.get(name, name),
                        text=text,
                    )
                ) from error

    def _check_own_network(self):
        """Addresses of the own network are refused when they are written.

        What a name leads to is looked at when it is called.
        """
        # sudo: the addresses are checked, not shown
        gateway = self.sudo()
        options = gateway.options or {}
        asked = [options[name] for name in options if name.endswith("_url")]
        for url in filter(None, [gateway.url, *asked]):
            try:
                self.env["service.own.network"]._check_written(url)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "%(url)s is no address: it begins with https://", url=url
                    )
                ) from error

    def action_check_connection(self):
        """Ask the provider whether the account works, and for the balance."""
        self.ensure_one()
        self.check_access("write")
        adapter = self._get_adapter()
        if not adapter.has_check:
            raise UserError(
                self.env._("This gateway cannot be asked. Send a test message instead.")
            )
        try:
            balance = adapter.check()
        except GatewayError as error:
            raise UserError(
                self.env._(
                    "%(name)s does not work: %(error)s\n%(advice)s",
                    name=self.name,
                    error=error,
                    advice=self._get_advice(error.reason),
                )
            ) from error
        message = (
            self.env._("The connection works. Balance: %(balance)s", balance=balance)
            if balance
            else self.env._("The connection works.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message},
        }

    def action_send_test(self):
        """Ask for a number and send a test message there."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send a Test Message"),
            "res_model": "sms.gateway.test",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_gateway_id": self.id},
        }

    def _get_advice(self, reason):
        """What to do when an account does not work."""
        if reason == "account":
            return self.env._("Check account, password or key, and the balance.")
        if reason == "own_network":
            return self.env._(
                "Nothing is sent into your own network. If it is meant, a system "
                "administrator adds the server to the system parameter "
                "service_crm.own_network_hosts."
            )
        return self.env._(
            "Check the address. If it is right, the provider is out of reach: try "
            "again later."
        )
