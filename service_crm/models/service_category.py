from odoo import fields, models


class ServiceCategory(models.Model):
    _name = "service.category"
    _description = "Service category"
    _parent_store = True
    _order = "complete_name"
    _rec_name = "complete_name"

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(readonly=True)
    parent_id = fields.Many2one("service.category", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    active = fields.Boolean(default=True)
