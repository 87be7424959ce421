"""The main way in a company that has more of Odoo than our addons ask for."""

from datetime import datetime
from unittest.mock import patch

from common_beside import BesideCommon

from odoo import fields
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.service_crm.tests.common import requirement


@tagged("post_install", "-at_install")
class TestBeside(BesideCommon):
    """With stock, projects and timesheets installed, work orders still deliver."""

    def test_work_orders_deliver_goods_hours_and_milestones(self):
        hours = self.build_product(
            "Hours of a mechanic", 30.0, service_policy="delivered_timesheet"
        )
        stages = self.build_product(
            "Modernisation", 900.0, service_policy="delivered_milestones"
        )
        request = self.build_agreed_request(self.inspection, self.roller, hours, stages)
        lines = request.order_ids.order_line
        self.assertEqual(set(lines.mapped("qty_delivered_method")), {"work_order"})
        self.build_visit(request, "done", done=1)
        self.assertEqual(lines.mapped("qty_delivered"), [1, 1, 1, 1])
        self.assertEqual(lines.mapped("qty_to_invoice"), [1, 1, 1, 1])
        self.close_works(request)
        invoice = self.get_invoices(request)
        self.assertEqual(invoice.mapped("amount_untaxed"), [100 + 18 + 30 + 900])

    def test_what_leaves_the_warehouse_is_not_invoiced_by_itself(self):
        request = self.build_agreed_request(self.roller)
        order = request.order_ids
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(order.order_line.qty_delivered, 0)
        self.build_visit(request, "done", done=1)
        self.assertEqual(order.order_line.qty_delivered, 1)
        self.close_works(request)
        self.assertEqual(self.get_invoices(request).amount_untaxed, 18)

    def test_orders_of_other_teams_are_delivered_by_stock_and_timesheets(self):
        hours = self.build_product(
            "Hours of a mechanic", 30.0, service_policy="delivered_timesheet"
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": product.id})
                    for product in (self.roller, hours, self.inspection)
                ],
            }
        )
        order.action_confirm()
        self.assertEqual(
            order.order_line.mapped("qty_delivered_method"),
            ["stock_move", "timesheet", "manual"],
        )
        # The method follows the product, as without us.
        draft = order.copy()
        draft.order_line[0].product_id = hours
        self.assertEqual(draft.order_line[0].qty_delivered_method, "timesheet")

    def test_an_employee_is_a_performer(self):
        employee = self.env["hr.employee"].create({"name": "Сергей Петров"})
        employee.resource_id.write({"is_performer": True})
        visit = self.build_work_order(
            performer_id=employee.resource_id.id,
            date_start="2026-12-01 09:00:00",
            date_end="2026-12-01 10:00:00",
        )
        visit.with_user(self.user_dispatcher).action_assign()
        self.assertEqual(visit.state, "assigned")


