from odoo import fields, models


class ServiceSkill(models.Model):
    _name = "service.skill"
    _description = "Skill of a performer"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
