"""Parts at hand, beside stock: who is suggested, what is planned and what is not."""

from datetime import timedelta

from common_beside import BesideCommon
from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.service_crm.tests.common_board import MONDAY, NOW, at


@tagged("post_install", "-at_install")
class TestParts(BesideCommon):
    """A job whose part is missing waits; with the part there it is offered again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOW)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.performer.calendar_id = False
        cls.performer.tz = "UTC"
        cls.motor = cls.build_product("Привод", 90.0, type="consu", is_storable=True)
        cls.env["service.work.order"].search([]).active = False

    def build_job(self, *wanted, **values):
        """A job nobody goes to yet that takes ``(product, quantity)``."""
        return self.build_work_order(
            partner_id=self.customer.id,
            team_id=values.pop("team_id", self.team.id),
            planned_hours=1,
            line_ids=[
                Command.create({"product_id": product.id, "quantity_planned": quantity})
                for product, quantity in wanted or [(self.motor, 2)]
            ],
            **values,
        )

    def order_parts(self, product, quantity, when):
        """What a supplier is to bring."""
        kind = self.moscow.in_type_id
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.moscow.lot_stock_id.id,
                "picking_type_id": kind.id,
                "company_id": self.env.company.id,
                "date": when,
            }
        )
        move._action_confirm(merge=False)
        move.date = when
        return move

    def suggest(self, job):
        return job.with_user(self.user_dispatcher).action_suggestions()

    def plan(self, days=1, **values):
        """Plan these days as the scheduler does."""
        plan = (
            self.env["service.plan"]
            .with_user(self.user_dispatcher)
            .create(
                {
                    "date_start": MONDAY.date(),
                    "date_end": MONDAY.date() + timedelta(days=days - 1),
                    "team_id": self.team.id,
                    "performer_ids": [Command.set(self.performer.ids)],
                    "seconds": 1,
                    **values,
                }
            )
        )
        plan.action_run()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("service_crm.ir_cron_service_plan").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(plan.state, "proposed", plan.note)
        return {line.order_id: line for line in plan.line_ids}

    def test_nobody_is_suggested_while_a_part_is_missing(self):
        job = self.build_job((self.motor, 2), (self.roller, 3))
        found = self.suggest(job)
        self.assertFalse(found["slots"])
        reasons = {row["performer"]: row["reasons"] for row in found["excluded"]}
        self.assertEqual(reasons[self.performer.id], ["not in stock: Привод (2 short)"])
        self.put_in_stock(self.motor, self.moscow, 1)
        [text] = self.suggest(job)["excluded"][0]["reasons"]
        self.assertIn("Привод (1 short)", text)
        self.put_in_stock(self.motor, self.minsk, 1)
        found = self.suggest(job)
        self.assertIn(self.performer.id, {slot["performer"] for slot in found["slots"]})
        self.assertFalse(
            [row for row in found["excluded"] if "stock" in str(row["reasons"])]
        )

    def test_what_is_ordered_may_be_waited_for(self):
        job = self.build_job()
        self.order_parts(self.motor, 1, at(9, 1))
        self.assertFalse(self.suggest(job)["slots"], "one of two")
        self.order_parts(self.motor, 1, at(11, 2))
        slots = self.suggest(job)["slots"]
        self.assertTrue(slots)
        for slot in slots:
            self.assertGreaterEqual(
                fields.Datetime.to_datetime(slot["start"]), at(11, 2)
            )

    def test_what_is_reserved_for_the_order_is_there(self):
        self.put_in_stock(self.motor, self.moscow, 2)
        request = self.build_agreed_request(self.motor)
        order = request.order_ids
        self.assertEqual(order.picking_ids.move_ids.state, "assigned")
        mine = self.build_visit(request, "draft", done=0, performer_id=False)
        other = self.build_job()
        missing = (other | mine)._find_missing_parts()
        self.assertEqual(missing, {other: (("Привод (2 short)",), None)})
        self.assertTrue(self.suggest(mine)["slots"])
        # A second visit of the same order: the two pieces go with one of them.
        again = self.build_visit(request, "draft", done=0, performer_id=False)
        self.assertEqual(list((mine | again)._find_missing_parts()), [again])

    def test_units_of_the_order_count(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.put_in_stock(self.motor, self.moscow, 20)
        request = self.build_agreed_request(self.roller)
        line = request.order_ids.order_line
        line.order_id.action_cancel()
        line.order_id.action_draft()
        line.write({"product_id": self.motor.id, "product_uom_id": dozen.id})
        visit = self.build_visit(request, "draft", done=0, performer_id=False)
        [(names, _when)] = visit._find_missing_parts().values()
        self.assertEqual(names, ("Привод (4 short)",), "two dozen, twenty there")

    def test_the_first_jobs_get_what_is_there(self):
        self.put_in_stock(self.motor, self.moscow, 3)
        jobs = self.build_job() | self.build_job() | self.build_job((self.motor, 1))
        self.assertEqual(
            jobs._find_missing_parts(), {jobs[1]: (("Привод (1 short)",), None)}
        )

    def test_the_planner_leaves_out_what_has_no_parts(self):
        urgent = self.build_job(priority="1")
        later = self.build_job()
        self.put_in_stock(self.motor, self.moscow, 2)
        lines = self.plan()
        self.assertEqual(lines[urgent].kind, "new")
        self.assertEqual(lines[later].kind, "left")
        self.assertEqual(lines[later].why, "Not in stock: Привод (2 short).")
        move = self.order_parts(self.motor, 2, at(13))
        lines = self.plan()
        self.assertGreaterEqual(lines[later].to_start, at(13), "when they come")
        move.date = at(13, 3)
        lines = self.plan()
        self.assertEqual(lines[later].kind, "left")
        self.assertIn("The parts come later", lines[later].why)
        self.assertEqual(self.plan(days=5)[later].to_start.date(), at(0, 3).date())

    def test_a_second_company_has_its_own_stock(self):
        other = self.env["res.company"].create({"name": "Вторая"})
        mine = self.build_job()
        foreign = self.build_job(company_id=other.id, team_id=False)
        self.put_in_stock(self.motor, self.moscow, 2)
        self.assertEqual(
            (mine | foreign).sudo()._find_missing_parts(),
            {foreign: (("Привод (2 short)",), None)},
        )

    def test_queries_do_not_grow_with_the_jobs(self):
        self.put_in_stock(self.motor, self.moscow, 5)
        self.order_parts(self.motor, 4, at(13))
        counts = []
        for number in (2, 2, 12):  # the first one fills the caches
            jobs = self.env["service.work.order"]
            for index in range(number):
                goods = self.build_product(
                    f"Part {number}.{index}", 1.0, type="consu", is_storable=True
                )
                jobs |= self.build_job((goods, 1), (self.motor, 1))
                request = self.build_agreed_request(goods)
                jobs |= self.build_visit(request, "draft", done=0, performer_id=False)
            self.env.flush_all()
            self.env.invalidate_all()
            jobs = jobs.sudo()
            start = self.env.cr.sql_log_count
            self.assertEqual(len(jobs._find_missing_parts()), 2 * number)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])
        self.assertLess(counts[1], 25)
