from odoo import api, models

from .bpm_robot_hook import PATCHED, is_patched, make_patch, unpatch

MARK = "of_processes"


class BpmRobot(models.Model):
    """Hook of the robots: models that processes watch are wrapped too."""

    _inherit = "bpm.robot"

    def _unregister_hook(self):
        """Models that processes watch are as they were."""
        for model_class in self.env.registry.values():
            for name in PATCHED:
                unpatch(model_class, name, MARK)
        return super()._unregister_hook()

    @api.model
    def _patch_watched_models(self):
        """Wrap also what processes watch."""
        changed = super()._patch_watched_models()
        for model in self.env["bpm.process"]._get_watch().models:
            model_class = self.env.registry[model]
            for name, make in _WRAPPERS.items():
                if not is_patched(model_class, name, MARK):
                    make_patch(model_class, name, make, MARK)
                    changed = True
        return changed

    @api.model
    def _update_watched_models(self):
        """Unwrap also what processes watch no longer; other Odoo processes follow."""
        super()._update_watched_models()
        if not self.env.registry.ready:
            return  # done at the end of the installation
        changed = False
        watched = self.env["bpm.process"]._get_watch().models
        for model, model_class in self.env.registry.items():
            if model not in watched:
                for name in PATCHED:
                    changed |= unpatch(model_class, name, MARK)
        if changed:
            self.env.registry.registry_invalidated = True


def _get_watcher(records):
    """Who is told; nobody while the addon is taken out, or nothing is watched."""
    if "bpm.process" not in records.env:
        return None
    processes = records.env["bpm.process"]
    return processes if records._name in processes._get_watch().models else None


def _has_column(records, name):
    """Whether a field is kept in the table of its model (lists and files are not)."""
    field = records._fields[name]
    return field.store and bool(field.column_type)


def _make_create(origin):
    @api.model_create_multi
    def create(self, vals_list, **kw):
        records = create.origin(self, vals_list, **kw)
        if (watcher := _get_watcher(self)) is not None:
            watcher._note_created(records)
        return records

    create.origin = origin
    return create


def _make_write(origin):
    def write(self, vals, **kw):
        # what has a column is noted when it is flushed
        others = [n for n in vals if n in self._fields and not _has_column(self, n)]
        if others and (watcher := _get_watcher(self)) is not None:
            watcher._note_changed(self, [others] * len(self))
        return write.origin(self, vals, **kw)

    write.origin = origin
    return write


def _make_write_multi(origin):
    def _write_multi(self, vals_list):
        if (watcher := _get_watcher(self)) is not None:
            watcher._note_changed(self, vals_list)
        return _write_multi.origin(self, vals_list)

    _write_multi.origin = origin
    return _write_multi


_WRAPPERS = {
    "create": _make_create,
    "write": _make_write,
    "_write_multi": _make_write_multi,
}
