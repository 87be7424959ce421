from odoo import models


class ResPartner(models.Model):
    """Customer: colleagues are customers too."""

    _inherit = "res.partner"

    def _filter_colleagues(self):
        """Those who work here: they have a login of an employee. Extension point."""
        # Who has a login is not readable for everybody who files a request.
        colleagues = self.sudo().filtered(
            lambda partner: any(not user.share for user in partner.user_ids)
        )
        return self.filtered(lambda partner: partner in colleagues.sudo(False))
