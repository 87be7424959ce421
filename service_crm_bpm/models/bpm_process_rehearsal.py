from odoo import api, fields, models


class BpmProcess(models.Model):
    """Process: stored tests, and versions started only to be taken back."""

    _inherit = "bpm.process"

    test_ids = fields.One2many("bpm.process.test", "process_id", "Tests", copy=False)
    test_count = fields.Integer(compute="_compute_test_count")
    failed_test_count = fields.Integer(compute="_compute_test_count")

    @api.depends("test_ids.state")
    def _compute_test_count(self):
        for process in self:
            tests = process.test_ids
            process.test_count = len(tests)
            process.failed_test_count = len(
                tests.filtered(lambda test: test.state == "failed")
            )

    def action_run_tests(self):
        """Run the stored tests of the version."""
        self.ensure_one()
        return self.test_ids.action_run()

    def _check_publishable(self):
        """Stored tests have to pass where the version demands it."""
        result = super()._check_publishable()
        if not self.env["bpm.rehearsal"]._is_rehearsed():
            self.env["bpm.process.test"]._check_green(self)
        return result

    def _copy_parts(self, target):
        """The tests go with the definition; their stages are those of the copy."""
        result = super()._copy_parts(target)
        self.test_ids._copy_to(target)
        return result

    def _prepare_rehearsal(self):
        """Make this version the one that starts; only inside a rehearsal.

        It is rehearsed with the rights of who rehearses it: nobody learns by it, or has
        written, what the user whom it runs as may and oneself may not.

        :raise UserError: when it is not valid
        """
        self.ensure_one()
        if not self._may_act():
            self._set_identity(self.env.user)
        if self.state != "published":
            self._check_publishable()
            self._publish()
