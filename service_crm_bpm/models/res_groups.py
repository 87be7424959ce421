from odoo import models


class ResGroups(models.Model):
    """Role: stages point to it, and forget it when it goes."""

    _name = "res.groups"
    _inherit = ["res.groups", "bpm.kept.mixin"]
