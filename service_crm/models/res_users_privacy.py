from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    """User: the requests of teams that only their own people see."""

    _inherit = "res.users"

    def _get_service_privacy_domain(self, prefix="", planners=False):
        """Domain of what is of no closed team, or of one the user belongs to.

        For record rules; they are kept in memory until a team or its people change.

        :param prefix: way to the request from the model of the rule: ``request_id.``
        :param planners: whether dispatchers see it all the same, so that they know
            when the performers are busy
        """
        self.ensure_one()
        if planners and self._has_service_role("dispatcher"):
            return [(1, "=", 1)]
        hidden = self._get_hidden_service_team_ids()
        if not hidden:
            return [(1, "=", 1)]
        closed = Domain(f"{prefix}team_id", "in", hidden)
        own = Domain(f"{prefix}create_uid", "=", self.id)
        own |= Domain(f"{prefix}work_order_ids.booked_ids.user_id", "=", self.id)
        return list(~closed | own)

    def _get_service_team_privacy_domain(
        self, prefix="", unless="", people=("create_uid",)
    ):
        """Domain of what is itself of no closed team, or of one the user belongs to.

        For record rules about what has a team without any request.

        :param prefix: way to the record with the team from the model of the rule
        :param unless: its link to a request, whose team counts where there is one
        :param people: its links to those who see it all the same
        """
        self.ensure_one()
        hidden = self._get_hidden_service_team_ids()
        if not hidden:
            return [(1, "=", 1)]
        closed = Domain(f"{prefix}team_id", "in", hidden)
        if unless:
            closed &= Domain(f"{prefix}{unless}", "=", False)
        own = Domain.OR(Domain(f"{prefix}{link}", "=", self.id) for link in people)
        return list(~closed | own)

    def _get_service_contract_privacy_domain(self, prefix=""):
        """The same for contracts, and for what hangs on them.

        Another team that works under the contract has to know it, so one with
        requests of such teams is hidden from nobody.

        :param prefix: way to the contract from the model of the rule: ``contract_id.``
        """
        self.ensure_one()
        domain = self._get_service_team_privacy_domain(
            prefix, people=("create_uid", "user_id")
        )
        hidden = self._get_hidden_service_team_ids()
        if hidden:
            shared = Domain("team_id", "not in", hidden)
            domain = list(
                Domain(domain) | Domain(f"{prefix}request_ids", "any", shared)
            )
        return domain

    def _get_service_visit_privacy_domain(self, prefix="", planners=False):
        """The same for visits that have no request, and for what hangs on them.

        :param prefix: way to the visit from the model of the rule: ``work_order_id.``
        :param planners: whether dispatchers see it all the same
        """
        self.ensure_one()
        if planners and self._has_service_role("dispatcher"):
            return [(1, "=", 1)]
        return self._get_service_team_privacy_domain(
            prefix, "request_id", ("create_uid", "booked_ids.user_id")
        )

    def _get_hidden_service_team_ids(self):
        """Closed teams whose requests the user may not see, though the role would.

        Administrators see all; performers see only their own visits anyway.
        """
        self.ensure_one()
        if not self._has_service_role(
            "operator", "manager", "dispatcher"
        ) or self._has_service_role("admin"):
            return []
        # Which teams there are is not a secret, but must not depend on the asker.
        teams = (
            self.env["crm.team"]
            .sudo()
            .with_context(active_test=False)
            .search([("is_service", "=", True), ("service_members_only", "=", True)])
        )
        return teams.filtered(
            lambda team: self not in (team.user_id | team.member_ids)
        ).ids
