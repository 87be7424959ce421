from odoo import fields, models
from odoo.exceptions import UserError


class ServiceParameter(models.Model):
    """Parameter: the price rules that ask for it."""

    _inherit = "service.parameter"

    price_rule_ids = fields.Many2many("service.price.rule", string="Price Rules")

    def _check_unused(self):
        """Rules, too, must not lose what they are made of."""
        result = super()._check_unused()
        # Rules of other companies count as well.
        for parameter in self.sudo().with_context(active_test=False):
            if rules := parameter.price_rule_ids:
                raise UserError(
                    self.env._(
                        "%(parameter)s is used in the price rules %(rules)s. Change "
                        "these rules first.",
                        parameter=parameter.name,
                        rules=", ".join(rules[:5].mapped("name")),
                    )
                )
        return result
