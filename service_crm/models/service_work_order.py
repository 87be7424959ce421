from odoo import api, fields, models

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


class ServiceWorkOrder(models.Model):
    """One visit of one performer (or crew) to one site."""

    _name = "service.work.order"
    _description = "Work order"
    _inherit = ["mail.thread", "mail.activity.mixin", "portal.mixin", "service.phase.mixin"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    request_id = fields.Many2one("crm.lead", "Request", index=True, ondelete="restrict")
    order_id = fields.Many2one("sale.order", "Order", index="btree_not_null", ondelete="restrict")
    partner_id = fields.Many2one("res.partner", "Customer", index=True)
    site_id = fields.Many2one("res.partner", "Place of Work")
    team_id = fields.Many2one("crm.team", "Team")
    dispatcher_id = fields.Many2one("res.users", "Dispatcher", tracking=True)
    performer_id = fields.Many2one(
        "resource.resource", "Performer", domain=[("is_performer", "=", True)], tracking=True
    )
    performer_user_id = fields.Many2one(related="performer_id.user_id", store=True, string="Performer's User")
    state = fields.Selection(
        WORK_ORDER_STATES, default="draft", required=True, tracking=True, copy=False
    )
    priority = fields.Selection([("0", "Normal"), ("1", "Urgent")], default="0")
    date_start = fields.Datetime("Planned Start", tracking=True, copy=False)
    date_end = fields.Datetime("Planned End", copy=False)
    planned_hours = fields.Float("Planned Hours", default=1.0)
    customer_confirmed = fields.Datetime("Customer Confirmed", copy=False)
    performer_confirmed = fields.Datetime("Performer Confirmed", copy=False)
    slot_state = fields.Selection(
        [("none", "Not Planned"), ("tentative", "Tentative"), ("fixed", "Fixed")],
        "Slot",
        default="none",
        copy=False,
    )
    override_reason = fields.Char(
        "Reason to Override",
        copy=False,
        help="Why the visit was planned in spite of leave, skill or working hours.",
    )
    actual_start = fields.Datetime(copy=False)
    actual_end = fields.Datetime(copy=False)
    instruction = fields.Text("What to Do")
    report = fields.Text("What Was Done", copy=False)
    photo_ids = fields.Many2many("ir.attachment", string="Photos", copy=False)
    signature = fields.Image(copy=False, max_width=1024, max_height=1024)
    signed_by = fields.Char(copy=False)
    cancel_reason = fields.Char(copy=False)
    line_ids = fields.One2many("service.work.order.line", "work_order_id", "Work and Materials", copy=True)

    _performer_idx = models.Index("(performer_id, date_start) WHERE state <> 'cancelled'")
    _dates_order = models.Constraint(
        "CHECK(date_end IS NULL OR date_start IS NULL OR date_end > date_start)",
        "A visit must end after it starts.",
    )

    @api.model
    def _get_service_entry_fields(self):
        return (*super()._get_service_entry_fields(), "state", "slot_state")
