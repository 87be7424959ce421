from odoo import models
from odoo.exceptions import UserError


class ServiceRequestLine(models.Model):
    """Requested service: made a request of its own."""

    _inherit = "service.request.line"

    def action_make_child(self):
        """Ask who does this service, then make a subordinate request of it."""
        self.ensure_one()
        if self._is_computed_line():
            raise UserError(
                self.env._(
                    "%(service)s is part of a kit or comes from a price rule: make the "
                    "subordinate request of the whole service.",
                    service=self.name,
                )
            )
        action = self.request_id.action_make_child()
        action["context"]["default_line_id"] = self.id
        return action
