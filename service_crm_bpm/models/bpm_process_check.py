from odoo import models
from odoo.exceptions import UserError


class BpmProcess(models.Model):
    """Process: what is wrong with a definition."""

    _inherit = "bpm.process"

    def _check_publishable(self):
        """A version with errors is not published.

        :raise UserError: with every error
        """
        self.ensure_one()
        if not self.stage_ids.filtered(lambda stage: stage.kind == "start"):
            raise UserError(self.env._("There is no start."))
