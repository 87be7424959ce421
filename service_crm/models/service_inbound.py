import base64
import logging
from contextlib import contextmanager
from datetime import timedelta

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models, modules
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

_logger = logging.getLogger(__name__)

PENDING_STATES = ("new", "failed")
# A person has to look at these before they are done with.
OPEN_STATES = ("new", "todo", "choose", "unknown", "failed", "refused")
MAX_ATTEMPTS = 3


class ServiceInbound(models.Model):
    """Whatever came in by any door, as it came, before anything is made of it.

    A door calls :meth:`_receive`. The raw item is stored in a transaction of its own
    and committed; only then it is processed, in a second one. Whatever happens between
    leaves a row in state ``new`` that the cron takes up, or ``failed`` with its error.

    To add a channel: one entry in ``crm.lead._get_service_channels``, and
    ``_process_<channel>`` here when the item is more than ready request values.
    """

    _name = "service.inbound"
    _description = "Inbound message"
    _order = "id desc"

    name = fields.Char("Subject", readonly=True)
    channel = fields.Selection(
        lambda self: self.env["crm.lead"]._get_service_channel_selection(),
        required=True,
        readonly=True,
    )
    external_id = fields.Char(
        "Message Number",
        readonly=True,
        copy=False,
        help="The sender's own id of the message, or a fingerprint of its content.",
    )
    sender = fields.Char("From", readonly=True)
    sender_email = fields.Char("Sender's Address", readonly=True)
    raw = fields.Binary("Original", attachment=True, readonly=True)
    raw_name = fields.Char("Original File Name", compute="_compute_raw_name")
    payload = fields.Json(
        "Values", readonly=True, help="What the door said beside the raw item."
    )
    preview = fields.Text("Text", readonly=True)
    state = fields.Selection(
        [
            ("new", "Waiting"),
            ("todo", "Known Customer"),
            ("choose", "Choose Customer"),
            ("unknown", "Unknown Sender"),
            ("failed", "Failed"),
            ("refused", "Refused"),
            ("ignored", "Not a Request"),
            ("done", "Done"),
        ],
        default="new",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    error = fields.Text("Why", readonly=True)
    attempts = fields.Integer(readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", readonly=True
    )
    candidate_ids = fields.Many2many(
        "res.partner", string="Possible Customers", readonly=True
    )
    request_id = fields.Many2one(
        "crm.lead",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    operator_id = fields.Many2one("res.users", readonly=True)
    mail_message_id = fields.Many2one(
        "mail.message",
        "Message",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    activity_id = fields.Many2one(
        "mail.activity",
        "To-do",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    _external_uniq = models.UniqueIndex(
        "(channel, external_id) WHERE external_id IS NOT NULL",
        "This message was received already.",
    )
    _sender_idx = models.Index("(sender_email, create_date)")

    @api.depends("channel")
    def _compute_raw_name(self):
        for inbound in self:
            extension = "eml" if inbound.channel == "mail" else "txt"
            inbound.raw_name = f"{inbound.channel}-{inbound.id}.{extension}"

    # ---------------------------------------------------------------- receiving

    @api.model
    def _receive(self, channel, raw, *, external_id=None, process=True, **values):
        """The common entry of every door: store, commit, process.

        The same ``external_id`` on the same channel is received once.

        :param str channel: key of ``crm.lead._get_service_channels()``
        :param bytes raw: the item exactly as it came
        :param str external_id: the sender's own id, or a fingerprint of the content
        :param bool process: False leaves it to the cron
        :param values: further field values: ``sender``, ``name``, ``payload`` (dict;
            for a channel without ``_process_<channel>`` the request's values in it
            under ``"request"``), ``team_id``, ``state``, ``error``, and ``files``
            (list of ``(name, bytes)``) that end on the request
        :return: the inbound, new or known. It was committed in a transaction of its
            own: read it with :meth:`_own_transaction`
        """
        inbound, is_new = self._store(
            self._prepare_inbound_values(channel, raw, external_id, values),
            values.get("files") or (),
        )
        if process and is_new and values.get("state", "new") == "new":
            inbound._process()
        return inbound

    @api.model
    def _prepare_inbound_values(self, channel, raw, external_id, values):
        """Values of the row that keeps a received item. Extension point."""
        # Mails and posts of strangers: only the team's company is taken.
        team = self.env["crm.team"].sudo().browse(values.get("team_id"))
        return {
            "channel": channel,
            "external_id": external_id,
            "raw": raw and self._encode_raw(raw),
            "sender": values.get("sender"),
            "sender_email": email_normalize(values.get("sender") or "", strict=False),
            "name": values.get("name"),
            "preview": values.get("preview"),
            "payload": values.get("payload"),
            "state": values.get("state", "new"),
            "error": values.get("error"),
            "team_id": team.id,
            "company_id": team.company_id.id,
        }

    @api.model
    def _store(self, vals, files=()):
        """Keep one item, committed. ``(inbound, whether it is new)``."""
        domain = [
            ("channel", "=", vals["channel"]),
            ("external_id", "=", vals["external_id"]),
        ]
        try:
            with self._own_transaction() as own:
                known = vals["external_id"] and own.search(domain, limit=1)
                if known:
                    return self.browse(known.id), False
                inbound = own.create(vals)
                own.env["ir.attachment"].create(
                    [
                        {
                            "name": name,
                            "raw": content,
                            "res_model": self._name,
                            "res_id": inbound.id,
                        }
                        for name, content in files
                    ]
                )
                own.env.flush_all()
                return self.browse(inbound.id), True
        except psycopg2.errors.UniqueViolation:
            # the other delivery of the same item was first
            with self._own_transaction() as own:
                return self.browse(own.search(domain, limit=1).id), False

    @contextmanager
    def _own_transaction(self):
        """These records as superuser, in a transaction committed at the end.

        A test cannot leave its transaction: there a savepoint takes the place.
        """
        if modules.module.current_test:
            with self.env.cr.savepoint():
                yield self.with_user(SUPERUSER_ID)
        else:
            with self.env.registry.cursor() as cr:
                yield self.with_env(self.env(cr=cr, user=SUPERUSER_ID))

    # ---------------------------------------------------------------- processing

    def _process(self):
        """Make of each item what it is, each in a transaction of its own.

        Nothing is raised: what fails keeps its error and can be retried, the others go
        on. An item that another worker has in hands is left to it.
        """
        for inbound in self:
            try:
                if inbound._begin_attempt():
                    with inbound._own_transaction() as own:
                        if own.try_lock_for_update().state in PENDING_STATES:
                            own._for_company()._run()
            except psycopg2.OperationalError:
                # two transactions in each other's way: the cron comes again
                _logger.info("Inbound %s is taken up later", inbound.id, exc_info=True)
            except Exception as error:
                _logger.warning("Inbound %s failed", inbound.id, exc_info=True)
                inbound._note_failure(error)

    def _for_company(self):
        """This item in the company and the language of those who work on it."""
        company = self.company_id or self.env.company
        return self.with_company(company).with_context(
            lang=company.partner_id.lang or self.env.lang
        )

    def _begin_attempt(self):
        """Count the attempt before it can kill the process. False: not to be tried."""
        with self._own_transaction() as own:
            own = own.try_lock_for_update().filtered(
                lambda inbound: inbound.state in PENDING_STATES
            )
            if not own:
                return False
            if own.state == "new" and own.attempts >= MAX_ATTEMPTS:
                own.write(
                    {
                        "state": "failed",
                        "error": own.env._(
                            "The program was interrupted %(count)s times while it read "
                            "this message. The original is kept: make the request by "
                            "hand, or retry.",
                            count=own.attempts,
                        ),
                    }
                )
                return False
            own.attempts += 1
        return True

    def _run(self):
        """Process one locked item by its channel's own method. Extension point."""
        process = getattr(self, f"_process_{self.channel}", self._process_values)
        process()

    def _process_values(self):
        """A request straight from the door's values: the default of new channels."""
        request = self._create_request((self.payload or {}).get("request") or {})
        self._set_done(request)

    def _create_request(self, values=None):
        """The request of one item, in the operators' queue."""
        request = self.env["crm.lead"].create(
            {**self._prepare_request_values(), **(values or {})}
        )
        self._move_files(request)
        return request

    def _prepare_request_values(self):
        """Values of the request made from one item. Extension point."""
        partner = self.partner_id
        return {
            "name": self.name or self.env._("Request without a subject"),
            "type": "opportunity" if partner else "lead",
            "team_id": (self.team_id or self._get_default_team()).id,
            "service_channel": self.channel,
            "service_need": self.preview,
            "partner_id": partner.id,
            "email_from": self.sender_email or (not partner and self.sender),
            "user_id": False,
        }

    @api.model
    def _get_default_team(self):
        """The service team of whatever names none."""
        return self.env["crm.team"].search(
            [
                ("is_service", "=", True),
                ("company_id", "in", [False, self.env.company.id]),
            ],
            limit=1,
        )

    def _move_files(self, request):
        """The files that came with the item belong to its request from now on."""
        self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("res_field", "=", False),
            ]
        ).write({"res_model": request._name, "res_id": request.id})

    def _set_done(self, request):
        self.write({"state": "done", "request_id": request.id, "error": False})

    def _note_failure(self, error):
        """Keep the error with the item, in words for the person who will see it."""
        with self._own_transaction() as own:
            own.lock_for_update()
            if own.state not in PENDING_STATES:
                return
            if isinstance(error, UserError):
                text = str(error)
            else:
                text = own._for_company().env._(
                    "The program stumbled over this message (%(error)s). The original "
                    "is kept: retry, or make the request by hand.",
                    error=f"{type(error).__name__}: {error}"[:500],
                )
            own.write({"state": "failed", "error": text})

    @api.model
    def _get_stale_domain(self):
        """Items a killed process left behind: waiting for more than a minute."""
        limit = fields.Datetime.now() - timedelta(minutes=1)
        return Domain("state", "=", "new") & Domain("write_date", "<", limit)

    @api.model
    def _cron_process(self, limit=100):
        """Take up what a door could not finish."""
        commit = self.env["ir.cron"]._commit_progress
        domain = self._get_stale_domain()
        commit(remaining=self.search_count(domain))
        for inbound in self.search(domain, limit=limit, order="id"):
            inbound._process()
            if not commit(1):
                break

    @api.model
    def _encode_raw(self, raw):
        return base64.b64encode(raw)

    @api.autovacuum
    def _gc_inbound(self):
        """Nobody wants the originals for ever, nor what was no request at all."""
        days = int(
            self.env["ir.config_parameter"]
            .sudo()  # a setting, read by the system
            .get_param("service_crm.inbound_days", 180)
        )
        limit = fields.Datetime.now() - timedelta(days=days)
        old = Domain("create_date", "<", limit)
        dropped = self.search(old & Domain("state", "in", ["ignored", "refused"]))
        dropped.unlink()
        self.search(
            old & Domain("state", "=", "done") & Domain("raw", "!=", False), limit=1000
        ).write({"raw": False})
