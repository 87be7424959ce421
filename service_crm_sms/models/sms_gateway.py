from odoo import api, fields, models

from ..tools.gateways.base import Settings
from ..tools.gateways.iap import IapGateway
from ..tools.gateways.sandbox import SandboxGateway


class SmsGateway(models.Model):
    """A way out for short messages: a vendor's account, when it is used and what it
    costs."""

    _name = "sms.gateway"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "SMS gateway"
    _order = "sequence, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="The first gateway that serves a number is taken."
    )
    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
    kind = fields.Selection(
        lambda self: [(key, kind["name"]) for key, kind in self._get_kinds().items()],
        required=True,
    )
    sender = fields.Char(help="Name or number that the recipients see.")
    account = fields.Char(groups="service_crm.group_service_admin", copy=False)
    secret = fields.Char(groups="service_crm.group_service_admin", copy=False)
    url = fields.Char("Address", groups="service_crm.group_service_admin")
    options = fields.Json(
        groups="service_crm.group_service_admin",
        help="What only this kind of gateway needs.",
    )
    timeout = fields.Integer("Time-Out", default=15, help="Seconds.")

    @api.model
    def _get_kinds(self):
        """Kinds of gateways: ``{key: {"name": label, "class": Gateway class}}``.

        Registry and extension point: a further kind is one more entry and a class
        like those in ``tools/gateways``. What its form asks for: ``account`` and
        ``secret`` (labels; missing: not asked), ``url`` (an example; missing: not
        asked), ``needs_url``, ``sender`` (what may be one), ``note``, and ``options``:
        list of ``{"name", "kind", "label"}`` with ``kind`` char, secret, text, boolean,
        integer or selection (``choices``), and perhaps ``help``, ``placeholder``,
        ``group``.
        """
        return {
            "iap": {"name": self.env._("Odoo"), "class": IapGateway},
            "sandbox": {
                "name": self.env._("Sandbox"),
                "class": SandboxGateway,
                "note": self.env._(
                    "Nothing leaves the company: the messages are shown on phones "
                    "drawn on a page, and can be answered there."
                ),
            },
        }

    def _get_adapter(self):
        """The object that talks to the vendor, with the settings of this gateway."""
        self.ensure_one()
        kind = self._get_kinds()[self.kind]
        return kind["class"](self._prepare_settings())

    def _prepare_settings(self):
        """What the kind needs to reach the vendor. Extension point."""
        self.ensure_one()
        # Whoever sends by the gateway need not read its secrets.
        gateway = self.sudo()
        return Settings(
            account=gateway.account or "",
            secret=gateway.secret or "",
            url=gateway.url or "",
            sender=gateway.sender or "",
            timeout=gateway.timeout or 15,
            options=gateway.options or {},
            guard=self.env["service.own.network"]._get_allowed(),
        )
