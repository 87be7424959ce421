from odoo import api, fields, models

CUSTOMER_PAGE = "/service/r/"


class MailMessage(models.Model):
    """Messages with the secret link of a customer's page.

    Whoever opens that link speaks for the customer, so only those who talk to customers
    read such messages, and whoever wrote them (record rule). Performers see the other
    messages of their orders.
    """

    _inherit = "mail.message"

    has_customer_link = fields.Boolean("Link of a Customer", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if CUSTOMER_PAGE in (vals.get("body") or ""):
                vals["has_customer_link"] = True
        return super().create(vals_list)

    def write(self, vals):
        if CUSTOMER_PAGE in (vals.get("body") or ""):
            vals = {**vals, "has_customer_link": True}
        return super().write(vals)
