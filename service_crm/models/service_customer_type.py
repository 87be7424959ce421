from odoo import fields, models


class ServiceCustomerType(models.Model):
    """A kind of customer: chain of pharmacies, house manager, private person.

    It says what is written on the cards of such customers.
    """

    _name = "service.customer.type"
    _description = "Kind of customer"
    _order = "sequence, name, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Kind of Customer", required=True, translate=True)
    properties_definition = fields.PropertiesDefinition(
        "What Is Asked",
        help="Questions on the card of such a customer: category of the chain, "
        "principle of purchase, number of branches.",
    )
    partner_ids = fields.One2many(
        "res.partner", "service_customer_type_id", "Customers"
    )
    partner_count = fields.Integer("Number", compute="_compute_partner_count")

    def _compute_partner_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("service_customer_type_id", "in", self.ids)],
                ["service_customer_type_id"],
                ["__count"],
            )
        )
        for kind in self:
            kind.partner_count = counts.get(kind, 0)
