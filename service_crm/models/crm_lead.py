from odoo import api, fields, models

from ..tools.request_status import Facts, Visit, get_customer_status, get_waiting_for


class CrmLead(models.Model):
    """A lead of a service team is a service request; all others stay as they were."""

    _name = "crm.lead"
    _inherit = [
        "crm.lead",
        "service.phase.mixin",
        "service.obstacle.mixin",
        "portal.mixin",
        "rating.mixin",
        "service.company.mixin",
    ]
    _rec_names_search = ["name", "service_number"]

    is_service = fields.Boolean(
        "Service Request", related="team_id.is_service", store=True, precompute=True
    )
    service_number = fields.Char("Number", readonly=True, copy=False, index="trigram")
    service_channel = fields.Selection(
        lambda self: self._get_service_channel_selection(),
        "Channel",
        default="manual",
        help="By which door the request came in.",
    )
    service_phase = fields.Selection(
        related="stage_id.service_phase",
        store=True,
        string="Phase",
        group_expand="_read_group_service_phases",
    )
    service_need = fields.Text("What Is Needed")
    operator_id = fields.Many2one(
        "res.users", copy=False, index="btree_not_null", tracking=True
    )
    dispatcher_id = fields.Many2one(
        "res.users",
        domain=lambda self: self._get_dispatcher_domain(),
        tracking=True,
        copy=False,
        index="btree_not_null",
    )
    site_id = fields.Many2one(
        "res.partner",
        "Place of Work",
        domain="[('id', 'child_of', commercial_partner_id or partner_id or 0)]",
        index="btree_not_null",
        check_company=True,
    )
    wished_start = fields.Datetime("Wished From")
    wished_end = fields.Datetime("Wished Until")
    customer_vat = fields.Char(
        "Tax ID", help="Of the customer's company; kept on the company once it exists."
    )
    customer_company_registry = fields.Char(
        "Company ID", help="The registry number of the customer's company."
    )
    match_state = fields.Selection(
        [
            ("none", "Unknown"),
            ("known", "Known Customer"),
            ("choose", "Several Candidates"),
        ],
        "Customer Search",
        copy=False,
        help="What the search for the customer by phone and mail found.",
    )
    match_partner_ids = fields.Many2many(
        "res.partner", "crm_lead_match_partner_rel", string="Candidates", copy=False
    )
    waiting_for = fields.Selection(
        [
            ("operator", "Operator"),
            ("manager", "Manager"),
            ("dispatcher", "Dispatcher"),
            ("customer", "Customer"),
            ("performer", "Performer"),
            ("accounting", "Accounting"),
            ("nobody", "Nobody"),
        ],
        compute="_compute_waiting_for",
        store=True,
        help="Whose turn it is now.",
    )
    customer_status = fields.Char(
        "Status for the Customer",
        compute="_compute_customer_status",
        help="What the customer is told about this request now.",
    )
    service_urgency = fields.Selection(
        [("normal", "In Time"), ("soon", "Soon"), ("late", "Late")],
        "Urgency",
        compute="_compute_service_urgency",
        help="Late when the wished time has passed before the work began, soon when "
        "it comes within four hours.",
    )
    service_work_order_count = fields.Integer(
        "Number of Work Orders", compute="_compute_service_work_order_count"
    )
    request_line_ids = fields.One2many(
        "service.request.line", "request_id", "Requested Services", copy=True
    )
    work_order_ids = fields.One2many("service.work.order", "request_id", "Work Orders")
    approval_ids = fields.One2many("service.approval", "request_id", "Approvals")
    inbound_ids = fields.One2many("service.inbound", "request_id", "Received Messages")
    service_payment_state = fields.Selection(
        [
            ("nothing", "Nothing to Pay"),
            ("to_invoice", "To Invoice"),
            ("to_pay", "To Pay"),
            ("partial", "Partly Paid"),
            ("paid", "Paid"),
        ],
        "Payment",
        copy=False,
    )

    _service_open_idx = models.Index(
        "(service_phase, create_date) WHERE is_service IS TRUE AND active IS TRUE"
    )
    _wished_order = models.Constraint(
        "CHECK(wished_end >= wished_start)",
        "The wished time must end after it begins.",
    )

    @api.depends("service_number")
    def _compute_display_name(self):
        super()._compute_display_name()
        for lead in self.filtered("service_number"):
            lead.display_name = f"{lead.service_number} {lead.name or ''}".strip()

    def _compute_team_id(self):
        """A request stays with its team, whoever becomes its manager."""
        requests = self.filtered(lambda lead: lead.team_id.is_service)
        super(CrmLead, self - requests)._compute_team_id()

    def _compute_company_id(self):
        """A request always belongs to a company, also without a manager."""
        requests = self.filtered(lambda lead: lead.team_id.is_service)
        super(CrmLead, self - requests)._compute_company_id()
        for lead in requests:
            lead.company_id = (
                lead.team_id.company_id
                or lead.company_id
                or lead.partner_id.company_id
                or self.env.company
            )

    @api.depends(
        "is_service",
        "active",
        "service_phase",
        "service_payment_state",
        "approval_ids.state",
        "work_order_ids.state",
        "work_order_ids.slot_state",
        "work_order_ids.customer_confirmed",
        "work_order_ids.performer_confirmed",
    )
    def _compute_waiting_for(self):
        for lead in self:
            lead.waiting_for = lead.is_service and get_waiting_for(
                lead._get_status_facts()
            )

    @api.depends("waiting_for", "service_phase", "service_payment_state", "active")
    def _compute_customer_status(self):
        texts = self._get_customer_statuses()
        # The customer's words depend on visits and approvals a reader need not see.
        for lead, lead_sudo in zip(self, self.sudo(), strict=True):
            lead.customer_status = (
                lead_sudo.is_service
                and texts[get_customer_status(lead_sudo._get_status_facts())]
            )

    @api.depends("wished_start", "wished_end", "service_phase", "active")
    def _compute_service_urgency(self):
        now = fields.Datetime.now()
        soon = fields.Datetime.add(now, hours=4)
        for lead in self:
            wished = lead._get_service_deadline()
            begun = lead.service_phase in ("execution", "closing", "done")
            if not wished or begun or not lead.active or wished > soon:
                lead.service_urgency = "normal"
            else:
                lead.service_urgency = "late" if wished < now else "soon"

    def _get_service_deadline(self):
        """Until when the work is to begin at the latest. Extension point."""
        self.ensure_one()
        return self.wished_end or self.wished_start

    @api.depends("work_order_ids")
    def _compute_service_work_order_count(self):
        for lead in self:
            lead.service_work_order_count = len(lead.work_order_ids)

    @api.model
    def default_get(self, fields):
        """From the service menus a new lead is a request of the user's service team."""
        values = super().default_get(fields)
        if self.env.context.get("service_new") and "team_id" in fields:
            values.setdefault(
                "team_id", self.env["crm.team"]._get_service_team().id or False
            )
        return values

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(self._prepare_service_create(vals_list))
        leads.filtered(
            lambda lead: lead.is_service and lead.dispatcher_id
        )._notify_dispatcher()
        return leads

    def write(self, vals):
        if "stage_id" in vals:
            self._check_stage_write(vals["stage_id"])
        moved = self._get_team_movers(vals)
        dispatchers = (
            {lead.id: lead.dispatcher_id for lead in self}
            if "dispatcher_id" in vals
            else {}
        )
        result = super().write(vals)
        if vals.get("partner_id") and "match_state" not in vals:
            self.filtered(
                lambda lead: lead.is_service and lead.match_state != "known"
            ).write(self._prepare_chosen_partner_values())
        if moved:
            moved.filtered(
                lambda lead: lead.is_service and not lead.service_number
            )._enter_service()
        if dispatchers:
            self.filtered(
                lambda lead: (
                    lead.is_service and lead.dispatcher_id != dispatchers[lead.id]
                )
            )._notify_dispatcher()
        return result

    def _get_team_movers(self, vals):
        """Leads that another team would take out of or into the service."""
        if "team_id" not in vals:
            return self.browse()
        return self.filtered(lambda lead: lead.team_id.id != vals["team_id"])

    def get_formview_id(self, access_uid=None):
        """A request opens as a request, wherever its link is followed."""
        if len(self) == 1 and self.is_service:
            return self.env.ref("service_crm.request_view_form").id
        return super().get_formview_id(access_uid)

    @api.model
    def _get_service_channels(self):
        """Doors by which a request may come in: ``{key: {"name": label}}``.

        Registry and extension point: a further channel is one more entry.
        """
        return {
            "phone": {"name": self.env._("Phone")},
            "mail": {"name": self.env._("E-mail")},
            "form": {"name": self.env._("Web form")},
            "chat": {"name": self.env._("Chat")},
            "manual": {"name": self.env._("By hand")},
        }

    @api.model
    def _get_service_channel_selection(self):
        """The channels as selection values."""
        return [(key, c["name"]) for key, c in self._get_service_channels().items()]

    @api.model
    def _get_customer_statuses(self):
        """What the customer is told: ``{key: text}``. Extension point for the words."""
        return {
            "new": self.env._("We have received your request"),
            "qualification": self.env._("Our manager will contact you"),
            "pricing": self.env._("We are preparing your offer"),
            "offer": self.env._("Our offer is waiting for your answer"),
            "visit_planning": self.env._("We are arranging the time of the visit"),
            "visit_confirm": self.env._("Please confirm the time of the visit"),
            "visit_fixed": self.env._("The time of the visit is agreed"),
            "on_the_way": self.env._("Our specialist is on the way"),
            "in_progress": self.env._("The work is under way"),
            "ready": self.env._("The work is done"),
            "to_pay": self.env._(
                "The work is done, the invoice is waiting for payment"
            ),
            "done": self.env._("Completed. Thank you!"),
            "lost": self.env._("The request is cancelled"),
        }

    def _get_status_facts(self):
        """What decides whom a request waits for and what its customer is told."""
        self.ensure_one()
        return Facts(
            phase=self.service_phase or "new",
            lost=not self.active,
            visits=tuple(
                Visit(
                    order.state,
                    order.slot_state,
                    bool(order.customer_confirmed),
                    bool(order.performer_confirmed),
                )
                for order in self.work_order_ids
            ),
            asked=frozenset(
                self.approval_ids.filtered(lambda a: a.state == "pending").mapped(
                    "role"
                )
            ),
            payment=self.service_payment_state or "",
        )

    @api.model
    def _get_service_entry_fields(self):
        """Entering a stage is logged."""
        return (*super()._get_service_entry_fields(), "stage_id")

    def _get_service_entry_records(self, field_name):
        """Sales opportunities have no log."""
        return super()._get_service_entry_records(field_name).filtered("is_service")

    def _get_service_entered_phases(self, field_name, previous):
        """The stage has the phase: entered when the stage left had another."""
        phases = super()._get_service_entered_phases(field_name, previous)
        if field_name != "stage_id":
            return phases
        for lead in self.filtered("is_service"):
            key = previous.get(lead.id)
            left = lead.stage_id.browse(int(key)).service_phase if key else False
            if lead.stage_id.service_phase != left:
                phases[lead.id] = (lead.stage_id.service_phase, left)
        return phases

    def _assign_userless_lead_in_team(self, creation_source):
        """A request goes to the operators' queue, not to the team leader."""
        others = self.filtered(lambda lead: not lead.is_service)
        return super(CrmLead, others)._assign_userless_lead_in_team(creation_source)

    def _get_partner_phone_update(self, force_void=True):
        """A request keeps the number it came from, and never writes it over the
        customer's own."""
        if not self.is_service:
            return super()._get_partner_phone_update(force_void)
        return bool(force_void and self.partner_id and not self.phone)

    def _get_partner_email_update(self, force_void=True):
        """As with the phone: the sender's address is the request's, not the card's."""
        if not self.is_service:
            return super()._get_partner_email_update(force_void)
        return bool(force_void and self.partner_id and not self.email_from)

    def _prepare_address_values_from_partner(self, partner):
        """Where the customer wants the work is not the address on the card."""
        values = super()._prepare_address_values_from_partner(partner)
        if self.is_service and (self.street or self.city):
            return {field_name: self[field_name] for field_name in values}
        return values
