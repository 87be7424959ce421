from odoo.fields import Command

from .common import RobotCommon


class TestRobotBatch(RobotCommon):
    """What robots do for many documents costs as many queries as for a few."""

    def count_queries(self, robot, requests):
        """Queries of one run of a robot; its journal and what follows included."""
        self.env.flush_all()
        self.env.invalidate_all()
        requests = requests.with_context(tracking_disable=True)
        before = self.env.cr.sql_log_count
        requests.write({"stage_id": self.stages["dispatch"].id})
        self.env.flush_all()
        spent = self.env.cr.sql_log_count - before
        self.assertEqual(self.get_logs(robot).mapped("error"), [False] * self.expected)
        return spent

    def assert_flat(self, robot, **values):
        """Twenty documents more cost nothing more, or what Odoo does by chance."""
        sizes = 2, 10, 30
        self.expected = 0
        costs = []
        for size in sizes:
            self.expected += size
            requests = self.build_new(size, **values)
            costs.append(self.count_queries(robot, requests))
        self.assertLess(costs[2] - costs[1], 5, costs)

    def build_products(self, count=3):
        return self.env["product.product"].create(
            [{"name": f"Выезд {n}", "type": "service"} for n in range(count)]
        )

    def test_copies(self):
        tag = self.env["crm.tag"].create({"name": "Копия"})
        robot = self.build_robot(
            kind="copy",
            create_result_field_id=self.get_field("crm.lead", "service_parent_id").id,
            value_ids=self.build_lines(
                {
                    "name": "Копия: {{name}}",
                    "city": "Тула",
                    "tag_ids": {"value_ref": f"crm.tag,{tag.id}"},
                }
            ),
        )
        old = self.env["crm.tag"].create({"name": "Старое"})
        self.assert_flat(robot, tag_ids=[Command.link(old.id)])
        copies = self.env["crm.lead"].search([("name", "=like", "Копия: %")])
        self.assertEqual(len(copies), 42)
        self.assertEqual(set(copies.mapped("city")), {"Тула"})
        for log in self.get_logs(robot):
            copy = copies.browse(log.made_id)
            source = copy.browse(log.res_id)
            self.assertEqual(copy.name, f"Копия: {source.name}")
            self.assertEqual(copy.tag_ids, old | tag)
            self.assertEqual(source.service_parent_id, copy)
        self.assertFalse(
            copies.message_ids.tracking_value_ids.filtered(
                lambda value: value.field_id.name == "name"
            ),
            "a copy was never called otherwise",
        )

    def test_new_documents(self):
        robot = self.build_robot(
            kind="create",
            create_model_id=self.env["ir.model"]._get_id("res.partner"),
            value_ids=self.build_lines({"name": "{{name}}"}, "res.partner"),
        )
        self.assert_flat(robot)

    def test_moves(self):
        robot = self.build_robot(kind="move", move_phase="agreed")
        self.assert_flat(robot)
        self.assertEqual(
            set(self.get_logs(robot).mapped("result")), {self.stages["agreed"].name}
        )

    def test_lines(self):
        products = self.build_products()
        robot = self.build_robot(
            kind="lines", line_product_ids=products.ids, line_quantity=2
        )
        self.assert_flat(robot)
        requests = self.env["crm.lead"].browse(self.get_logs(robot).mapped("res_id"))
        for request in requests:
            lines = request.request_line_ids
            self.assertEqual(lines.product_id, products)
            self.assertEqual(lines.mapped("quantity"), [2.0] * 3)

    def test_links(self):
        robot = self.build_robot(
            kind="link",
            link_field_id=self.get_field("crm.lead", "tag_ids").id,
            link_domain="[('name', '=', '{{function}}')]",
        )
        self.env["crm.tag"].create({"name": "VIP"})
        self.assert_flat(robot, function="VIP")

    def test_webhooks(self):
        robot = self.build_robot(
            kind="webhook",
            webhook_url="https://example.com/crm",
            webhook_field_ids=self.get_field("crm.lead", "city").ids,
        )
        self.assert_flat(robot)

    def test_approvals(self):
        robot = self.build_robot(
            kind="approval",
            approval_role="manager",
            todo_user_type="user",
            todo_user_id=self.user_manager.id,
        )
        self.assert_flat(robot)
