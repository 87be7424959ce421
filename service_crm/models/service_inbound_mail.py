from dataclasses import dataclass, field
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize

from ..tools.mail_clean import clean_headers, message_id_of
from ..tools.mail_kind import classify
from ..tools.mail_parse import ParsedMail, parse_envelope, parse_mail
from ..tools.mail_text import shorten, strip_quoted

MAX_NEED = 4000
MAX_PREVIEW = 1000


@dataclass
class MailDelivery:
    """One stored mail on its way through Odoo's gateway.

    It travels in the context (``service_delivery``), where no client can put one.
    """

    mail: ParsedMail
    target: models.BaseModel = None  # a record it goes to, whatever the headers say
    candidates: list = field(default_factory=list)  # ids, when there are several


class ServiceInbound(models.Model):
    """The mail door: what Odoo's gateway got for a service team."""

    _inherit = "service.inbound"

    @api.model
    def _receive_mail(self, raw, team, options=None):
        """Store and process one raw mail for a service team.

        :param bytes raw: the mail as it came
        :param options: what else the gateway was called with
        :return: the inbound, see :meth:`_receive`
        """
        mail = parse_mail(raw)
        values = {
            "sender": self._format_sender(mail),
            "name": mail.subject or self.env._("(no subject)"),
            "preview": shorten(strip_quoted(mail.plain), MAX_PREVIEW),
            "payload": {
                "gateway": options or {},
                "fingerprint": mail.fingerprint,
                "date": mail.date,
            },
            "team_id": team.id,
        }
        external_id = mail.message_id or mail.fingerprint
        if self._is_other_mail(external_id, mail):
            external_id = f"{external_id} {mail.fingerprint}"
            values["state"] = "refused"
            values["error"] = self.env._(
                "Another message came under the same number before. If this one is not "
                "a copy of it, make the request by hand."
            )
        return self._receive("mail", raw, external_id=external_id, **values)

    @api.model
    def _is_other_mail(self, external_id, mail):
        """Whether this number was used before for a mail that says something else.

        A copy by another way may differ in its text, but not in its date too.
        """
        known = self.search(
            [("channel", "=", "mail"), ("external_id", "=", external_id)], limit=1
        )
        payload = known.payload or {}
        return bool(known) and (
            payload.get("date") != mail.date
            and payload.get("fingerprint") != mail.fingerprint
        )

    def _get_gateway_result(self):
        """What the gateway answers: id of the record the mail went to, or False."""
        with self._own_transaction() as own:
            return own.request_id.id or own.mail_message_id.res_id or False

    @api.model
    def _format_sender(self, mail):
        if mail.sender_name and mail.sender_email:
            return f"{mail.sender_name} <{mail.sender_email}>"
        return mail.sender_email or mail.sender_name or False

    def _process_mail(self):
        """What a mail is, and where it goes: a request, its customer, or nowhere."""
        mail = parse_mail(self._get_raw())
        kind = classify(mail)
        if kind == "bounce":
            self._deliver_bounce()
        if kind != "ordinary":
            self._set_ignored(kind)
        elif self._is_mail_loop():
            self._set_looping()
        else:
            self._deliver(MailDelivery(mail))

    def _get_raw(self):
        """The raw bytes as they came."""
        return (
            self.env["ir.attachment"]
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("res_field", "=", "raw"),
                ],
                limit=1,
            )
            .raw
            or b""
        )

    # ---------------------------------------------------------------- outcomes

    def _deliver(self, delivery):
        """Through the gateway, and note what came of it."""
        message = self._send_through_gateway(delivery)
        values = {"error": False, "mail_message_id": message.id}
        if delivery.candidates:
            self.write(
                {
                    **values,
                    "state": "choose",
                    "candidate_ids": [fields.Command.set(delivery.candidates)],
                    "error": self.env._(
                        "Several customers have this address. Choose the right one."
                    ),
                }
            )
        elif message.model == "res.partner" and message.message_type == "email":
            self.write({**values, "state": "todo", "partner_id": message.res_id})
            self._ask_operator()
        elif message:
            request = self._get_request_of(message)
            self.write({**values, "state": "done", "request_id": request.id})
        else:
            self.write(
                {
                    **values,
                    "state": "refused",
                    "error": self.env._(
                        "The address does not accept mail from this sender."
                    ),
                }
            )

    def _send_through_gateway(self, delivery):
        """The message that Odoo's own gateway made of the mail, if it made one."""
        gateway = (self.payload or {}).get("gateway") or {}
        self.env["mail.thread"].with_context(service_delivery=delivery).message_process(
            gateway.get("model") or False,
            clean_headers(delivery.mail, self._get_own_addresses(delivery.mail)),
            custom_values=gateway.get("custom_values"),
            save_original=gateway.get("save_original", False),
            strip_attachments=gateway.get("strip_attachments", False),
            thread_id=gateway.get("thread_id"),
        )
        messages = self.env["mail.message"].search(
            [("message_id", "=", message_id_of(delivery.mail))]
        )
        return messages.sorted(
            lambda m: (m.model != "crm.lead", not self._get_request_of(m), m.id)
        )[:1]

    @api.model
    def _get_own_addresses(self, mail):
        """Which recipients of the mail are aliases of this database."""
        aliases = self._find_aliases(mail.recipients)
        names = set(aliases.mapped("alias_full_name")) | set(
            aliases.filtered("alias_incoming_local").mapped("alias_name")
        )
        return {
            address
            for address in mail.recipients
            if address in names or address.partition("@")[0] in names
        }

    @api.model
    def _get_request_of(self, message):
        """The request that a message belongs to, directly or by its work order."""
        record = (
            self.env[message.model].browse(message.res_id).exists()
            if message.model in self.env and message.res_id
            else self.env["crm.lead"]
        )
        if "request_id" in record:
            record = record.request_id
        is_request = record._name == "crm.lead" and record.is_service
        return record if is_request else self.env["crm.lead"]

    def _deliver_bounce(self):
        """Odoo marks the bounced message; a bounce it cannot read is kept as it is."""
        delivery = MailDelivery(parse_mail(self._get_raw()))
        try:
            with self.env.cr.savepoint():
                self.env["mail.thread"].with_context(
                    service_delivery=delivery
                ).message_process(False, self._get_raw())
        except (ValueError, LookupError, AttributeError, TypeError, IndexError):
            self.env.invalidate_all()

    def _set_ignored(self, kind):
        reasons = {
            "bounce": self.env._("A mail of ours could not be delivered."),
            "auto_reply": self.env._("An automatic reply, written by nobody."),
            "receipt": self.env._("A receipt: our mail was read."),
            "list": self.env._("A mailing list or bulk mail."),
            "loop": self.env._("An answer to a warning of ours about a mail loop."),
        }
        self.write({"state": "ignored", "error": reasons[kind]})

    def _is_mail_loop(self):
        """Whether the sender wrote so much so fast that it must be a machine."""
        if not self.sender_email or self.env["mail.gateway.allowed"].search_count(
            [("email_normalized", "=", self.sender_email)], limit=1
        ):
            return False
        parameter = self.env["ir.config_parameter"].get_param
        minutes = int(parameter("mail.gateway.loop.minutes", 120))
        threshold = int(parameter("mail.gateway.loop.threshold", 20))
        return (
            self.search_count(
                [
                    ("channel", "=", self.channel),
                    ("sender_email", "=", self.sender_email),
                    ("id", "<", self.id),
                    (
                        "create_date",
                        ">=",
                        self.create_date - timedelta(minutes=minutes),
                    ),
                ],
                limit=threshold,
            )
            >= threshold
        )

    def _set_looping(self):
        self.write(
            {
                "state": "refused",
                "error": self.env._(
                    "Very many messages from this address in a short time: probably "
                    "two programs answer each other. Make the request by hand if not."
                ),
            }
        )

    # ---------------------------------------------------------------- finding the way

    @api.model
    def _find_aliases(self, addresses):
        """Mail aliases of this database among addresses."""
        local_parts = [address.partition("@")[0] for address in addresses]
        # the gateway reads aliases for whoever wrote
        return (
            self.env["mail.alias"]
            .sudo()
            .search(
                [
                    "|",
                    ("alias_full_name", "in", addresses),
                    "&",
                    ("alias_name", "in", local_parts),
                    ("alias_incoming_local", "=", True),
                ]
            )
        )

    @api.model
    def _find_mail_team(self, raw, model=None, custom_values=None):
        """The service team a raw mail is for; none: it is no business of ours.

        It is for a service team by its alias, by the gateway's own defaults, or as
        the answer to a message of a request.
        """
        mail = parse_envelope(raw)
        Team = self.env["crm.team"].sudo()  # the gateway finds teams for whoever wrote
        aliases = self._find_aliases(mail.recipients)
        teams = Team.search(
            [("alias_id", "in", aliases.ids), ("is_service", "=", True)], limit=1
        )
        if not teams and not aliases and model == "crm.lead":
            team_id = (custom_values or {}).get("team_id")
            teams = Team.browse(team_id).filtered("is_service")
        return teams or self._find_replied_team(mail)

    @api.model
    def _find_replied_team(self, mail):
        references = [r for r in (*mail.references, mail.in_reply_to) if r]
        if not references:
            return self.env["crm.team"]
        # sudo: mail comes in for nobody in particular; only the team is taken
        message = (
            self.env["mail.message"]
            .sudo()
            .search([("message_id", "in", references)], limit=1, order="id desc")
        )
        return self._get_request_of(message).team_id

    # ---------------------------------------------------------------- request of a mail

    @api.model
    def _prepare_mail_request_values(self, mail):
        """Values of the request made from a mail of an unknown sender.

        Extension point.
        """
        return {
            "name": mail.subject or self.env._("Mail without a subject"),
            "contact_name": mail.sender_name or False,
            "service_channel": "mail",
            "service_need": shorten(strip_quoted(mail.plain), MAX_NEED),
            "type": "lead",
            "user_id": False,
        }

    @api.model
    def _find_mail_senders(self, mail, team):
        """``(known customers, own staff)`` with the address of a mail's sender."""
        address = email_normalize(mail.sender_email)
        if not address:
            return self.env["res.partner"], self.env["res.partner"]
        [partners] = self.env["crm.lead"]._find_service_partners(
            [{"email": address, "company": team.company_id or self.env.company}]
        )
        staff = partners.filtered(
            lambda p: (
                not all(p.with_context(active_test=False).user_ids.mapped("share"))
            )
        )
        return partners - staff, staff
