from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import matching

FOUND_LIMIT = 8
QUEUE_LIMIT = 40
CONSOLE_ROLES = ("operator", "manager", "dispatcher")


class ServiceConsole(models.AbstractModel):
    """What the operator's console asks of the server, each by one call.

    Every method checks the role, then reads and writes with the user's own rights.
    The queries of a call do not grow with the number of rows.
    """

    _name = "service.console"
    _description = "Operator's console"

    @api.model
    def action_console_find(self, text):
        """Whom or what did the operator type: a number, an address, a name, a request?

        :return: ``kind`` (what the text was taken for), ``customers``, ``requests``,
            and the ``card`` of the customer when there is exactly one
        """
        self._check_console()
        text = (text or "").strip()
        kind = self._get_text_kind(text)
        partners = self._find_customers(kind, text)
        requests = self._find_requests(kind, text)
        card = False
        if len(partners) == 1 and (kind != "name" or not requests):
            card = self._prepare_card(partners)
        return {
            "text": text,
            "kind": kind,
            "customers": self._prepare_customers(partners),
            "requests": self._prepare_requests(requests),
            "card": card,
        }

    @api.model
    def action_console_card(self, partner_id):
        """All that an operator needs to know of one customer."""
        self._check_console()
        partner = self.env["res.partner"].browse(partner_id).exists()
        return bool(partner) and self._prepare_card(partner)

    @api.model
    def action_console_queue(self):
        """What waits for an operator: received messages, new requests, own ones."""
        self._check_console()
        inbound = self.env["service.inbound"]
        lead = self.env["crm.lead"]
        messages = inbound.search(
            inbound._get_queue_domain(), limit=QUEUE_LIMIT, order="id"
        )
        new = Domain("is_service", "=", True) & Domain("service_phase", "=", "new")
        free = new & Domain("operator_id", "=", False)
        waiting = lead.search(free, limit=QUEUE_LIMIT, order="priority desc, id")
        own = lead.search(
            new & Domain("operator_id", "=", self.env.uid),
            limit=QUEUE_LIMIT,
            order="priority desc, id",
        )
        counts = {}
        for channel, count in [
            *lead._read_group(free, ["service_channel"], ["__count"]),
            *inbound._read_group(inbound._get_queue_domain(), ["channel"], ["__count"]),
        ]:
            counts[channel or "manual"] = counts.get(channel or "manual", 0) + count
        channels = dict(lead._get_service_channel_selection())
        return {
            "messages": self._prepare_messages(messages),
            "requests": self._prepare_requests(waiting),
            "own": self._prepare_requests(own),
            "counts": [
                {"channel": key, "name": channels.get(key, key), "count": count}
                for key, count in counts.items()
            ],
            "total": sum(counts.values()),
            "form_view_id": self.env.ref("service_crm.request_view_form").id,
            "dispatchers": self._prepare_dispatchers(),
        }

    @api.model
    def action_console_file(self, values):
        """File a request that came by phone, and pass it on when all is said.

        :param values: what :meth:`_get_console_fields` allows
        :return: ``id``, ``number`` and whether it was ``passed`` to the dispatcher
        """
        self._check_console()
        allowed = self._get_console_fields()
        vals = {key: value for key, value in values.items() if key in allowed and value}
        vals.setdefault("service_channel", "phone")
        vals["team_id"] = self.env["crm.team"]._get_service_team().id
        is_operator = self.env.user._has_service_role("operator")
        if is_operator:
            vals["operator_id"] = self.env.uid
        request = self.env["crm.lead"].create(vals)
        passed = bool(
            request.partner_id
            and request.dispatcher_id
            and (is_operator or self.env.user._has_service_role("manager"))
        )
        if passed:
            request.action_convert_known()
            request.action_pass_to_dispatch()
        return {
            "id": request.id,
            "number": request.service_number,
            "passed": passed,
        }

    @api.model
    def action_console_attach(self, request_id, target_id):
        """This is no new request: it belongs to one that is there already.

        All it brought (text, messages, files, lines) goes over to the older one.
        """
        self._check_console()
        target = self.env["crm.lead"].browse(target_id)
        target._attach_request(self.env["crm.lead"].browse(request_id))
        return target.display_name

    def _check_console(self):
        """The console is for those who talk to customers."""
        self.env.user._check_service_role(*CONSOLE_ROLES)

    @api.model
    def _get_console_fields(self):
        """Fields of a request that the console may fill. Extension point."""
        return {
            "partner_id",
            "site_id",
            "name",
            "service_need",
            "phone",
            "email_from",
            "contact_name",
            "partner_name",
            "service_channel",
            "wished_start",
            "wished_end",
            "priority",
            "dispatcher_id",
        }

    @api.model
    def _get_text_kind(self, text):
        """What the typed text is taken for: phone, mail, number, name or nothing."""
        if matching.looks_like_mail(text):
            return "mail"
        if matching.looks_like_phone(text):
            return "phone"
        if any(char.isdigit() for char in text) and (
            "/" in text or text.isdigit() and len(text) >= matching.MIN_NAME_LENGTH
        ):
            return "number"
        named = matching.has_letters(text) and matching.search_words(text)
        return "name" if named else "short"

    @api.model
    def _find_customers(self, kind, text):
        """Contacts for the typed text, nearest first, a handful at most."""
        partner = self.env["res.partner"]
        if kind == "phone":
            return partner._find_by_service_phone([text], limit=FOUND_LIMIT) or (
                partner._find_by_phone_part(text, FOUND_LIMIT)
            )
        if kind == "mail":
            domain = partner._search_service_find("ilike", text)
            return partner.search(domain, limit=FOUND_LIMIT, order="id")
        if kind == "name":
            return partner._find_by_service_name(text, limit=FOUND_LIMIT)
        return partner

    @api.model
    def _find_requests(self, kind, text):
        """Requests by number; of people who are no customers yet by phone or mail."""
        lead = self.env["crm.lead"]
        domain = Domain("is_service", "=", True)
        if kind == "number":
            domain &= Domain("service_number", "ilike", text)
        elif kind == "phone":
            country = self.env["res.partner"]._get_phone_country(self.env.company)
            number = lead._phone_format(number=text, country=country)
            if not number:
                return lead
            domain &= Domain("phone_sanitized", "=", number)
            domain &= Domain("partner_id", "=", False)
        elif kind == "mail":
            domain &= Domain("email_normalized", "=", text.lower())
            domain &= Domain("partner_id", "=", False)
        else:
            return lead
        return lead.with_context(active_test=False).search(
            domain, limit=FOUND_LIMIT, order="id desc"
        )

    @api.model
    def _prepare_customers(self, partners):
        """Short lines of the found contacts."""
        counts = dict(
            self.env["crm.lead"]._read_group(
                [
                    ("partner_id", "in", partners.ids),
                    ("is_service", "=", True),
                    ("service_phase", "!=", "done"),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        return [
            {
                "id": partner.id,
                "name": partner.name or partner.display_name,
                "company": partner.parent_id.name or "",
                "is_company": partner.is_company,
                "is_site": partner.type in ("other", "delivery"),
                "phone": partner.phone or "",
                "email": partner.email or "",
                "city": partner.city or "",
                "open": counts.get(partner, 0),
            }
            for partner in partners
        ]

    @api.model
    def _prepare_requests(self, requests):
        """Lines of requests: what, whose, where it stands, what next."""
        waiting = dict(
            self.env["crm.lead"]._fields["waiting_for"]._description_selection(self.env)
        )
        visits = self._get_next_visits(requests)
        return [
            {
                "id": request.id,
                "number": request.service_number or "",
                "name": request.name,
                "need": request.service_need or "",
                "channel": request.service_channel or "manual",
                "customer": request.partner_id.display_name
                or request.contact_name
                or request.partner_name
                or "",
                "partner_id": request.partner_id.id,
                "phone": request.phone or "",
                "email": request.email_from or "",
                "match": request.match_state or "none",
                "phase": request.service_phase,
                "stage": request.stage_id.name,
                "lost": not request.active,
                "waiting_for": waiting.get(request.waiting_for, ""),
                "waits": request.waiting_for or "",
                "urgency": request.service_urgency,
                "wished": self._format_time(request.wished_end or request.wished_start),
                "created": self._format_time(request.create_date),
                "next_step": request.service_next_step or "",
                "can_take": request.can_take,
                "visit": visits.get(request.id, False),
            }
            for request in requests
        ]

    @api.model
    def _prepare_messages(self, messages):
        """Lines of received messages that are no request yet."""
        states = dict(
            self.env["service.inbound"]
            ._fields["state"]
            ._description_selection(self.env)
        )
        return [
            {
                "id": message.id,
                "name": message.name or "",
                "preview": message.preview or "",
                "channel": message.channel,
                "sender": message.sender or "",
                "state": message.state,
                "state_name": states[message.state],
                "error": message.error or "",
                "customer": message.partner_id.display_name or "",
                "partner_id": message.partner_id.id,
                "operator": message.operator_id.name or "",
                "created": self._format_time(message.create_date),
            }
            for message in messages
        ]

    @api.model
    def _prepare_dispatchers(self):
        """Who may be named as dispatcher, for the form of a new request."""
        users = self.env["res.users"].search(
            [
                *self.env["crm.lead"]._get_dispatcher_domain(),
                ("company_ids", "in", self.env.company.ids),
            ],
            limit=50,
        )
        return [{"id": user.id, "name": user.name} for user in users]

    @api.model
    def _format_time(self, moment):
        """A moment for the browser, which knows zone and language; false for none."""
        return moment and fields.Datetime.to_string(moment)

    @api.model
    def _format_address(self, partner):
        """Street and town in one line."""
        return ", ".join(filter(None, (partner.street, partner.city)))
