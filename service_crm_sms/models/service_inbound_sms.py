import hashlib
import json
import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import plaintext2html

from odoo.addons.service_crm.tools.mail_text import shorten

from ..tools.replies import KEYWORDS, read_reply

TEXT_LIMIT = 5000
# So long after a message of ours a text is an answer to it.
ANSWER_DAYS = 30
# More from one number in an hour is a machine.
HOUR_LIMIT = 30
REACHED = ("queued", "sending", "sent", "delivered", "unknown")


class ServiceInbound(models.Model):
    """The SMS door: answers of customers, and what strangers write."""

    _inherit = "service.inbound"

    gateway_id = fields.Many2one(
        "sms.gateway", readonly=True, ondelete="set null", index="btree_not_null"
    )
    answered_id = fields.Many2one(
        "service.notification",
        "Answer to",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The last message to this number before the answer came.",
    )

    answered_text = fields.Text("We Wrote", related="answered_id.text")

    _sms_sender_idx = models.Index("(sender, create_date) WHERE channel = 'sms'")

    # ---------------------------------------------------------------- receiving

    @api.model
    def _receive_sms(self, gateway, message):
        """Store and process one short message.

        :param gateway: ``sms.gateway`` it came by
        :param message: ``Inbound``
        :return: the inbound, see :meth:`_receive`
        """
        company = gateway.company_id or self.env.company
        number = self._format_sms_number(message.number, company)
        text = (message.text or "").replace("\x00", "").strip()[:TEXT_LIMIT]
        at = message.at or fields.Datetime.now()
        known = {"from": message.number, "to": message.to, "at": str(at), "text": text}
        return self._receive(
            "sms",
            json.dumps(known, ensure_ascii=False, indent=2).encode(),
            external_id=f"{gateway.id}/{message.remote_id or self._get_print(known)}",
            sender=number,
            name=shorten(text, 80).replace("\n", " ") or self.env._("(empty message)"),
            preview=text,
            payload={"sms": known},
            team_id=self.with_company(company)._get_default_team().id,
            gateway_id=gateway.id,
            company_id=gateway.company_id.id,
        )

    @api.model
    def _format_sms_number(self, number, company):
        """The sender in international form, as we send to it; names stay so."""
        number = (number or "").strip()
        partners = self.env["res.partner"]
        digits = re.sub(r"[\s().+-]", "", number)
        found = digits.isdecimal() and (
            partners._phone_format(number=f"+{digits}")
            or partners._phone_format(number=number, country=company.country_id)
        )
        return found or number

    @api.model
    def _get_print(self, known):
        """A fingerprint for gateways that give a message no number. The same text may
        come again: what came in the same ten minutes is a repeated delivery."""
        parts = [known["from"], known["to"], known["text"], known["at"][:15]]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

    @api.model
    def _prepare_inbound_values(self, channel, raw, external_id, values):
        """By which gateway, and so to which company, it came."""
        prepared = super()._prepare_inbound_values(channel, raw, external_id, values)
        if values.get("gateway_id"):
            prepared["gateway_id"] = values["gateway_id"]
            prepared["company_id"] = values["company_id"] or prepared["company_id"]
        return prepared

    def _prepare_request_values(self):
        """Who wrote by SMS has a number, not an address."""
        values = super()._prepare_request_values()
        if self.channel == "sms" and self.sender:
            values.update(email_from=False, phone=self.sender)
        return values

    # ---------------------------------------------------------------- processing

    def _process_sms(self):
        """Whose answer it is and to what; else it is an operator's to decide."""
        if not (self.payload or {}).get("sms"):
            self._process_values()
            return
        if self._is_sms_flood():
            self._set_looping()
            return
        reply = self._read_reply(self.preview)
        sent = self._find_answered(reply)
        person = sent.partner_id or self._find_sms_sender()
        self.write({"answered_id": sent.id, "partner_id": person.id})
        request = sent.request_id or sent.work_order_id.request_id
        if reply.kind in ("stop", "start"):
            self._keep_sms_will(reply.kind, sent, request)
        elif request.active:
            self.mail_message_id = request._log_customer_sms(self.preview, person)
            request._answer_customer(reply, sent, self.preview, person)
            self._set_done(request)
        else:
            self._leave_to_operator()

    @api.model
    def _read_reply(self, text):
        """What an answer means, by the words people use."""
        return read_reply(text, self._get_reply_words())

    @api.model
    def _get_reply_words(self):
        """Words that are understood: ``{kind: words}`` in small letters.

        Extension point: further words and languages.
        """
        return KEYWORDS

    def _is_sms_flood(self):
        """Whether the number wrote so much that it must be a machine."""
        since = self.create_date - timedelta(hours=1)
        domain = Domain("channel", "=", "sms") & Domain("sender", "=", self.sender)
        domain &= Domain("create_date", ">=", since) & Domain("id", "<", self.id)
        return self.search_count(domain, limit=HOUR_LIMIT) >= HOUR_LIMIT

    def _find_answered(self, reply):
        """The message an answer is to: the last one to the number.

        A keyword answers the last message about a request: who says yes does not speak
        of the advertising that came after the question.
        """
        limit = self.create_date - timedelta(days=ANSWER_DAYS)
        domain = Domain("channel", "=", "sms") & Domain("address", "=", self.sender)
        domain &= Domain("state", "in", REACHED) & Domain("create_date", ">=", limit)
        if self.gateway_id.company_id:
            domain &= Domain("company_id", "in", [self.gateway_id.company_id.id, False])
        messages = self.env["service.notification"]
        last = messages.search(domain, order="id desc", limit=1)
        if last.request_id or last.work_order_id or reply.kind in ("stop", "start", ""):
            return last
        about = Domain("request_id", "!=", False) | Domain("work_order_id", "!=", False)
        return messages.search(domain & about, order="id desc", limit=1) or last

    def _find_sms_sender(self):
        """The one customer with this number; several are noted to choose from."""
        company = self.company_id or self.env.company
        [partners] = self.env["crm.lead"]._find_service_partners(
            [{"phone": self.sender, "company": company}]
        )
        if len(partners) == 1:
            return partners
        self.candidate_ids = partners
        return partners.browse()

    def _keep_sms_will(self, kind, sent, request):
        """STOP and START: what the number wants to get from now on.

        STOP after advertising is about advertising; a second one, and one after a
        message about a job, is about everything.
        """
        consents = self.env["service.message.consent"]
        target = (self.partner_id.id, "sms", self.sender)
        company = self.company_id or sent.company_id
        given = ["service", "advertising"]
        if kind == "stop" and sent.purpose == "advertising":
            said = consents._get_said("advertising", [target], company)
            if said[target][0] != "refused":
                given = ["advertising"]
        elif kind == "start" and not consents.search_count(
            [
                ("address", "=", self.sender),
                ("purpose", "=", "advertising"),
                ("state", "=", "given"),
            ],
            limit=1,
        ):
            given = ["service"]  # nobody agrees to advertising by taking back a stop
        consents._say(
            "refused" if kind == "stop" else "given",
            given,
            "sms",
            self.sender,
            self.partner_id,
            source="sms",
            note=shorten(self.preview, 200),
            company_id=company.id,
            notification_id=sent.id,
        )
        record = request or self.partner_id
        if record:
            self.mail_message_id = record._message_log(
                body=plaintext2html(self.preview),
                author_id=self.partner_id.id or None,
                message_type="sms",
            )
        words = {
            "stop": self.env._("Wants no more messages by SMS."),
            "start": self.env._("Wants messages by SMS again."),
        }
        if kind == "stop" and given == ["advertising"]:
            words["stop"] = self.env._("Wants no more advertising by SMS.")
        self.write({"state": "done", "request_id": request.id, "error": words[kind]})

    def _leave_to_operator(self):
        """No request to put it on: an operator looks at it."""
        if self.partner_id:
            self.mail_message_id = self.partner_id._message_log(
                body=plaintext2html(self.preview),
                author_id=self.partner_id.id,
                message_type="sms",
            )
            self.write({"state": "todo", "error": False})
            self._ask_operator()
        elif self.candidate_ids:
            self.write(
                {
                    "state": "choose",
                    "error": self.env._(
                        "Several customers have this number. Choose the right one."
                    ),
                }
            )
        else:
            self.write({"state": "unknown", "error": False})

    def _post_message(self, request):
        if self.channel != "sms":
            return super()._post_message(request)
        person = self.partner_id or request.partner_id
        self.mail_message_id = request._log_customer_sms(self.preview, person)
        return None
