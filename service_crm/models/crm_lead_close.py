from odoo import models


class CrmLead(models.Model):
    """Service request: invoice, payment, rating and the end of a request."""

    _inherit = "crm.lead"
