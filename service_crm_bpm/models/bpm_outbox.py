import json
from urllib.parse import urlsplit
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError


class BpmOutbox(models.Model):
    """A webhook on its way out: sent after the commit, repeated until it arrives."""

    _name = "bpm.outbox"
    _description = "Outgoing Webhook"
    _order = "id desc"

    name = fields.Char("What", required=True, readonly=True)
    instance_id = fields.Many2one(
        "bpm.instance",
        "Run",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    robot_id = fields.Many2one(
        "bpm.robot", readonly=True, ondelete="set null", index="btree_not_null"
    )
    # what the robot ran for: by both its row in the journal of robots is found
    entry_id = fields.Many2one(
        "service.phase.log",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    url = fields.Char("Address", required=True, readonly=True)
    payload = fields.Text("Content", readonly=True)
    delivery = fields.Char(
        "Delivery Number",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: str(uuid4()),
        help="The same at each repetition: the receiver knows by it what it has.",
    )
    # whoever knows it may speak in our name
    secret = fields.Char(readonly=True, copy=False, groups="base.group_system")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("sent", "Sent"),
            ("failed", "Failed"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    date_due = fields.Datetime("Next Attempt", readonly=True)
    date_sent = fields.Datetime("Sent On", readonly=True)
    attempts = fields.Integer(readonly=True)
    response = fields.Text("Answer, or Error", readonly=True)

    _due_idx = models.Index("(date_due, id) WHERE state = 'waiting'")

    def action_resend(self):
        """Send again what failed or was sent."""
        self.check_access("read")
        self.env["bpm.process"].check_access("write")
        if self.filtered(lambda row: row.state == "waiting"):
            raise UserError(self.env._("This has not been sent yet: it is on its way."))
        # Nobody may write the outbox but the program; the right is checked above.
        self.sudo()._send_later(attempts=0)

    @api.model
    def _send(self, vals_list):
        """Send webhooks after the commit, in batch. ::

            self.env["bpm.outbox"]._send(
                [{"name": "Paid", "url": "https://…", "payload": {"number": "S0001"}}]
            )

        :param vals_list: ``name``, ``url``, ``payload`` (text, or what JSON can keep),
            and where they are known ``instance_id``, ``robot_id`` and ``entry_id``
            (whose journal tells when it fails), ``company_id``, ``secret`` (the content
            is signed with it)
        :return: the rows (sudo)
        :raise UserError: when an address is none
        """
        for vals in vals_list:
            self._check_url(vals["url"])
        # the program's own: who moves a run need not read what it sends
        rows = self.sudo().create([self._prepare_row_values(v) for v in vals_list])
        rows._send_later()
        return rows

    @api.model
    def _prepare_row_values(self, vals):
        """Values of a row: the content as the text that will be signed and sent."""
        payload = vals.get("payload") or {}
        if not isinstance(payload, str):
            payload = json.dumps(payload, ensure_ascii=False, default=str)
        return {**vals, "payload": payload, "url": vals["url"].strip()}

    @api.model
    def _check_url(self, url):
        """Only addresses of the web are sent to, and none of the own network.

        :raise UserError: when it is none
        """
        url = (url or "").strip()
        try:
            parts = urlsplit(url)
            known = parts.scheme.lower() in ("http", "https") and parts.hostname
            _port = parts.port  # raises when it is none
        except ValueError:
            known = False
        if not known:
            raise UserError(
                self.env._(
                    "“%(url)s” is no address of the web: it begins with https://",
                    url=url,
                )
            )
        self.env["service.own.network"]._check_written(url)

    def _send_later(self, moment=None, **values):
        """Have these sent, now or at a moment."""
        now = fields.Datetime.now()
        self.write({"state": "waiting", "date_due": moment or now, **values})
        cron = self.env.ref("service_crm_bpm.cron_outbox", raise_if_not_found=False)
        if cron:
            # sudo: whoever moves a run wakes the program's own cron
            cron.sudo()._trigger(at=moment)
