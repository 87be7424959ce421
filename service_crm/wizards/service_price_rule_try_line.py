from odoo import fields, models


class ServicePriceRuleTryLine(models.TransientModel):
    """What became of one rule."""

    _name = "service.price.rule.try.line"
    _description = "Price rule tried on a request"

    try_id = fields.Many2one(
        "service.price.rule.try", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="try_id.currency_id")
    rule_id = fields.Many2one("service.price.rule", readonly=True)
    is_applied = fields.Boolean("Applied", readonly=True)
    amount = fields.Monetary(readonly=True)
    reason = fields.Char("Why Not", readonly=True)
