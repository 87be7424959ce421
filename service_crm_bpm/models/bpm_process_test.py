from odoo import api, fields, models
from odoo.exceptions import UserError


class BpmProcessTest(models.Model):
    """A test kept with its process: given a document like …, when …, then …

    It is rehearsed: all happens for real and is taken back, see ``bpm.rehearsal``. Who
    may change the process may change its tests, in every state of the version; run by
    others, it is tried with their rights.
    """

    _name = "bpm.process.test"
    _inherit = "bpm.process.test.mixin"
    _description = "Test of a Process"
    _order = "sequence, id"

    process_id = fields.Many2one(
        "bpm.process", required=True, ondelete="cascade", index=True
    )
    model_id = fields.Many2one(related="process_id.model_id")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    given_ids = fields.One2many(
        "bpm.process.test.given", "test_id", "Given a Document With", copy=True
    )
    line_ids = fields.One2many(
        "bpm.process.test.line", "test_id", "When … Then …", copy=True
    )
    state = fields.Selection(
        [("new", "Not Run"), ("passed", "Passed"), ("failed", "Failed")],
        default="new",
        required=True,
        readonly=True,
        copy=False,
    )
    message = fields.Text("What Was Found", readonly=True, copy=False)
    date_run = fields.Datetime("Run", readonly=True, copy=False)
    path = fields.Char("Stages Passed", readonly=True, copy=False)

    def action_run(self):
        """Run the tests; what they did is taken back, what they found is kept."""
        self.check_access("write")
        now = fields.Datetime.now()
        for process, tests in self.grouped("process_id").items():
            for test, found in tests._rehearse_all(process).items():
                # sudo: what was found is noted for others too
                test.sudo().write({**found, "date_run": now})
        failed = self.filtered(lambda test: test.state == "failed")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if failed else "success",
                "message": self.env._(
                    "%(failed)s of %(count)s tests failed.",
                    failed=len(failed),
                    count=len(self),
                )
                if failed
                else self.env._("All %(count)s tests passed.", count=len(self)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _rehearse_all(self, process):
        """Run tests of one process.

        :return: ``{test: {"state", "message", "path"}}``
        """
        found = {}
        for test in self:
            with self.env["bpm.rehearsal"]._rehearse() as env:
                found[test] = test.with_env(env)._run_rehearsed(process.with_env(env))
        return found

    def _copy_to(self, process):
        """Copy tests to another version; stages and results by their keys."""
        stages = {stage.key: stage for stage in process.stage_ids}
        ways = {way.key: way for way in process.transition_ids}
        for test in self:
            copied = test.copy({"process_id": process.id})
            for line in copied.line_ids:
                stage = stages.get(line.stage_id.key)
                way = ways.get(line.result_id.key)
                line.write(
                    {
                        "stage_id": stage.id if stage else False,
                        "result_id": way.id if way else False,
                    }
                )

    @api.model
    def _check_green(self, processes):
        """Versions that are published only when their tests pass.

        :raise UserError: with the tests that fail
        """
        for process in processes.filtered("requires_tests"):
            tests = self.search([("process_id", "=", process.id)])
            if not tests:
                raise UserError(
                    self.env._(
                        "“%(process)s” is published only when its tests pass, and it "
                        "has none. Add one on the tab “Tests”.",
                        process=process.name,
                    )
                )
            found = tests._rehearse_all(process)
            failed = [
                f"{test.name}: {result['message']}"
                for test, result in found.items()
                if result["state"] == "failed"
            ]
            if failed:
                raise UserError(
                    self.env._(
                        "Tests of “%(process)s” fail:\n%(tests)s",
                        process=process.name,
                        tests="\n".join(failed),
                    )
                )
