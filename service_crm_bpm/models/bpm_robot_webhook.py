from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.values import format_value


class BpmRobot(models.Model):
    """Robot: tell another system by a webhook, sent after the commit."""

    _inherit = "bpm.robot"

    webhook_url = fields.Char("Address", help="https://…")
    webhook_field_ids = fields.Many2many(
        "ir.model.fields",
        string="Values",
        domain="[('model_id', '=', model_id), ('ttype', 'not in',"
        " ['binary', 'one2many', 'json', 'properties'])]",
        help="What is sent of the document; its name and number are always sent.",
    )
    webhook_secret = fields.Char(
        "Secret",
        copy=True,
        groups="base.group_system",
        help="The message is signed with it, so that the receiver can trust it.",
    )

    @api.model
    def _get_robot_kinds(self):
        """Adds: webhooks."""
        kinds = super()._get_robot_kinds()
        return {**kinds, "webhook": {"name": self.env._("Send a webhook")}}

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        own = ["webhook_url", "webhook_field_ids", "webhook_secret"]
        return [*super()._get_guarded_fields(), *own]

    def _check_webhook(self):
        """There is an address on the net, outside of the own network."""
        if not self.webhook_url:
            raise UserError(self.env._("Write the address of the receiver: https://…"))
        self.env["bpm.outbox"]._check_url(self.webhook_url)

    def _describe_webhook(self):
        """The action in words."""
        return self.env._("tell %(url)s", url=self.webhook_url or "…")

    def _get_webhook_paths(self):
        """Fields that are sent."""
        return self.webhook_field_ids.mapped("name")

    def _run_webhook(self, records):
        """Put one webhook for each document into the outbox."""
        name = self.display_name
        # sudo: the secret is for the outbox, and the outbox is the program's
        secret = self.sudo().webhook_secret
        self.env["bpm.outbox"].sudo()._send(
            [
                {
                    "name": name,
                    "url": self.webhook_url,
                    "payload": self._prepare_payload(record),
                    "instance_id": self._get_token(record).instance_id.id,
                    "robot_id": self.id,
                    "entry_id": (entry := self._get_entry(record)) and entry.id,
                    "company_id": records.env.company.id,
                    "secret": secret,
                }
                for record in records
            ]
        )
        return dict.fromkeys(records.ids, self.webhook_url)

    def _prepare_payload(self, record):
        """What is sent of one document. Extension point.

        :return: ``{name: text}``
        """
        return {
            "model": record._name,
            "id": record.id,
            "name": record.display_name,
            "robot": self.display_name,
            "values": {
                field.name: format_value(
                    record, record._fields[field.name], record[field.name]
                )
                for field in self.webhook_field_ids
            },
        }
