from odoo import api, fields, models


class CrmLead(models.Model):
    """Service request: what its services say of team and time."""

    _inherit = "crm.lead"

    service_sla_hours = fields.Float(
        "To Be Done Within",
        compute="_compute_service_sla_hours",
        store=True,
        readonly=False,
        copy=False,
        help="Working hours: the shortest of the picked services, or as you say.",
    )
    service_due = fields.Datetime(
        "To Be Done Until",
        compute="_compute_service_due",
        store=True,
        copy=False,
        help="What the catalogue promises, counted in working hours from the moment "
        "the request came in.",
    )

    @api.depends("request_line_ids.product_id")
    def _compute_service_sla_hours(self):
        for lead in self:
            hours = [
                product.service_effective_sla_hours
                for product in lead.request_line_ids.product_id
                if product.service_effective_sla_hours
            ]
            lead.service_sla_hours = min(hours) if hours else lead.service_sla_hours

    @api.depends("service_sla_hours")
    def _compute_service_due(self):
        for lead in self:
            hours = lead.is_service and lead.service_sla_hours
            calendar = lead._get_service_company().resource_calendar_id
            start = lead.create_date or fields.Datetime.now()
            if not hours:
                lead.service_due = False
            elif calendar:
                # plan_hours answers False for hours no calendar of two weeks holds
                # (sudo: public holidays count for who may not read absences too)
                due = calendar.sudo().plan_hours(hours, start, compute_leaves=True)
                lead.service_due = due or fields.Datetime.add(start, hours=hours)
            else:
                lead.service_due = fields.Datetime.add(start, hours=hours)

    def _get_service_deadline(self):
        """A promise of the catalogue counts where the customer wished no time."""
        return super()._get_service_deadline() or self.service_due

    @api.depends("service_due")
    def _compute_service_urgency(self):
        return super()._compute_service_urgency()

    def _take_team_of_services(self):
        """New requests go to the team that does what was picked.

        Only those nobody has taken up yet, and only when their services agree; not
        where the group was chosen by name (``service_team_chosen`` in the context).
        """
        if self.env.context.get("service_team_chosen"):
            return
        for lead in self.filtered(
            lambda lead: lead.service_phase == "new" and not lead.operator_id
        ):
            products = lead.request_line_ids.product_id
            team = products.service_effective_team_id
            if (
                len(team) == 1
                and team != lead.team_id
                and (team.service_internal or not lead.team_id.service_internal)
                and team.company_id in (lead.company_id, team.browse().company_id)
            ):
                stage = lead._get_phase_stages("new", team).get(team)
                # Which team does a service is the catalogue's word, not the caller's.
                lead.sudo().write(
                    {"team_id": team.id, **({"stage_id": stage.id} if stage else {})}
                )
