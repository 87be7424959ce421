"""Planned against actual time."""

from freezegun import freeze_time

from odoo.addons.service_crm.tests.common import requirement

from .test_card import CardCommon


class TestTimeReport(CardCommon):
    @requirement("R216")
    def test_planned_and_actual_per_stage_and_in_total(self):
        """Tasks closed with start and end: deviation of each, and the way to it."""
        with freeze_time("2026-11-23 09:00:00"):  # a Monday
            run = self.build_run()
            token = self.get_open(run).with_user(self.user_operator)
            token.action_begin()
            token.action_check(token.stage_id.sudo().check_ids[:1].id)
        with freeze_time("2026-11-23 11:30:00"):
            token.action_complete(self.get_way(run, "call", "Нужен выезд").id)
            offer = self.get_open(run).with_user(self.user_manager)
            offer.action_begin()
        with freeze_time("2026-11-23 12:00:00"):
            offer.action_complete()
        self.assertEqual(run.state, "done")
        rows = self.env["bpm.time.report"].with_user(self.user_operator)
        rows = rows.search([("instance_id", "=", run.id)], order="id")
        self.assertEqual(rows.mapped("stage_id.name"), ["Позвонить", "Предложить"])
        self.assertEqual(rows.mapped("user_id"), self.user_operator | self.user_manager)
        call, offer_row = rows
        self.assertEqual(call.planned_hours, 2)
        self.assertAlmostEqual(call.actual_hours, token.hours)
        self.assertAlmostEqual(call.deviation_hours, call.actual_hours - 2)
        self.assertGreater(call.actual_hours, 0)
        ((planned, actual, over),) = rows._read_group(
            [("instance_id", "=", run.id)],
            [],
            ["planned_hours:sum", "actual_hours:sum", "deviation_hours:sum"],
        )
        self.assertEqual(planned, 3)
        self.assertAlmostEqual(actual, call.actual_hours + offer_row.actual_hours)
        self.assertAlmostEqual(over, actual - planned)
        action = call.action_open_card()
        self.assertEqual((action["res_model"], action["res_id"]), (run._name, run.id))
