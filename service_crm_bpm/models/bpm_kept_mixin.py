from odoo import api, models


class BpmKeptMixin(models.AbstractModel):
    """What the engine keeps in memory beside its definitions, or points to from there.

    A change of such records has the memory read again, here and in the other Odoo
    processes. They change rarely; the engine asks for them at each step.
    """

    _name = "bpm.kept.mixin"
    _description = "Kept in Memory"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._forget(records._is_kept())
        return records

    def write(self, vals):
        was_kept = self._is_kept()
        result = super().write(vals)
        self._forget(was_kept or self._is_kept())
        return result

    def unlink(self):
        was_kept = self._is_kept()
        result = super().unlink()
        self._forget(was_kept)
        return result

    def _forget(self, was_kept):
        if was_kept:
            self.env.registry.clear_cache()

    def _is_kept(self):
        """Whether something is kept of any of these."""
        return bool(self)
