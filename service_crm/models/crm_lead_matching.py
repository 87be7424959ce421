from odoo import models


class CrmLead(models.Model):
    """Service request: finding the customer behind a phone number, mail address or name."""

    _inherit = "crm.lead"
