from odoo import api, models


class BpmProcessTestMixin(models.AbstractModel):
    """A part of a stored test: changed by who may change the process.

    What a test does, and tells of documents, it does with the rights of the process
    when those who answer for it run it.
    """

    _name = "bpm.process.test.mixin"
    _description = "Part of a Test of a Process"

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_editor()
        return parts

    def write(self, vals):
        self.check_access("write")
        self._check_editor()
        result = super().write(vals)
        self._check_editor()  # of the process it has come to
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_foreign(self):
        self._check_editor()

    def _check_editor(self):
        """Refuse to change tests of a process that runs as somebody else."""
        self.process_id._check_editor()
