from odoo import api, fields, models


class CrmLead(models.Model):
    """A lead of a service team is a service request; all others stay as they were."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "service.phase.mixin", "portal.mixin", "rating.mixin"]

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
        related="stage_id.service_phase", store=True, string="Phase"
    )
    service_need = fields.Text("What Is Needed")
    operator_id = fields.Many2one("res.users", "Operator", copy=False)
    dispatcher_id = fields.Many2one(
        "res.users", "Dispatcher", tracking=True, index="btree_not_null"
    )
    site_id = fields.Many2one(
        "res.partner", "Place of Work", index="btree_not_null"
    )
    wished_start = fields.Datetime("Wished From")
    wished_end = fields.Datetime("Wished Until")
    match_state = fields.Selection(
        [("none", "Unknown"), ("known", "Known Customer"), ("choose", "Several Candidates")],
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
        copy=False,
    )
    customer_status = fields.Char(compute="_compute_customer_status")
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
        "(service_phase, create_date) WHERE is_service AND active"
    )

    @api.depends("service_phase")
    def _compute_customer_status(self):
        for lead in self:
            lead.customer_status = lead.service_phase

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
    def _get_service_entry_fields(self):
        return (*super()._get_service_entry_fields(), "stage_id")

    def _get_service_entry_records(self, field_name):
        return super()._get_service_entry_records(field_name).filtered("is_service")

    def _get_service_entered_phases(self, field_name, previous):
        phases = super()._get_service_entered_phases(field_name, previous)
        if field_name != "stage_id":
            return phases
        for lead in self.filtered("is_service"):
            key = previous.get(lead.id)
            left = lead.stage_id.browse(int(key)).service_phase if key else False
            if lead.stage_id.service_phase != left:
                phases[lead.id] = (lead.stage_id.service_phase, left)
        return phases
