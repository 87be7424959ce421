from odoo import models
from odoo.exceptions import AccessError

SERVICE_ROLES = ("operator", "manager", "dispatcher", "performer", "admin")


class ResUsers(models.Model):
    _inherit = "res.users"

    def _has_service_role(self, *roles):
        """Whether the user holds one of these service roles; any one without names."""
        self.ensure_one()
        return any(
            self.has_group(f"service_crm.group_service_{role}")
            for role in roles or SERVICE_ROLES
        )

    def _is_service_only(self):
        """Operators and performers: of Odoo's leads they have those of the service."""
        return self._has_service_role("operator", "performer") and not self.has_group(
            "sales_team.group_sale_salesman"
        )

    def _check_service_role(self, *roles):
        """Refuse with words unless the user holds one of these roles."""
        if self._has_service_role(*roles):
            return
        names = {
            "operator": self.env._("an operator"),
            "manager": self.env._("a manager"),
            "dispatcher": self.env._("a dispatcher"),
            "performer": self.env._("a performer"),
            "admin": self.env._("a service administrator"),
        }
        raise AccessError(
            self.env._(
                "This step is done by %(roles)s. Ask one of them, or have your "
                "administrator give you the role.",
                roles=self.env._(" or ").join(names[role] for role in roles),
            )
        )
