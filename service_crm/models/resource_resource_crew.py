from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.locks import take_turns
from ..tools.work_order_steps import PLANNING


class ResourceResource(models.Model):
    """A crew: who belongs to it, who leads it, and what a change of it means."""

    _inherit = "resource.resource"

    crew_lead_id = fields.Many2one(
        "resource.resource",
        "Foreman",
        compute="_compute_crew_lead_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', crew_member_ids)]",
        help="Who accepts jobs for the crew, starts them and hands them in.",
    )

    @api.depends("crew_member_ids")
    def _compute_crew_lead_id(self):
        for crew in self:
            members = crew.crew_member_ids
            if crew.crew_lead_id not in members:
                crew.crew_lead_id = members.filtered("user_id")[:1] or members[:1]

    @api.constrains("crew_member_ids", "crew_lead_id")
    def _check_crew_members(self):
        """A crew is made of people, not of crews."""
        # Taken together: a crew may be made a member from the member's side too.
        for crew in self | self.crew_ids | self.crew_member_ids:
            nested = crew.crew_member_ids.filtered("crew_member_ids")
            if nested:
                raise ValidationError(
                    self.env._(
                        "%(crew)s cannot have the crew %(member)s as a member: add the "
                        "people themselves.",
                        crew=crew.name,
                        member=nested[0].name,
                    )
                )
            if crew.crew_lead_id and crew.crew_lead_id not in crew.crew_member_ids:
                raise ValidationError(
                    self.env._(
                        "%(foreman)s is not a member of %(crew)s: add them first.",
                        foreman=crew.crew_lead_id.name,
                        crew=crew.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        resources = super().create(vals_list)
        if any(vals.get("crew_ids") for vals in vals_list):
            resources.crew_ids._follow_members()
        return resources

    def write(self, vals):
        crews = self.browse()
        if "crew_member_ids" in vals:
            crews |= self
        if "crew_ids" in vals:
            crews |= self.crew_ids
        result = super().write(vals)
        if "crew_ids" in vals:
            crews |= self.crew_ids
        if crews:
            crews._follow_members()
        return result

    def _follow_members(self):
        """Book the members a crew has now for its visits to come that are not begun.

        Visits under way and past ones keep who went.
        """
        take_turns(self)  # nobody books the crew with the members it had
        # sudo: whoever leads the crew changes it for all its visits, as the system
        # checks bookings of all companies.
        orders = (
            self.env["service.work.order"]
            .sudo()
            .search(
                [
                    ("performer_id", "in", self.ids),
                    ("state", "in", PLANNING),
                    "|",
                    ("date_start", "=", False),
                    ("date_start", ">", fields.Datetime.now()),
                ]
            )
        )
        self.env.add_to_compute(orders._fields["booked_ids"], orders)
        orders._check_capacity()
