import logging
from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import TransactionCase
from odoo.tools.convert import convert_file

from odoo.addons.service_crm.tests.common_upgrade import UpgradeMixin
from odoo.addons.service_crm.tools.outbound import AddressRefused

from .test_timer import MONDAY, TimerCommon


class TestUpgradeTokens(UpgradeMixin, TimerCommon):
    """Runs that were under way before stages noted that they wait for something."""

    def start_old(self, process):
        with freeze_time(MONDAY):
            runs = self.start(process, self.build_new(2))
        tokens = self.get_open(runs)
        self.assertTrue(all(tokens.mapped("is_awaited")))
        self.query("UPDATE bpm_token SET is_awaited = NULL")
        return runs

    def test_a_pause_ends_in_its_time(self):
        runs = self.start_old(self.build_pause(pause_amount=2, pause_unit="hours"))
        self.migrate("service_crm_bpm", "post-tokens")
        with freeze_time(MONDAY + timedelta(hours=1)):
            self.run_cron()
            self.assertEqual(self.get_places(runs), ["rest", "rest"])
        with freeze_time(MONDAY + timedelta(hours=2)):
            self.run_cron()
        self.assertEqual(self.get_places(runs), ["call", "call"])
        self.assertFalse(self.get_timers(runs))

    def test_what_is_left_is_not_waited_for_any_more(self):
        stages = {
            "call": {
                "kind": "work",
                "timeout_amount": 1,
                "timeout_unit": "days",
            },
            "sorry": "work",
        }
        ways = [
            ("start", "call"),
            ("call", "end", "Done"),
            ("call", "sorry", {"outcome": "timeout"}),
            ("sorry", "end"),
        ]
        process = self.publish(self.build_process(stages=stages, ways=ways))
        early, late = self.start_old(process)
        self.assertEqual(len(self.get_timers(early | late)), 2)
        self.migrate("service_crm_bpm", "post-tokens")
        self.complete(early, "call", "Done")
        self.assertFalse(self.get_timers(early))
        with freeze_time(MONDAY + timedelta(days=1)):
            self.run_cron()
        self.assertEqual((early.state, late.state), ("done", "running"))
        self.assertEqual(self.get_path(early), ["start", "call", "end"])
        self.assertEqual(self.get_places(late), ["sorry"])

    def test_an_event_is_heard(self):
        stages = {
            "hear": {"kind": "event", "event_kind": "signal", "event_signal": "go"}
        }
        process = self.publish(self.build_process(stages=stages))
        runs = self.start_old(process)
        self.migrate("service_crm_bpm", "post-tokens")
        self.env["bpm.wait"]._signal("go", self.env["res.company"], "Test")
        self.assertEqual(runs.mapped("state"), ["done", "done"])
        waits = self.env["bpm.wait"].search([("token_id", "in", runs.token_ids.ids)])
        self.assertFalse(waits)


class TestUpgradeRules(UpgradeMixin, TimerCommon):
    """Rules of approvals that were the processes' once."""

    def add_rule(self, name, domain):
        return self.add_shipped(
            f"service_crm_bpm.{name}",
            "ir.rule",
            name="Approvals",
            model_id=self.env["ir.model"]._get_id("service.approval"),
            domain_force=domain,
            groups=[self.env.ref("base.group_user").id],
        )

    def test_they_go_and_show_nothing_more(self):
        asked = self.add_rule("rule_approval_asked", "[('user_id', '=', user.id)]")
        roles = self.add_rule(
            "rule_approval_roles",
            """['|', ('token_id', '=', False),
                     ('token_id.instance_id.is_visible', '=', True)]""",
        )
        self.migrate("service_crm_bpm", "post-rules")
        self.assertFalse((asked | roles).exists())

    def test_what_an_administrator_changed_stays(self):
        rule = self.add_rule("rule_approval_asked", "[('create_uid', '=', user.id)]")
        with self.assertLogs(
            "odoo.addons.service_crm.tools.upgrade", logging.INFO
        ) as log:
            self.migrate("service_crm_bpm", "post-rules")
        self.assertTrue(rule.exists())
        self.assertIn("rule_approval_asked was changed", log.output[0])


