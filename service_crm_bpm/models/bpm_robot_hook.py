from functools import partial

from odoo import api, models

PATCHED = ("create", "write", "_write_multi")


class BpmRobot(models.Model):
    """Robot: entries of models that know nothing of phases.

    Requests and work orders log their entries themselves (``service.phase.mixin``).
    Any other model gets a small wrapper around ``create``, ``write`` and
    ``_write_multi``, and only while a robot watches it; all others cost nothing.
    """

    _inherit = "bpm.robot"

    def _register_hook(self):
        super()._register_hook()
        self._patch_watched_models()

    def _unregister_hook(self):
        for model_class in self.env.registry.values():
            for name in PATCHED:
                unpatch(model_class, name)
        return super()._unregister_hook()

    @api.model
    def _get_patched_models(self):
        """Names of the models to be wrapped: the watched ones without mixin."""
        return {
            model
            for model in self._get_robot_index().watched
            if not hasattr(self.env[model], "_get_service_entry_fields")
        }

    @api.model
    def _patch_watched_models(self):
        """Wrap the watched models.

        :return: whether anything changed
        """
        changed = False
        for model in self._get_patched_models():
            model_class = self.env.registry[model]
            for name, make in _WRAPPERS.items():
                if not is_patched(model_class, name):
                    make_patch(model_class, name, make)
                    changed = True
        self._patch_automation_rules()
        return changed

    @api.model
    def _patch_automation_rules(self):
        """Odoo's automation rules take away all wrappers before they add their own."""
        rules = self.env.registry.get("base.automation")
        if rules is not None and not is_patched(rules, "_update_registry"):
            make_patch(rules, "_update_registry", _make_update_registry)

    @api.model
    def _update_watched_models(self):
        """Wrap what is watched now, unwrap what is not, tell the other processes."""
        if not self.env.registry.ready:
            return  # done at the end of the installation
        changed = self._patch_watched_models()
        watched = self._get_patched_models()
        for model, model_class in self.env.registry.items():
            if model not in watched:
                for name in PATCHED:
                    changed |= unpatch(model_class, name)
        if changed:
            self.env.registry.registry_invalidated = True


def make_patch(model_class, name, make, mark="of_robots"):
    """Put a wrapper on a class of the registry; ``wrapper.origin`` is what it wraps.

    :param mark: attribute that tells whose wrapper it is
    """
    wrapper = make(getattr(model_class, name))
    setattr(wrapper, mark, True)
    setattr(model_class, name, wrapper)


def is_patched(model_class, name, mark="of_robots"):
    """Whether a method has a wrapper of this mark, maybe below others."""
    method = getattr(model_class, name)
    while method is not None:
        if getattr(method, mark, False):
            return True
        method = getattr(method, "origin", None)
    return False


def unpatch(model_class, name, mark="of_robots"):
    """Take the wrapper off, when nothing else has wrapped it since.

    A wrapper below another one stays until the registry is loaded anew; it lets pass.
    """
    wrapper = model_class.__dict__.get(name)
    if not getattr(wrapper, mark, False):
        return False
    delattr(model_class, name)
    if getattr(model_class, name) is not wrapper.origin:  # what was wrapped before ours
        setattr(model_class, name, wrapper.origin)
    return True


def _get_watched(records):
    """Watched fields of a wrapped model; none while the addon is taken out."""
    if "bpm.robot" not in records.env:
        return ()
    return records.env["bpm.robot"]._get_watched_fields(records._name)


def _make_create(origin):
    @api.model_create_multi
    def create(self, vals_list, **kw):
        records = create.origin(self, vals_list, **kw)
        if watched := _get_watched(self):
            self.env["service.phase.log"]._log_created(records, watched)
        return records

    create.origin = origin
    return create


def _make_write(origin):
    def write(self, vals, **kw):
        call = partial(write.origin, self, vals, **kw)
        watched = [name for name in _get_watched(self) if name in vals]
        if not watched:
            return call()
        log = self.env["service.phase.log"]
        before = log._get_keys_before(self, watched)
        result = call()
        log._log_written(self, before)
        return result

    write.origin = origin
    return write


def _make_write_multi(origin):
    def _write_multi(self, vals_list):
        if watched := _get_watched(self):
            self.env["service.phase.log"]._note_flushed(self, vals_list, watched)
        return _write_multi.origin(self, vals_list)

    _write_multi.origin = origin
    return _write_multi


def _make_update_registry(origin):
    def _update_registry(self):
        result = _update_registry.origin(self)
        self.env["bpm.robot"]._patch_watched_models()
        return result

    _update_registry.origin = origin
    return _update_registry


_WRAPPERS = {
    "create": _make_create,
    "write": _make_write,
    "_write_multi": _make_write_multi,
}
