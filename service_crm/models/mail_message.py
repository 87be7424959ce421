from odoo import api, fields, models

# Pages of requests and of documents.
CUSTOMER_PAGES = ("/service/r/", "/service/document/")


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
            if self._names_customer_page(vals):
                vals["has_customer_link"] = True
        return super().create(vals_list)

    def write(self, vals):
        if self._names_customer_page(vals):
            vals = {**vals, "has_customer_link": True}
        return super().write(vals)

    @api.model
    def _names_customer_page(self, vals):
        """Whether the text has a secret link."""
        return any(page in (vals.get("body") or "") for page in CUSTOMER_PAGES)
