from odoo import models


class ServiceDocument(models.Model):
    _name = "service.document"
    _inherit = ["service.document", "bpm.document.mixin"]
