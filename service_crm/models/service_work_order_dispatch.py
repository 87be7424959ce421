from odoo import api, fields, models


class ServiceWorkOrder(models.Model):
    """Work order: who goes along, and when it may be."""

    _inherit = "service.work.order"

    window_start = fields.Datetime(
        "Not Before", copy=False, help="Agreed with the customer: not earlier."
    )
    window_end = fields.Datetime(
        "Arrive Until", copy=False, help="Agreed with the customer: not later."
    )
    crew_size = fields.Integer(
        "People Needed",
        compute="_compute_crew_size",
        store=True,
        precompute=True,
        readonly=False,
    )
    helper_ids = fields.Many2many(
        "resource.resource",
        "service_work_order_helper_rel",
        "work_order_id",
        "resource_id",
        "Helpers",
        domain="[('is_performer', '=', True), ('is_crew', '=', False)]",
        copy=False,
        help="Who goes along with the performer, and is busy as long.",
    )
    booked_ids = fields.Many2many(
        "resource.resource",
        "service_work_order_booked_rel",
        "work_order_id",
        "resource_id",
        "Busy with It",
        compute="_compute_booked_ids",
        store=True,
        precompute=True,
        help="The performer, the members of the crew and the helpers.",
    )
    plan_version = fields.Integer(
        default=1,
        readonly=True,
        copy=False,
        help="Counts the changes of performer, time and state: who plans by an older "
        "one is told before anything is overwritten.",
    )

    _window_order = models.Constraint(
        "CHECK(window_start IS NULL OR window_end IS NULL "
        "OR window_start <= window_end)",
        "The earliest arrival must lie before the latest one.",
    )
    _dates_idx = models.Index("(date_start, date_end) WHERE state <> 'cancelled'")
    # What takes somebody's time in a period, however long ago the table began.
    _taken_idx = models.Index(
        "USING gist (tsrange(LEAST(date_start, actual_start), "
        "GREATEST(date_end, actual_end))) WHERE performer_id IS NOT NULL "
        "AND state <> 'cancelled' AND date_start IS NOT NULL AND date_end IS NOT NULL"
    )
    _unplanned_idx = models.Index(
        "(company_id) WHERE state IN ('draft', 'offered') "
        "AND (performer_id IS NULL OR date_start IS NULL)"
    )

    @api.depends("line_ids.product_id")
    def _compute_crew_size(self):
        for order in self:
            sizes = order.line_ids.product_id.mapped("service_crew_size")
            order.crew_size = max(sizes, default=order.crew_size or 1) or 1

    @api.depends("performer_id", "helper_ids")
    def _compute_booked_ids(self):
        """Members a crew has when it is sent; later changes concern later visits."""
        for order in self:
            performer = order.performer_id
            order.booked_ids = performer | performer.crew_member_ids | order.helper_ids
