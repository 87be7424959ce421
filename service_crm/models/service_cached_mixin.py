from odoo import api, models


class ServiceCachedMixin(models.AbstractModel):
    """Settings that are read all the time and kept in memory until one changes."""

    _name = "service.cached.mixin"
    _description = "Kept in memory"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
