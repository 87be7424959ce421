import secrets

from odoo import api, fields, models
from odoo.tools import SQL


class BpmEndpoint(models.Model):
    """The address at which one process takes webhooks, and their secret.

    One for all versions of a process, so that the senders need not be told of a new
    one.
    """

    _name = "bpm.endpoint"
    _description = "Address of Incoming Webhooks"
    _rec_name = "family_id"

    family_id = fields.Many2one(
        "bpm.process", "Process", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="family_id.company_id")
    active = fields.Boolean(default=True)
    key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(24),
    )
    url = fields.Char("Address", compute="_compute_url")
    # who knows it may start the process
    secret = fields.Char(
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        groups="service_crm.group_service_admin",
        help="Sign each message with it: see the manual.",
    )
    may_start = fields.Boolean("Starts the Process", default=True)
    per_minute = fields.Integer(
        "At Most per Minute",
        default=120,
        help="Messages from one network; more are refused.",
    )
    webhook_ids = fields.One2many("bpm.webhook", "endpoint_id", "Received")

    _family_uniq = models.UniqueIndex(
        "(family_id)", "A process has one address for webhooks."
    )
    _key_uniq = models.UniqueIndex("(key)")

    @api.depends("key")
    def _compute_url(self):
        for endpoint in self:
            base = endpoint.get_base_url()
            endpoint.url = f"{base}/service/process/hook/{endpoint.key}"

    def action_new_secret(self):
        """Another secret: messages signed with the old one are refused."""
        self.check_access("write")
        for endpoint in self:
            endpoint.secret = secrets.token_urlsafe(32)

    def action_open_received(self):
        """What came in at this address."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "service_crm_bpm.action_bpm_webhook"
        )
        return {**action, "domain": [("endpoint_id", "=", self.id)], "context": {}}

    @api.model
    def _find(self, key):
        """The address of a key; none of one that is switched off."""
        return self.search([("key", "=", key.replace("\0", ""))], limit=1)

    def _note_refused(self, code, network):
        """Keep in plain sight that a message was refused.

        Many alike are one row, committed: what follows may not undo it.
        """
        self.ensure_one()
        with self.env["service.inbound"]._own_transaction() as own:
            own.env.cr.execute(
                SQL(
                    """
                    INSERT INTO bpm_webhook (endpoint_id, company_id, state, refusal,
                                             network, times, create_date, write_date)
                         VALUES (%(endpoint)s, %(company)s, 'refused', %(code)s,
                                 %(network)s, 1, now() AT TIME ZONE 'UTC',
                                 now() AT TIME ZONE 'UTC')
                    ON CONFLICT (endpoint_id, network, refusal, (create_date::date))
                                WHERE state = 'refused'
                      DO UPDATE SET times = bpm_webhook.times + 1,
                                    write_date = EXCLUDED.write_date
                    """,
                    endpoint=self.id,
                    company=self.company_id.id or None,
                    code=code,
                    network=network,
                )
            )

    def _receive(self, body, delivery, network):
        """Keep a signed message, committed, and do what it says.

        :return: status of the answer, and the answer
        """
        self.ensure_one()
        webhook, is_new = self.env["bpm.webhook"]._store(self, body, delivery, network)
        if is_new:
            webhook._process()
        return webhook._get_answer()
