from odoo import models


class CrmLead(models.Model):
    """Service request: quotation and approvals of a request."""

    _inherit = "crm.lead"
