from odoo import fields, models

from odoo.addons.mail.tools.discuss import Store


class MailActivity(models.Model):
    _inherit = "mail.activity"

    service_inbound_ids = fields.One2many(
        "service.inbound", "activity_id", "Inbound Messages"
    )

    def _to_store_defaults(self, target):
        return [
            *super()._to_store_defaults(target),
            Store.Attr(
                "service_inbound_id", lambda a: a._get_undecided_inbound().id or False
            ),
        ]

    def _get_undecided_inbound(self):
        """The inbound message this to-do asks to decide about."""
        # who reads the to-do may know that there is a message to decide about;
        # deciding checks the rights of the user
        return self.sudo().service_inbound_ids.filtered("is_open")[:1]
