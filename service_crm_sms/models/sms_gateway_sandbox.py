from uuid import uuid4

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime, Domain

from ..tools.gateways.base import Inbound

PHONES = 50
MESSAGES = 100
MAX_TEXT = 1600
OPEN_STATES = ("todo", "choose", "unknown", "failed")  # a person has to look at it


class SmsGateway(models.Model):
    """The sandbox's phones: what customers would see, and what they would answer."""

    _inherit = "sms.gateway"

    @api.model
    def action_sandbox_phone(self, number=""):
        """The phones with their last message, and the messages on one of them.

        :param str number: whose messages; empty: of the phone that had one last
        :return: dict of ``is_ready``, ``sender``, ``phones``, ``number``, ``messages``
        """
        gateways = self._get_sandboxes()
        phones = self._get_sandbox_phones(gateways)
        number = number or (phones[0]["number"] if phones else "")
        messages = number and self._get_sandbox_messages(gateways, number)
        return {
            "is_ready": bool(gateways.filtered("active")),
            "sender": gateways[:1].sender or self.env.company.name,
            "phones": phones,
            "number": number,
            "messages": messages or [],
        }

    @api.model
    def action_sandbox_answer(self, number, text):
        """Answer as the customer with this phone would.

        :return: the phone, as :meth:`action_sandbox_phone`
        """
        gateways = self._get_sandboxes().filtered("active")
        text = (text or "").strip()[:MAX_TEXT]
        if not gateways:
            raise UserError(
                self.env._("Set up a gateway of the kind Sandbox first, then answer.")
            )
        formatted = self.env["res.partner"]._phone_format(
            number=number or "-", country=self.env.company.country_id
        )
        if not formatted:
            raise UserError(
                self.env._(
                    "%(number)s is no phone number. Write it with the country: "
                    "+7 916 123-45-67",
                    number=number or "?",
                )
            )
        if not text:
            raise UserError(self.env._("Write a text first."))
        last = self.env["service.notification"].search(
            self._get_sandbox_domain(gateways) & Domain("address", "=", formatted),
            order="id desc",
            limit=1,
        )
        gateway = gateways.filtered(lambda g: g.id == last.gateway_id.id)
        gateway = gateway or gateways[:1]
        gateway._receive(
            [
                Inbound(
                    number=formatted,
                    text=text,
                    remote_id=uuid4().hex,
                    to=gateway.sender or "",
                    at=Datetime.now(),
                )
            ]
        )
        return self.action_sandbox_phone(formatted)

    @api.model
    def _get_sandboxes(self):
        """The sandboxes of the user's companies (superuser mode).

        :raise AccessError: the user does not work on requests
        """
        if not self.env["service.notification"]._is_sender(
            self.env.user
        ) and not self.env.user.has_group("service_crm.group_service_admin"):
            raise AccessError(
                self.env._("Only those who work on requests see the sandbox's phones.")
            )
        # Gateways are the administrators': here only which are sandboxes.
        return (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("kind", "=", "sandbox"),
                    ("company_id", "in", [False, *self.env.companies.ids]),
                ],
                order="active desc, sequence, id",
            )
        )

    @api.model
    def _get_sandbox_domain(self, gateways):
        """Messages that the sandboxes took."""
        return Domain(
            [
                ("channel", "=", "sms"),
                ("gateway_id", "in", gateways.ids),
                ("address", "!=", False),
            ]
        )

    @api.model
    def _get_sandbox_inbound(self, gateways):
        """The model of what was answered, and which of it is shown.

        Who sees the phone sees its answers, whoever's task they became.
        """
        domain = Domain(
            [
                ("channel", "=", "sms"),
                ("gateway_id", "in", gateways.ids),
                ("sender", "!=", False),
                ("company_id", "in", [False, *self.env.companies.ids]),
            ]
        )
        return self.env["service.inbound"].sudo(), domain

    @api.model
    def _get_sandbox_phones(self, gateways):
        """The phones, the one with the newest message first."""
        messages = self.env["service.notification"]
        inbounds, inbound_domain = self._get_sandbox_inbound(gateways)
        sent = messages._read_group(
            self._get_sandbox_domain(gateways),
            ["address"],
            ["id:max"],
            order="id:max desc",
            limit=PHONES,
        )
        answered = inbounds._read_group(
            inbound_domain, ["sender"], ["id:max"], order="id:max desc", limit=PHONES
        )
        phones = {}
        for message in messages.browse([last for _number, last in sent]):
            phones[message.address] = {
                "number": message.address,
                "name": message.partner_id.name or message.recipient or "",
                "text": message.text or "",
                "date": message.date_sent or message.create_date,
            }
        for inbound in inbounds.browse([last for _number, last in answered]):
            phone = phones.setdefault(
                inbound.sender,
                {"number": inbound.sender, "name": inbound.partner_id.name or ""},
            )
            if "date" not in phone or phone["date"] <= inbound.create_date:
                phone["text"] = inbound.preview or ""
                phone["date"] = inbound.create_date
        newest = sorted(phones.values(), key=lambda phone: phone["date"], reverse=True)
        return newest[:PHONES]

    @api.model
    def _get_sandbox_messages(self, gateways, number):
        """What is on one phone, the oldest first."""
        sent = self.env["service.notification"].search(
            self._get_sandbox_domain(gateways) & Domain("address", "=", number),
            order="id desc",
            limit=MESSAGES,
        )
        inbounds, inbound_domain = self._get_sandbox_inbound(gateways)
        answered = inbounds.search(
            inbound_domain & Domain("sender", "=", number),
            order="id desc",
            limit=MESSAGES,
        )
        states = dict(sent._fields["state"]._description_selection(self.env))
        shown = [
            {
                "key": f"out{message.id}",
                "is_answer": False,
                "text": message.text or "",
                "date": message.date_sent or message.create_date,
                "state": message.state,
                "state_text": states[message.state],
                "segments": message.segments,
                "request": self._get_sandbox_link(message.request_id),
            }
            for message in sent
        ] + [
            {
                "key": f"in{inbound.id}",
                "is_answer": True,
                "text": inbound.preview or "",
                "date": inbound.create_date,
                "is_open": inbound.state in OPEN_STATES,
                "request": self._get_sandbox_link(inbound.request_id),
            }
            for inbound in answered
        ]
        shown.sort(key=lambda message: (message["date"], message["is_answer"]))
        return shown[-MESSAGES:]

    @api.model
    def _get_sandbox_link(self, request):
        """The request behind a message, for whoever may read it."""
        own = self.env["crm.lead"].browse(request.ids)._filtered_access("read")
        return own and {"id": own.id, "name": own.display_name} or False
