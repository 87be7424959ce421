from odoo import fields, models


class ServicePartnerPhone(models.Model):
    _name = "service.partner.phone"
    _description = "Further phone number of a contact"
    _order = "partner_id, id"

    partner_id = fields.Many2one(
        "res.partner", required=True, ondelete="cascade", index=True
    )
    phone = fields.Char(required=True)
    phone_sanitized = fields.Char("Sanitized Number", index=True, readonly=True)
    label = fields.Char(help="Whose or which phone this is: reception, mobile …")
