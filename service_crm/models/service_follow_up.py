from odoo import fields, models


class ServiceFollowUp(models.Model):
    """What is offered to the customer some time after a service was done."""

    _name = "service.follow.up"
    _description = "Service offered afterwards"
    _order = "product_tmpl_id, days, id"

    product_tmpl_id = fields.Many2one(
        "product.template", "After", required=True, ondelete="cascade", index=True
    )
    offer_id = fields.Many2one(
        "product.template",
        required=True,
        ondelete="cascade",
        index=True,
        domain=[("service_category_id", "!=", False), ("sale_ok", "=", True)],
    )
    days = fields.Integer(
        "After Days",
        default=30,
        required=True,
        help="Days after the request was done.",
    )

    _days_positive = models.Constraint(
        "CHECK(days >= 0)", "The days until it is offered can not be negative."
    )
    _offer_uniq = models.UniqueIndex(
        "(product_tmpl_id, offer_id)",
        "This is offered after that service already.",
    )
