from odoo import api, fields, models


class ServicePartnerPhone(models.Model):
    """A further number of a contact; every number finds the customer."""

    _name = "service.partner.phone"
    _description = "Further phone number of a contact"
    _order = "id"
    _rec_name = "phone"

    partner_id = fields.Many2one(
        "res.partner", required=True, ondelete="cascade", index=True
    )
    phone = fields.Char(required=True)
    phone_sanitized = fields.Char(
        "Sanitized Number",
        compute="_compute_phone_sanitized",
        store=True,
        index="btree_not_null",
    )
    label = fields.Char(help="Whose or which phone this is: reception, mobile …")

    _number_uniq = models.UniqueIndex(
        "(partner_id, phone_sanitized) WHERE phone_sanitized IS NOT NULL",
        "This number is already among the contact's numbers.",
    )

    @api.depends("phone", "partner_id.country_id")
    def _compute_phone_sanitized(self):
        for row in self:
            row.phone_sanitized = row.partner_id._phone_format(number=row.phone)
