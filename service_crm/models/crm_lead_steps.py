from odoo import models


class CrmLead(models.Model):
    """Service request: the steps of a request between the roles."""

    _inherit = "crm.lead"
