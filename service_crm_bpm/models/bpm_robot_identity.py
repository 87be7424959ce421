from odoo import SUPERUSER_ID, api, models


class BpmRobot(models.Model):
    """Robot: as whom it runs."""

    _inherit = "bpm.robot"

    @api.model
    def _get_identity_env(self, user_id, company_id):
        """The environment a robot runs in: one user's rights, companies, language.

        The company of the documents comes first when the user may work in it.
        """
        user = self._get_identity(user_id)
        profile = user._get_profile()
        own = profile.company_id
        allowed = sorted(
            user._get_company_ids(), key=lambda c: (c != company_id, c != own, c)
        )
        context = {
            key: value
            for key, value in self.env.context.items()
            if not key.startswith("default_")
        }
        context |= {
            "lang": profile.lang,
            "tz": profile.tz,
            "allowed_company_ids": allowed,
        }
        return self.env(user=user_id, su=False, context=context)

    @api.model
    def _get_identity(self, user_id):
        """The user a robot runs as (superuser mode)."""
        # sudo: who causes an entry need not see who the robot runs as
        return self.env["res.users"].sudo().browse(user_id)

    @api.model
    def _get_identity_error(self, user_id):
        """Why a robot cannot run as this user, if so."""
        user = self._get_identity(user_id)
        if user._get_profile().active or user_id == SUPERUSER_ID:
            return ""
        return self.env._(
            "The user the robot runs as, %(user)s, is archived.", user=user.name
        )
