from odoo import api, fields, models
from odoo.tools import format_datetime


class ResourceResource(models.Model):
    """A performer: a person, a crew, a subcontractor, also a room or a device."""

    _inherit = "resource.resource"

    is_performer = fields.Boolean(
        "Performer",
        index="btree_not_null",
        help="Work orders can be assigned to this resource.",
    )
    service_skill_ids = fields.One2many(
        "service.resource.skill", "resource_id", "Service Skills"
    )
    service_capacity = fields.Integer(
        "Jobs at Once",
        default=1,
        help="How many work orders may overlap in time: 1 for a person, more for a "
        "crew whose members you do not list.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        help="Where messages go: the contact of the user, or of a subcontractor "
        "without a login.",
    )
    service_leave_ids = fields.One2many(
        "resource.calendar.leaves", "resource_id", "Absences"
    )
    service_work_order_ids = fields.One2many(
        "service.work.order", "performer_id", "Work Orders"
    )
    service_open_count = fields.Integer(
        "Open Jobs", compute="_compute_service_open_count"
    )
    skill_names = fields.Char("Skills Now", compute="_compute_skill_names")
    service_availability = fields.Char("Now", compute="_compute_service_availability")

    _service_capacity_positive = models.Constraint(
        "CHECK(service_capacity > 0)", "A performer takes at least one job at once."
    )

    @api.depends("user_id")
    def _compute_partner_id(self):
        for resource in self:
            if resource.user_id:
                resource.partner_id = resource.user_id.partner_id
            else:
                resource.partner_id = resource.partner_id

    @api.depends("service_work_order_ids.state")
    def _compute_service_open_count(self):
        counts = dict(
            self.env["service.work.order"]._read_group(
                [
                    ("booked_ids", "in", self.ids),
                    ("state", "not in", ("done", "closed", "cancelled")),
                ],
                ["booked_ids"],
                ["__count"],
            )
        )
        for resource in self:
            resource.service_open_count = counts.get(resource._origin, 0)

    @api.depends("service_leave_ids.date_from", "service_leave_ids.date_to")
    def _compute_service_availability(self):
        now = fields.Datetime.now()
        leaves = self.env["resource.calendar.leaves"].search(
            [
                ("resource_id", "in", self.ids),
                ("time_type", "=", "leave"),
                ("date_from", "<=", now),
                ("date_to", ">", now),
            ]
        )
        absent = leaves.grouped("resource_id")
        for resource in self:
            leave = absent.get(resource._origin)
            resource.service_availability = (
                self.env._(
                    "Absent until %(date)s%(reason)s",
                    date=format_datetime(
                        self.env, leave[-1:].date_to, dt_format="d MMM, HH:mm"
                    ),
                    reason=f": {leave[-1:].name}" if leave[-1:].name else "",
                )
                if leave
                else False
            )

    @api.depends("service_skill_ids.skill_id", "service_skill_ids.date_expiry")
    def _compute_skill_names(self):
        today = fields.Date.context_today(self)
        for resource in self:
            resource.skill_names = ", ".join(
                held.skill_id.name
                for held in resource.service_skill_ids
                if held.skill_id and not (held.date_expiry and held.date_expiry < today)
            )

    def action_service_work_orders(self):
        """Open the work orders of this performer, by time."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_work_order"
        )
        action["domain"] = [("booked_ids", "=", self.id)]
        action["context"] = {"default_performer_id": self.id}
        return action
