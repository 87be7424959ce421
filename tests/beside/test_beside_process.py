"""Processes in a company that has projects, and keeps its stock in Odoo."""

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.service_crm.tests.common import requirement
from odoo.addons.service_crm_bpm.tests.common_process import ProcessCommon
from odoo.addons.service_crm_bpm.tests.common_story import StoryCommon


@tagged("post_install", "-at_install")
class TestBesideProcess(ProcessCommon):
    @requirement("R215")
    def test_the_paid_advance_makes_a_project_after_the_template(self):
        template = self.env["project.project"].create(
            {"name": "Внедрение", "is_template": True}
        )
        self.env["project.task"].create(
            [
                {"name": name, "project_id": template.id}
                for name in ("Обследование", "Обучение")
            ]
        )
        process = self.build_process(
            model="sale.order",
            stages={
                "advance": {"kind": "event", "event_kind": "payment"},
                "realise": "automatic",
                "end": "end",
            },
        )
        name = self.get_field("project.project", "name")
        self.build_robot(
            trigger="process",
            process_stage_id=self.get_stage(process, "realise").id,
            kind="create",
            create_model_id=self.env["ir.model"]._get_id("project.project"),
            create_template_ref=f"project.project,{template.id}",
            create_once=True,
            value_ids=[
                (0, 0, {"field_id": name.id, "value": "Внедрение для {{partner_id}}"})
            ],
        )
        # who makes projects: the process runs with the rights of this user
        self.user_admin.group_ids += self.env.ref("project.group_project_manager")
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "user_id": self.user_admin.id}
        )
        run = self.start(self.publish(process), order, self.user_manager)
        project = self.env["project.project"].search(
            [("name", "ilike", "Внедрение для")]
        )
        self.assertFalse(project)
        self.complete(run, "advance")
        self.assertEqual(run.state, "done", run.token_ids.mapped("error"))
        project = self.env["project.project"].search(
            [("name", "ilike", "Внедрение для")]
        )
        self.assertEqual(len(project), 1)
        self.assertFalse(project.is_template)
        self.assertEqual(
            sorted(project.task_ids.mapped("name")), ["Обследование", "Обучение"]
        )


@tagged("post_install", "-at_install")
class TestBesideStock(StoryCommon):
    """The order of an online shop, with goods in the warehouse."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the process runs with the rights of this user
        cls.env.ref("base.user_admin").group_ids += cls.env.ref(
            "stock.group_stock_user"
        )
        cls.lock = cls.build_product("Замок", 30.0, type="consu", is_storable=True)
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.shelf = warehouse.lot_stock_id

    def stock(self, quantity):
        self.env["stock.quant"]._update_available_quantity(
            self.lock, self.shelf, quantity
        )

    def build_paid(self):
        """A confirmed and paid order of three, and its run."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "user_id": self.user_manager.id,
                "order_line": [
                    Command.create({"product_id": self.lock.id, "product_uom_qty": 3})
                ],
            }
        )
        self.lock.invoice_policy = "order"
        run = self.begin("online_shop", order, role="manager")
        self.do(run, "clarify", "Clear")
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.pay(invoice)
        self.settle()
        return order, run

    @requirement("R122")
    def test_goods_are_reserved_and_the_transfer_is_linked(self):
        self.stock(5)
        order, run = self.build_paid()
        self.assertAt(run, "logistics")
        [transfer] = order.picking_ids
        self.assertEqual(transfer.state, "assigned")
        self.assertEqual(transfer.move_ids.quantity, 3)
        self.assertEqual(run.link_ids.document, transfer)
        self.assertEqual(run.waybill_count, 1)

    @requirement("R122")
    def test_missing_goods_are_agreed_anew(self):
        self.stock(1)
        order, run = self.build_paid()
        self.assertAt(run, "clarify")
        texts = " ".join(filter(None, run.journal_ids.mapped("text")))
        self.assertIn("Замок: 1 of 3 Units", texts)
        self.stock(5)
        self.do(run, "clarify", "Clear")
        self.env["bpm.wait"]._happened("payment", order.invoice_ids.sudo())
        self.assertAt(run, "logistics")
        self.assertEqual(order.picking_ids.state, "assigned")
