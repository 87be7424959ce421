from contextlib import closing, contextmanager
from weakref import WeakSet

from odoo import api, models
from odoo.exceptions import UserError

from .bpm_robot_hook import make_patch

# Cursors whose work is only rehearsed: not in the context, which a client could send.
_rehearsed = WeakSet()


class BpmRehearsal(models.AbstractModel):
    """Doing something for real and taking it back: stored tests, replay, dry runs.

    All happens in a transaction of its own that is always rolled back, so mails,
    webhooks and notices that wait for the commit never leave. Outlets that do not wait
    for it are shut, and a commit in the middle is refused.
    """

    _name = "bpm.rehearsal"
    _description = "Rehearsal of a process"

    @contextmanager
    def _rehearse(self):
        """An environment whose work is taken back at the end. ::

        with self.env["bpm.rehearsal"]._rehearse() as env:
            process = process.with_env(env)
        """
        self.env.flush_all()
        with closing(self.env.registry.cursor()) as cr:
            commit = cr.commit
            cr.commit = self._refuse_commit
            _rehearsed.add(cr)
            try:
                yield self.env(cr=cr)
            finally:
                cr.commit = commit
                cr.rollback()
                _rehearsed.discard(cr)
                # what was compiled meanwhile may speak of definitions taken back
                self.env.registry.clear_cache()

    def _refuse_commit(self):
        raise UserError(
            self.env._(
                "This cannot be rehearsed: a part of the program keeps its work at "
                "once (it commits)."
            )
        )

    @api.model
    def _is_rehearsed(self):
        """Whether the present work will be taken back: nothing may reach out."""
        return self.env.cr in _rehearsed

    def _register_hook(self):
        super()._register_hook()
        # The addon of text messages may be there or not.
        if messages := self.env.registry.get("sms.sms"):
            make_patch(messages, "_send", _make_sms_send)


def _make_sms_send(origin):
    def _send(self, *args, **kwargs):
        if self.env["bpm.rehearsal"]._is_rehearsed():
            return None
        return _send.origin(self, *args, **kwargs)

    _send.origin = origin
    return _send
