from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..tools.defaults import without_defaults
from ..tools.work_order_steps import PLANNING, UNDER_WAY

WORK_ORDER_STATES = [
    ("draft", "Draft"),
    ("offered", "Offered"),
    ("assigned", "Assigned"),
    ("on_the_way", "On the Way"),
    ("in_progress", "In Progress"),
    ("done", "Done"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
PLAN_FIELDS = frozenset({"performer_id", "date_start", "date_end"})


class ServiceWorkOrder(models.Model):
    """One visit of one performer (or crew) to one site."""

    _name = "service.work.order"
    _description = "Work order"
    _inherit = [
        "service.obstacle.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "portal.mixin",
        "service.phase.mixin",
        "service.company.mixin",
    ]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    request_id = fields.Many2one("crm.lead", index=True, ondelete="restrict")
    order_id = fields.Many2one(
        "sale.order", index="btree_not_null", ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
    )
    site_id = fields.Many2one(
        "res.partner",
        "Place of Work",
        compute="_compute_site_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    team_id = fields.Many2one(
        "crm.team",
        compute="_compute_team_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    dispatcher_id = fields.Many2one(
        "res.users",
        compute="_compute_dispatcher_id",
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
    )
    performer_id = fields.Many2one(
        "resource.resource",
        domain=[("is_performer", "=", True)],
        check_company=True,
        index="btree_not_null",
        tracking=True,
        copy=False,
    )
    performer_user_id = fields.Many2one(
        "res.users",
        compute="_compute_performer_user_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        string="Performer's User",
        help="Who takes the steps of the visit: the performer, or the crew's foreman.",
    )
    state = fields.Selection(
        WORK_ORDER_STATES,
        "Status",
        default="draft",
        required=True,
        tracking=True,
        copy=False,
        group_expand="_group_expand_state",
    )
    priority = fields.Selection([("0", "Normal"), ("1", "Urgent")], default="0")
    date_start = fields.Datetime("Planned Start", tracking=True, copy=False)
    date_end = fields.Datetime(
        "Planned End",
        compute="_compute_date_end",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
    )
    planned_hours = fields.Float(
        compute="_compute_planned_hours",
        store=True,
        precompute=True,
        readonly=False,
        help="How long the visit will take: by the catalogue, or as you say.",
    )
    customer_confirmed = fields.Datetime(copy=False, readonly=True)
    performer_confirmed = fields.Datetime(copy=False, readonly=True)
    slot_state = fields.Selection(
        [("none", "Not Planned"), ("tentative", "Tentative"), ("fixed", "Fixed")],
        "Slot",
        compute="_compute_slot_state",
        store=True,
        precompute=True,
        help="A time is fixed when both customer and performer confirmed it.",
    )
    override_reason = fields.Char(
        "Reason to Override",
        copy=False,
        tracking=True,
        help="Why the visit was planned in spite of leave, skill or working hours.",
    )
    actual_start = fields.Datetime(copy=False, readonly=True)
    actual_end = fields.Datetime(copy=False, readonly=True)
    instruction = fields.Text("What to Do")
    report = fields.Text("What Was Done", copy=False)
    photo_ids = fields.Many2many("ir.attachment", string="Photos", copy=False)
    signature = fields.Image(copy=False, max_width=1024, max_height=1024)
    signed_by = fields.Char(copy=False)
    cancel_reason = fields.Char(copy=False, readonly=True)
    line_ids = fields.One2many(
        "service.work.order.line", "work_order_id", "Work and Materials", copy=True
    )

    _performer_idx = models.Index(
        "(performer_id, date_start) WHERE state <> 'cancelled'"
    )
    _dates_order = models.Constraint(
        "CHECK(date_end IS NULL OR date_start IS NULL OR date_end > date_start)",
        "A visit must end after it starts.",
    )

    # Computes

    @api.depends("request_id", "order_id")
    def _compute_company_id(self):
        for order in self:
            order.company_id = (
                order.order_id.company_id
                or order.request_id.company_id
                or order.company_id
                or self.env.company
            )

    @api.depends("request_id", "order_id")
    def _compute_partner_id(self):
        for order in self:
            order.partner_id = (
                order.request_id.partner_id
                or order.order_id.partner_id
                or order.partner_id
            )

    @api.depends("request_id", "partner_id")
    def _compute_site_id(self):
        for order in self:
            order.site_id = (
                order.request_id.site_id or order.site_id or order.partner_id
            )

    @api.depends("request_id", "order_id")
    def _compute_team_id(self):
        for order in self:
            order.team_id = (
                order.request_id.team_id or order.order_id.team_id or order.team_id
            )

    @api.depends("request_id")
    def _compute_dispatcher_id(self):
        user = self.env.user
        is_dispatcher = self.env.uid != SUPERUSER_ID and user.has_group(
            "service_crm.group_service_dispatcher"
        )
        for order in self:
            order.dispatcher_id = (
                order.request_id.dispatcher_id
                or order.dispatcher_id
                or (user if is_dispatcher else False)
            )

    @api.depends("performer_id.user_id", "performer_id.crew_lead_id.user_id")
    def _compute_performer_user_id(self):
        for order in self:
            performer = order.performer_id
            order.performer_user_id = (
                performer.crew_lead_id.user_id or performer.user_id
            )

    @api.depends("line_ids.quantity_planned", "line_ids.product_id")
    def _compute_planned_hours(self):
        for order in self:
            hours = sum(
                line.product_id.service_duration * line.quantity_planned
                for line in order.line_ids
            )
            order.planned_hours = hours or order.planned_hours or 1.0

    @api.depends("date_start", "planned_hours")
    def _compute_date_end(self):
        for order in self:
            if not order.date_start:
                order.date_end = False
            elif order.state in PLANNING or not order.date_end:
                order.date_end = order.date_start + timedelta(
                    hours=order.planned_hours if order.planned_hours > 0 else 1.0
                )

    @api.depends("date_start", "customer_confirmed", "performer_confirmed")
    def _compute_slot_state(self):
        for order in self:
            if not order.date_start:
                order.slot_state = "none"
            elif order.customer_confirmed and order.performer_confirmed:
                order.slot_state = "fixed"
            else:
                order.slot_state = "tentative"

    @api.model
    def _group_expand_state(self, states, domain):
        """Columns of the board that are shown even when empty."""
        shown = {"draft", "assigned", *UNDER_WAY, "done", *states}
        return [key for key, _label in WORK_ORDER_STATES if key in shown]

    def _compute_access_url(self):
        super()._compute_access_url()
        for order in self:
            order.access_url = order.request_id.access_url or order.access_url

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._check_fields_by_hand(vals, creating=True)
        self = without_defaults(self, self._get_step_fields())
        unnamed = [vals for vals in vals_list if not vals.get("name")]
        names = self.env["ir.sequence"]._next_by_code_batch(
            "service.work.order", len(unnamed)
        )
        for vals, name in zip(unnamed, names, strict=True):
            vals["name"] = name or self.env._("New")
        orders = super().create(vals_list)
        orders._check_availability(
            has_lines=any(vals.get("line_ids") for vals in vals_list)
        )
        return orders

    def write(self, vals):
        if not self.env.su:
            self._check_fields_by_hand(vals)
        vals = self._prepare_plan_change(vals)
        reopened = self.browse()
        if vals.get("state", "cancelled") != "cancelled":
            reopened = self.filtered(lambda order: order.state == "cancelled")
        result = super().write(vals)
        if reopened:
            reopened._check_capacity()
        if {*PLAN_FIELDS, "helper_ids"} & vals.keys():
            self._check_availability()
        if "photo_ids" in vals:
            self._adopt_photos()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        begun = self.filtered(lambda o: o.state not in ("draft", "cancelled"))
        if begun:
            raise UserError(
                self.env._(
                    "%(numbers)s: an order that was given to a performer is not "
                    "deleted. Cancel it instead.",
                    numbers=", ".join(begun.mapped("name")),
                )
            )

    # Helpers

    def _prepare_plan_change(self, vals):
        """``vals`` of a write, with the confirmations a changed plan makes void.

        Only the steps of the order keep a confirmation over a new time: they write it.
        """
        changed = {
            name
            for name in PLAN_FIELDS & vals.keys()
            for field in [self._fields[name]]
            if any(
                field.convert_to_cache(vals[name], order, validate=False)
                != field.convert_to_cache(order[name], order, validate=False)
                for order in self
            )
        }
        if not changed:
            return vals
        void = {"performer_confirmed": False}
        if changed & {"date_start", "date_end"}:
            void["customer_confirmed"] = False
        return {**void, **vals}

    def _adopt_photos(self):
        """Let everybody who sees the order see its photos, and nobody else."""
        for order in self:
            # Uploaded by whom may write the order; an attachment without a record
            # would stay visible to its author only.
            loose = order.sudo().photo_ids.filtered(
                lambda photo: (
                    not photo.res_id
                    and photo.create_uid == self.env.user
                    and photo.res_model in (False, "service.work.order")
                )
            )
            loose.write({"res_model": order._name, "res_id": order.id})

    @api.model
    def _get_service_entry_fields(self):
        """Steps and the agreement on the time are logged."""
        return (*super()._get_service_entry_fields(), "state", "slot_state")

    def _get_service_entry_records(self, field_name):
        """An order without a slot entered nothing yet."""
        records = super()._get_service_entry_records(field_name)
        if field_name == "slot_state":
            # Having no slot is where an order starts, not something it enters.
            return records.filtered(lambda order: order.slot_state != "none")
        return records
