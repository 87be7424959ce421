from odoo import models


class ServiceWorkOrder(models.Model):
    """Work order: the steps of performer and dispatcher."""

    _inherit = "service.work.order"
