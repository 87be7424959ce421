from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import board

KINDS = [
    ("new", "New Visit"),
    ("moved", "Other Performer"),
    ("shifted", "Other Time"),
    ("same", "Unchanged"),
    ("off", "Taken Off the Plan"),
    ("left", "Left Out"),
]

UNCHANGED = ("same", "left")


class ServicePlanLine(models.Model):
    """One visit of a proposal: where it stands, and where it would go."""

    _name = "service.plan.line"
    _description = "Visit of a plan"
    _order = "plan_id, to_start, id"

    plan_id = fields.Many2one(
        "service.plan", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    order_id = fields.Many2one(
        "service.work.order",
        "Visit",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    partner_id = fields.Many2one(related="order_id.partner_id")
    kind = fields.Selection(KINDS, "Change", required=True, readonly=True)
    version = fields.Integer(readonly=True)
    from_performer_id = fields.Many2one(
        "resource.resource", "Performer Now", readonly=True
    )
    from_start = fields.Datetime("Time Now", readonly=True)
    from_end = fields.Datetime(readonly=True)
    to_performer_id = fields.Many2one(
        "resource.resource", "Proposed Performer", readonly=True
    )
    to_helper_ids = fields.Many2many(
        "resource.resource",
        "service_plan_line_helper_rel",
        "line_id",
        "resource_id",
        "Together With",
        readonly=True,
    )
    to_start = fields.Datetime("Proposed Time", readonly=True)
    to_end = fields.Datetime(readonly=True)
    is_wanted = fields.Boolean(
        "Apply", default=True, help="Whether “Apply Selected” does this."
    )
    needs_call = fields.Boolean(
        "Call the Customer",
        readonly=True,
        help="The customer knows of another time and has to be called again.",
    )
    is_excused = fields.Boolean(
        readonly=True,
        help="The proposal itself tells that a deadline or an agreement is not kept.",
    )
    why = fields.Char(readonly=True)
    result = fields.Selection(
        [
            ("open", "Proposed"),
            ("applied", "Applied"),
            ("conflict", "Changed Meanwhile"),
            ("refused", "Not Possible"),
        ],
        default="open",
        required=True,
        readonly=True,
    )
    message = fields.Char("What Happened", readonly=True)
    undo = fields.Json(readonly=True, help="The move that leads back.")

    _order_uniq = models.UniqueIndex(
        "(plan_id, order_id)", "A visit is in a plan once."
    )

    @api.depends("order_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.order_id.name

    def write(self, vals):
        """By hand a proposal is only chosen from, not changed."""
        if not self.env.su and vals.keys() - {"is_wanted"}:
            raise AccessError(self.env._("A proposal is applied, not changed."))
        return super().write(vals)

    def action_open_visit(self):
        """Open the visit."""
        self.ensure_one()
        self.check_access("read")
        return self.order_id._get_records_action()

    def action_apply(self):
        """Do what this line proposes."""
        self.ensure_one()
        self.check_access("read")
        return self.plan_id._apply(self)

    # Helpers

    def _is_change(self):
        return self.kind not in UNCHANGED

    def _is_open(self):
        return self._is_change() and self.result != "applied"

    def _prepare_move(self):
        """The move of the board this line stands for. Extension point."""
        move = {
            "id": self.order_id.id,
            "version": self.version,
            "performer": self.to_performer_id.id,
            "start": board.to_milliseconds(self.to_start),
            "end": board.to_milliseconds(self.to_end),
        }
        if self.to_performer_id:
            move["helpers"] = self.to_helper_ids.ids
        return move
