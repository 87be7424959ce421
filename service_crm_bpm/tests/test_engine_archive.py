import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_process import ProcessCommon


class TestEngineArchive(ProcessCommon):
    """Old runs are thinned out when the company says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = cls.publish(cls.build_process(stages={"call": "work"}))

    def build_ended(self, date_end):
        run = self.start(self.process, self.build_new())
        self.complete(run, "call")
        run.date_end = date_end
        return run

    def test_protocols_of_runs_that_ended_long_ago_go(self):
        old = self.build_ended("2020-01-15 10:00:00")
        new = self.build_ended("2199-01-15 10:00:00")
        runs = self.env["bpm.instance"]
        self.assertEqual(runs._gc_protocols(), (0, False))
        self.assertTrue(old.journal_ids)
        months = "service_crm_bpm.protocol_months"
        self.env["ir.config_parameter"].set_param(months, "12")
        runs._gc_protocols()
        self.assertTrue(old.exists())
        self.assertFalse(old.journal_ids)
        self.assertFalse(old.token_ids)
        self.assertTrue(new.journal_ids)
        self.assertEqual(runs._gc_protocols()[1], False)


@tagged("post_install", "-at_install")
class TestEngineExport(ProcessCommon, HttpCase):
    def setUp(self):
        super().setUp()
        process = self.publish(self.build_process(stages={"call": "work"}))
        self.run_ = self.start(process, self.build_new())
        self.complete(self.run_, "call")
        self.env.flush_all()

    def test_the_administrator_takes_the_protocol_along(self):
        self.user_admin.password = "service_admin"
        self.authenticate("service_admin", "service_admin")
        action = self.run_.sudo(False).with_user(self.user_admin).action_export()
        [exported] = json.loads(self.url_open(action["url"]).text)
        self.assertEqual(exported["state"], "done")
        self.assertEqual(
            [(row["event"], row["stage"]) for row in exported["protocol"]][-2:],
            [("leave", "End"), ("end", None)],
        )

    def test_nobody_else_does(self):
        self.user_dispatcher.password = "service_dispatcher"
        self.authenticate("service_dispatcher", "service_dispatcher")
        with mute_logger("odoo.http"):
            answer = self.url_open(f"/bpm/export?ids={self.run_.id}")
        self.assertEqual(answer.status_code, 403)
