import ast

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.service_crm.tools.expression import parse
from odoo.addons.service_crm.tools.expression_tokens import ExpressionError


class BpmTransition(models.Model):
    _inherit = "bpm.transition"

    def _parse_domain(self):
        """The document's condition as a domain; ``None`` when there is none.

        :raise UserError: when it cannot be understood
        """
        try:
            domain = Domain(ast.literal_eval((self.domain or "[]").strip()))
            domain.validate(self.env[self.process_id.model_name])
        except Exception as error:
            raise UserError(
                self.env._("The condition cannot be understood: %(error)s", error=error)
            ) from error
        return None if domain.is_true() else domain

    def _parse_condition(self):
        """The formula compiled; ``None`` when there is none.

        :raise UserError: when it cannot be understood
        """
        if not (self.condition or "").strip():
            return None
        try:
            return parse(self.condition)
        except ExpressionError as error:
            raise UserError(
                self.env["service.expression"]._get_error_text(
                    error, self.display_name, self.condition
                )
            ) from error