class TestUpgradeProcesses(UpgradeMixin, TimerCommon):
    """Shipped processes whose definition changed since they were installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.former = cls.env.ref("service_crm_bpm.process_online_shop")
        cls.env.flush_all()
        for table in ("process", "stage", "transition", "variable", "lane"):
            cls.env.cr.execute(
                f"UPDATE bpm_{table} SET create_date = %s, write_date = %s",
                ["2026-01-01", "2026-01-01"],
            )
        # it was shipped without this stage and its robot
        cls.env["ir.model.data"].search(
            [
                ("module", "=", "service_crm_bpm"),
                (
                    "name",
                    "in",
                    ["process_online_shop_robot_reserve", "process_online_shop_stock"],
                ),
            ]
        ).unlink()
        cls.env.invalidate_all()

    def load(self, name):
        """Load shipped records as an upgrade does."""
        convert_file(self.env, "service_crm_bpm", f"data/{name}.xml", {}, mode="update")

    def upgrade(self):
        self.migrate("service_crm_bpm", "pre-processes")
        self.load("process_online_shop")
        self.migrate("service_crm_bpm", "post-processes")
        return self.env.ref("service_crm_bpm.process_online_shop")

    def start_order(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        return self.start(self.former, order)

    def test_the_next_version_is_published_and_runs_keep_theirs(self):
        self.former.owner_id = self.user_manager
        run = self.start_order()
        place = self.get_places(run)
        process = self.upgrade()
        self.assertNotEqual(process, self.former)
        self.assertEqual(process.family_id, self.former)
        self.assertEqual(process.version, 2)
        self.assertEqual((process.state, self.former.state), ("published", "retired"))
        self.assertEqual(process.owner_id, self.user_manager)
        self.assertEqual((run.process_id, self.get_places(run)), (self.former, place))
        robot = self.env.ref("service_crm_bpm.process_online_shop_robot_reserve")
        self.assertEqual(robot.process_id, process)
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        started = self.start(process, order)
        self.assertEqual(started.state, "running")
        process._check_publishable()
        # once more there is nothing to do
        self.assertEqual(self.upgrade(), process)
        self.assertEqual(len(process.family_id.version_ids), 2)

    def test_what_the_company_changed_stays(self):
        self.change(self.get_stage(self.former, "clarify"), planned_hours=17)
        with self.assertLogs("post-processes", logging.INFO) as log:
            process = self.upgrade()
        self.assertIn("was changed here", log.output[0])
        self.assertEqual((process.state, self.former.state), ("draft", "published"))
        self.assertEqual(process.family_id, self.former)
        action = self.former.action_new_version()
        self.assertEqual(action["res_id"], process.id)

    def test_a_version_of_the_company_stays(self):
        action = self.former.action_new_version()
        own = self.former.browse(action["res_id"])
        with self.assertLogs("post-processes", logging.INFO):
            process = self.upgrade()
        states = (self.former | own | process).mapped("state")
        self.assertEqual(states, ["published", "draft", "retired"])
        self.assertEqual((own.version, process.version), (2, 3))

    def test_another_identity_stays(self):
        self.change(self.former, user_id=self.user_manager.id)
        with self.assertLogs("post-processes", logging.INFO):
            process = self.upgrade()
        self.assertEqual((process.state, self.former.state), ("draft", "published"))

    def test_new_processes_are_published(self):
        hiring = self.env.ref("service_crm_bpm.process_hiring")
        self.query(
            "DELETE FROM ir_model_data WHERE module = 'service_crm_bpm'"
            " AND starts_with(name, 'process_hiring')"
        )
        self.load("process_hiring")
        new = self.env.ref("service_crm_bpm.process_hiring")
        self.assertEqual(new.state, "draft")
        self.migrate("service_crm_bpm", "post-processes")
        self.assertEqual((new.state, hiring.state), ("published", "published"))
        new.action_retire()
        self.migrate("service_crm_bpm", "post-processes")
        self.assertEqual(new.state, "retired")

    def test_settings_have_the_shipped_values(self):
        self.query("ALTER TABLE bpm_variable DROP COLUMN by_people")
        self.query("ALTER TABLE bpm_stage DROP COLUMN tells_all")
        self.migrate("service_crm_bpm", "pre-processes")
        cause = self.env.ref("service_crm_bpm.process_complaint_variable_cause")
        self.assertTrue(cause.by_people)
        stage = self.env.ref("service_crm_bpm.process_receive_payment_invoice")
        self.assertTrue(stage.tells_all)
        others = self.env["bpm.stage"].search([("tells_all", "=", True)])
        self.assertEqual(others, stage)


class TestUpgradeAddresses(UpgradeMixin, TransactionCase):
    def test_what_was_allowed_stays_allowed(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("service_crm.own_network_hosts", False)
        parameters.set_param("service_crm_bpm.webhook_hosts", "10.0.0.5")
        self.migrate("service_crm_bpm", "post-addresses")
        allowed = self.env["service.own.network"]._get_allowed()
        allowed.check("erp", "10.0.0.5")
        with self.assertRaises(AddressRefused):
            allowed.check("erp", "10.0.0.6")
