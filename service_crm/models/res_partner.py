from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_phone_ids = fields.One2many(
        "service.partner.phone", "partner_id", "Further Phones"
    )
    service_request_ids = fields.One2many(
        "crm.lead", "partner_id", "Service Requests", domain=[("is_service", "=", True)]
    )
