from odoo import models


class ServiceWorkOrder(models.Model):
    _name = "service.work.order"
    _inherit = ["service.work.order", "bpm.document.mixin"]