@tagged("post_install", "-at_install")
class TestTimesheets(BesideCommon):
    """Hours booked on the task of an order count instead of the clock of the visit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hours = cls.build_product(
            "Ремонт привода",
            300.0,
            service_duration=3.0,
            service_tracking="task_global_project",
            project_id=cls.env["project.project"]
            .create({"name": "Сервис", "allow_billable": True})
            .id,
        )
        cls.inspection.service_duration = 1.0
        cls.performer.service_hour_cost = 10.0
        cls.employee = cls.env["hr.employee"].create(
            {"name": "Сергей Петров", "hourly_cost": 12.0}
        )
        cls.request = cls.build_agreed_request(cls.inspection, cls.hours)
        cls.order = cls.request.order_ids
        cls.visit = cls.build_visit(
            cls.request,
            actual_start=datetime(2026, 11, 2, 9),
            actual_end=datetime(2026, 11, 2, 17),
        )

    def book(self, hours, task=None, **values):
        """A line of the timesheet on the task of the order."""
        task = task or self.order.tasks_ids
        return self.env["account.analytic.line"].create(
            {
                "name": "Замена привода",
                "task_id": task.id,
                "project_id": task.project_id.id,
                "employee_id": self.employee.id,
                "unit_amount": hours,
                "date": "2026-11-02",
                **values,
            }
        )

    def get_rows(self, user=None):
        self.env["service.cost.report"].invalidate_model()
        report = self.env["service.cost.report"].with_user(user or self.user_manager)
        return report.search([("order_id", "=", self.order.id)], order="id")

    @requirement("R50")
    def test_booked_hours_count_instead_of_the_clock(self):
        # Two of each: 2 h + 6 h planned, 8 h by the clock shared out 1 : 3.
        self.assertEqual(sum(self.get_rows().mapped("actual_hours")), 8)
        sheets = self.book(4) | self.book(5.5)
        repair = self.order.order_line[1]
        self.assertEqual(sheets.so_line, repair, "by Odoo, from the task")
        rows = self.get_rows()
        mine = rows.filtered(lambda row: row.product_id == self.hours)
        self.assertEqual(len(mine), 3, "the visit and each line of the timesheet")
        self.assertEqual(sum(mine.mapped("planned_hours")), 6)
        self.assertEqual(sum(mine.mapped("actual_hours")), 9.5)
        self.assertEqual(sum(mine.mapped("deviation_hours")), 3.5)
        self.assertEqual(sum(mine.mapped("planned_cost")), 60)
        self.assertEqual(sum(mine.mapped("cost")), 9.5 * 12)
        self.assertEqual(sum(mine.mapped("revenue")), 600)
        self.assertEqual(sum(mine.mapped("margin")), 600 - 9.5 * 12)
        # What nobody booked hours on keeps its share of the clock.
        other = rows - mine
        self.assertEqual((other.actual_hours, other.cost), (2, 20))

    @requirement("R50")
    def test_a_booked_hour_tells_who_when_and_for_whom(self):
        sheet = self.book(4)
        row = self.get_rows().filtered(lambda row: not row.work_order_id)
        self.assertEqual(row.performer_id, self.employee.resource_id)
        self.assertEqual(row.request_id, self.request)
        self.assertEqual(row.partner_id, self.customer)
        self.assertEqual(row.team_id, self.team)
        self.assertEqual(row.action_open_source()["res_id"], self.order.id)
        for timezone in ("Europe/Moscow", "America/New_York", "Asia/Vladivostok"):
            local = row.with_context(tz=timezone)
            day = fields.Datetime.context_timestamp(local, row.date).date()
            self.assertEqual(day, sheet.date, timezone)

    def test_hours_are_over_plan_only_when_the_work_is_finished(self):
        self.visit.state = "in_progress"
        self.book(4)
        self.assertEqual(set(self.get_rows().mapped("deviation_hours")), {0})
        self.visit.state = "done"
        self.assertEqual(sum(self.get_rows().mapped("deviation_hours")), -2)

    def test_corrected_and_foreign_hours(self):
        sheet = self.book(4)
        sheet.unit_amount = 6
        self.assertEqual(sum(self.get_rows().mapped("actual_hours")), 8)
        # Not sold, or on the order of another team: no hours of ours.
        self.book(3).write({"so_line": False, "is_so_line_edited": True})
        plain = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.hours.id})],
            }
        )
        plain.action_confirm()
        self.book(7, plain.tasks_ids)
        self.assertEqual(sum(self.get_rows().mapped("actual_hours")), 8)
        self.assertFalse(
            self.env["service.cost.report"].search([("order_id", "=", plain.id)])
        )
        sheet.unlink()
        self.assertEqual(sum(self.get_rows().mapped("actual_hours")), 8)
        self.assertEqual(len(self.get_rows()), 2, "by the clock again")

    def test_sums_by_order_as_the_pivot_asks(self):
        self.book(4)
        [(order, hours, cost)] = (
            self.env["service.cost.report"]
            .with_user(self.user_manager)
            ._read_group(
                [("order_id", "=", self.order.id)],
                ["order_id"],
                ["actual_hours:sum", "cost:sum"],
            )
        )
        self.assertEqual((order, hours, cost), (self.order, 6, 48 + 20))


@tagged("post_install", "-at_install")
class TestWarehouses(BesideCommon):
    """Stock per warehouse: seen with the price, reserved with the agreement."""

    @requirement("R243")
    def test_stock_per_warehouse_and_shortage_on_the_request(self):
        request = self.build_priced_request(quantity=3)
        line = request.request_line_ids
        self.assertTrue(request.shows_stock)
        self.assertEqual(line.stock_note, "Москва: 5 · Minsk: 0")
        self.assertFalse(line.is_stock_short)
        # The work is done in Minsk: its warehouse delivers and has none.
        request.site_id = self.site_minsk
        self.assertEqual(line.stock_note, "3 short · Minsk: 0 · Москва: 5")
        self.assertTrue(line.is_stock_short)
        with Form(request, view="service_crm.request_view_form") as form:
            with form.request_line_ids.edit(0) as edited:
                edited.quantity = 7
                self.assertIn("7 short · Minsk: 0", edited.stock_note)

    @requirement("R243")
    def test_the_warehouse_is_chosen_in_the_order(self):
        request = self.build_priced_request(quantity=3, site_id=self.site_minsk.id)
        request.action_make_quotation()
        order = request.service_quotation_id.with_user(self.user_dispatcher)
        self.assertTrue(order.shows_stock)
        self.assertEqual(order.warehouse_id, self.minsk)
        self.assertTrue(order.order_line.is_stock_short)
        with Form(order) as form:
            form.warehouse_id = self.moscow
        self.assertEqual(order.order_line.stock_note, "Москва: 5 · Minsk: 0")
        self.assertFalse(order.order_line.is_stock_short)
        # The request tells the same: the order's choice counts.
        request.request_line_ids.invalidate_recordset()
        self.assertFalse(request.request_line_ids.is_stock_short)

    @requirement("R244")
    def test_goods_are_reserved_in_the_country_of_the_warehouse(self):
        self.put_in_stock(self.roller, self.minsk, 2)
        abroad = self.build_priced_request(quantity=2, site_id=self.site_minsk.id)
        at_home = self.build_priced_request(quantity=3)
        for request, warehouse, quantity in (
            (abroad, self.minsk, 2),
            (at_home, self.moscow, 3),
        ):
            with self.subTest(warehouse=warehouse.name):
                request.action_make_quotation()
                order = request.service_quotation_id.with_user(self.user_dispatcher)
                order.action_confirm()
                move = order.sudo().picking_ids.move_ids
                self.assertEqual(move.state, "assigned")
                self.assertEqual(move.quantity, quantity)
                self.assertEqual(move.location_id, warehouse.lot_stock_id)
                self.assertEqual(
                    order.sudo().picking_ids.picking_type_id.warehouse_id, warehouse
                )
                # What is reserved is no shortage, and free for nobody else.
                line = request.request_line_ids
                line.invalidate_recordset()
                self.assertFalse(line.is_stock_short)
        self.assertEqual(
            self.roller._get_free_stock(self.env.company)[self.roller],
            {self.moscow: 2, self.minsk: 0},
        )

    def test_two_lines_want_the_same_goods(self):
        request = self.build_priced_request(quantity=3)
        second = self.build_line(request, self.roller, quantity=3)
        lines = request.request_line_ids
        self.assertEqual(lines.mapped("is_stock_short"), [False, True])
        self.assertIn("1 short · Москва: 5", second.stock_note)

    def test_services_and_another_company_have_no_stock(self):
        other = self.env["res.company"].create({"name": "Другая фирма"})
        request = self.build_priced_request(quantity=1)
        work = self.build_line(request, self.inspection)
        free = self.build_line(request, name="Смазать петли")
        self.assertFalse(work.stock_note)
        self.assertFalse(free.stock_note)
        stock = self.roller._get_free_stock(other)[self.roller]
        self.assertNotIn(self.moscow, stock)
        self.assertEqual(set(stock.values()), {0})

    def test_queries_do_not_grow_with_the_lines(self):
        counts = []
        for number in (1, 1, 10):  # the first one fills the caches
            request = self.build_priced_request()
            for index in range(number):
                goods = self.build_product(
                    f"Part {number}.{index}", 1.0, type="consu", is_storable=True
                )
                self.build_line(request, goods)
            self.env.flush_all()
            self.env.invalidate_all()
            request.request_line_ids.mapped("price_unit")
            start = self.env.cr.sql_log_count
            request.request_line_ids.mapped("stock_note")
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])

    def test_the_warehouses_of_many_quotations_are_looked_up_at_once(self):
        warehouse = type(self.env["stock.warehouse"])
        counts = []
        for number in (1, 6):
            requests = self.env["crm.lead"]
            for _time in range(number):
                requests |= self.build_priced_request()
            requests[-1].site_id = self.site_minsk
            with patch.object(
                warehouse, "search", autospec=True, side_effect=warehouse.search
            ) as search:
                requests._make_quotations()
            counts.append(search.call_count)
            for request in requests:
                place = self.minsk if request == requests[-1] else self.moscow
                order = request.service_quotation_id
                self.assertEqual(order.warehouse_id, place)
        self.assertEqual(counts[0], counts[1])

    def test_everybody_who_prices_sees_the_stock(self):
        request = self.build_priced_request(quantity=9)
        for role in ("operator", "manager", "dispatcher"):
            with self.subTest(role=role):
                line = request.with_user(self.users[role]).request_line_ids
                line.invalidate_recordset()
                self.assertIn("4 short · Москва: 5", line.stock_note)

    def test_everybody_who_prices_picks_with_the_stock_in_sight(self):
        request = self.build_priced_request()
        view = self.env.ref("service_crm.product_view_kanban_catalog_request")
        for role in ("operator", "manager", "dispatcher"):
            lead = request.with_user(self.users[role])
            context = lead.action_open_catalogue()["context"]
            catalogue = self.env["product.product"].with_user(self.users[role])
            catalogue = catalogue.with_context(**context)
            shown = catalogue.get_views([(view.id, "kanban")])["models"]
            names = dict.fromkeys(shown["product.product"]["fields"], {})
            domain = [("id", "in", (self.roller | self.inspection).ids)]
            for place, note in (
                (self.customer, "Москва: 5 · Minsk: 0"),
                (self.site_minsk, "Minsk: 0 · Москва: 5"),
            ):
                request.site_id = place
                self.env.invalidate_all()
                with self.subTest(role=role, place=place.name):
                    rows = catalogue.web_search_read(domain, names)["records"]
                    notes = {row["id"]: row["service_stock_note"] for row in rows}
                    self.assertEqual(notes[self.roller.id], note)
                    self.assertFalse(notes[self.inspection.id])
