from odoo import fields, models


class ServicePriceRuleGroup(models.Model):
    """Price rules of which one counts at a time: night or weekend, not both."""

    _name = "service.price.rule.group"
    _inherit = "service.cached.mixin"
    _description = "Exclusive price rules"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    choice = fields.Selection(
        [
            ("best", "The best for the customer"),
            ("highest", "The highest amount"),
            ("first", "The first in the list"),
        ],
        "Which One Counts",
        required=True,
        default="best",
    )
    rule_ids = fields.One2many("service.price.rule", "group_id", "Rules")
