from odoo import api, models
from odoo.exceptions import UserError

from .crm_lead_steps import ACTIVITY_DISPATCH


class CrmLead(models.Model):
    """Service request: who becomes its manager and dispatcher, and is told so."""

    _inherit = "crm.lead"

    def _assign_managers(self, required=True):
        """Give every request without a manager one.

        The customer's personal manager, else the one given, else by the rules of
        assignment, else whoever of the team's managers has the fewest requests to
        qualify.
        """
        self._filter_without_manager()._assign_by_rules(
            ("new", "qualification", "dispatch"), roles=("manager",)
        )
        candidates = {}
        for lead in self:
            if personal := lead._get_personal_manager():
                lead.user_id = personal
                continue
            if lead.user_id and lead.user_id._has_service_role("manager"):
                continue
            key = (lead.team_id, lead.company_id)
            if key not in candidates:
                candidates[key] = lead._get_manager_loads()
            loads = candidates[key]
            if loads:
                manager = min(loads, key=lambda user: (*loads[user], user.id))
                administrator, load = loads[manager]
                loads[manager] = (administrator, load + 1)
                lead.user_id = manager
            elif required:
                raise UserError(
                    self.env._(
                        "There is no manager to pass the request to. Have your "
                        "administrator give somebody the role Manager, or add "
                        "managers to the team %(team)s.",
                        team=lead.team_id.name,
                    )
                )

    def _get_personal_manager(self):
        """The manager the customer has; empty without one who has the role."""
        self.ensure_one()
        partner = self.partner_id
        personal = partner.user_id or partner.commercial_partner_id.user_id
        return personal.filtered(lambda user: user._has_service_role("manager"))

    def _filter_without_manager(self):
        """Requests whose manager is neither given nor the customer's own."""
        return self.filtered(
            lambda lead: not lead.user_id and not lead._get_personal_manager()
        )

    def _get_manager_loads(self):
        """Managers who may get this request: ``{user: (is administrator, load)}``.

        The team's members and leader; without any, all managers of the company.
        """
        self.ensure_one()
        # Who has which role is not readable for operators.
        group = self.env.ref("service_crm.group_service_manager").sudo()
        managers = group.all_user_ids.filtered(
            lambda user: (
                user.active
                and not user.share
                and (not self.company_id or self.company_id in user.company_ids)
            )
        ).sudo(False)
        team = self.team_id
        managers = managers & (team.member_ids | team.user_id) or managers
        counts = dict(
            self.env["crm.lead"]
            .sudo()  # the load of a manager includes what the operator cannot see
            ._read_group(
                [
                    ("user_id", "in", managers.ids),
                    ("service_phase", "=", "qualification"),
                    ("is_service", "=", True),
                ],
                ["user_id"],
                ["__count"],
            )
        )
        return {
            user: (user._has_service_role("admin"), counts.get(user, 0))
            for user in managers
        }

    def _notify_dispatcher(self):
        """Tell the dispatchers named on these requests, once each."""
        open_requests = self.filtered(
            lambda lead: lead.active and lead.service_phase != "done"
        )
        for dispatcher, leads in open_requests.grouped("dispatcher_id").items():
            # Reminders of the former dispatcher are the system's to take back.
            leads.sudo().activity_unlink([ACTIVITY_DISPATCH])
            if dispatcher:
                leads._schedule_step(ACTIVITY_DISPATCH, dispatcher)

    def _schedule_step(self, activity, user):
        """Remind the user of the step waiting; who has the reminder gets no second."""
        kind = self.env.ref(activity)
        # To-dos of others may not be read; that there is one is all that is asked.
        activities = self.env["mail.activity"].sudo()
        reminded = activities.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", kind.id),
                ("user_id", "=", user.id),
            ]
        )
        waiting = self.filtered(lambda lead: lead.id not in reminded.mapped("res_id"))
        # A reminder for somebody else: the step itself was checked by the caller.
        waiting.sudo().activity_schedule(
            activity, user_id=user.id, summary=kind.summary or kind.name
        )

    @api.model
    def _get_dispatcher_domain(self):
        """Who may be named as dispatcher."""
        group = self.env.ref("service_crm.group_service_dispatcher", False)
        return [
            ("share", "=", False),
            ("all_group_ids", "in", group.ids if group else []),
        ]
