from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.service_crm.tests.common import requirement

from .test_event import WatchCommon

MONDAY = datetime(2026, 11, 23, 7, 0)


@tagged("post_install", "-at_install")
class TestClarification(WatchCommon):
    """“Needs clarification”: who does not answer within five days is closed."""

    def build_clarification(self, tag):
        answer = {
            "kind": "event",
            "event_kind": "reply",
            "timeout_amount": 5,
            "timeout_unit": "days",
        }
        process = self.build_process(
            stages={"ask": answer, "clear": "automatic", "close": "automatic"},
            ways=[
                ("start", "ask"),
                ("ask", "clear"),
                ("ask", "close", {"outcome": "timeout"}),
                ("clear", "end"),
                ("close", "end"),
            ],
            start_mode="condition",
            start_domain=f"[('tag_ids', 'in', [{tag.id}])]",
        )
        for key, values in (
            ("clear", {"tag_ids": {"source": "empty"}}),
            ("close", {"active": {"value_boolean": "no"}}),
        ):
            self.build_field_robot(
                values,
                trigger="process",
                process_stage_id=self.get_stage(process, key).id,
            )
        return self.publish(process)

    def answer(self, request):
        request.message_post(
            body="Вот план",
            author_id=self.customer.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.finish()

    @requirement("R270")
    def test_closed_after_five_days_without_answer(self):
        tag = self.env["crm.tag"].create({"name": "Требует уточнения"})
        process = self.build_clarification(tag)
        silent, answered = self.build_new(2)
        self.finish()
        with freeze_time(MONDAY):
            (silent + answered).tag_ids = [Command.link(tag.id)]
            self.finish()
        with freeze_time(MONDAY + timedelta(days=4)):
            self.answer(answered)
            self.run_cron()
            self.assertFalse(answered.tag_ids)
            self.assertTrue(silent.active)
        with freeze_time(MONDAY + timedelta(days=5)):
            self.run_cron()
            self.assertFalse(silent.active, "closed")
            self.assertTrue(answered.active, "the answer stopped it")
            silent.action_unarchive()
            self.finish()
            self.assertTrue(silent.active, "opened again")
            silent.tag_ids = [Command.clear()]
            self.finish()
            silent.tag_ids = [Command.link(tag.id)]
            self.finish()
        runs = self.env["bpm.instance"].search([("process_id", "=", process.id)])
        again = runs.filtered(lambda run: run.state == "running")
        self.assertEqual((len(runs), again.res_id), (3, silent.id))
        with freeze_time(MONDAY + timedelta(days=10)):
            self.run_cron()
        self.assertFalse(silent.active, "five days later once more")
