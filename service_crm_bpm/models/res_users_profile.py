from typing import NamedTuple

from odoo import api, models
from odoo.tools import ormcache


class UserProfile(NamedTuple):
    """What the engine asks about a user at each step."""

    active: bool
    company_id: int
    lang: str
    tz: str


class ResUsers(models.Model):
    """User: what hardly ever changes, kept in memory."""

    _inherit = "res.users"

    def _get_profile(self):
        """Language, zone … as :class:`UserProfile`; kept until a user changes."""
        return self._read_profile(self.id)

    @api.model
    @ormcache("user_id")  # Odoo clears it when one of these fields is written
    def _read_profile(self, user_id):
        # sudo: texts and moments for a user are made by whoever moves a run
        user = self.sudo().browse(user_id)
        return UserProfile(user.active, user.company_id.id, user.lang, user.tz)
