from odoo.tests import tagged

from .common import RobotCommon


@tagged("post_install", "-at_install")
class TestRobotHook(RobotCommon):
    """Models that know nothing of phases are watched only while a robot waits."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.robots._unregister_hook)  # no rollback does it

    def _is_wrapped(self, model):
        return getattr(self.registry[model].write, "of_robots", False)

    def _build_watching(self, model, field, field_values, **values):
        return self.build_field_robot(
            field_values,
            model=model,
            trigger="field",
            model_id=self.env["ir.model"]._get_id(model),
            field_id=self.get_field(model, field).id,
            user_id=self.env.uid,
            **values,
        )

    def _get_rows(self, record):
        return self.env["service.phase.log"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )

    def test_boolean_of_a_contact(self):
        self.assertFalse(self._is_wrapped("res.partner"))
        yes = self._build_watching(
            "res.partner", "is_company", {"city": "Компания"}, value_boolean="yes"
        )
        self._build_watching(
            "res.partner", "is_company", {"city": "Человек"}, value_boolean="no"
        )
        self.assertTrue(self._is_wrapped("res.partner"))
        self.assertTrue(self.registry.registry_invalidated, "other processes are told")
        partner = self.build_partner(name="Иван")
        self.assertFalse(partner.city)
        partner.is_company = True
        self.assertEqual(partner.city, "Компания")
        partner.is_company = False
        self.assertEqual(partner.city, "Человек")
        created = self.build_partner(name="ООО", is_company=True)
        self.assertEqual(created.city, "Компания")
        imported = self.env["res.partner"].load(
            ["name", "is_company"], [["ЗАО «Ромашка»", "True"], ["Пётр", "False"]]
        )
        contacts = self.env["res.partner"].browse(imported["ids"])
        self.assertEqual(contacts.mapped("city"), ["Компания", False])
        self.assertEqual(set(self.get_logs(yes).mapped("state")), {"done"})

    def test_linked_record_of_a_contact(self):
        self._build_watching(
            "res.partner",
            "user_id",
            {"comment": "Теперь у {{user_id}}"},
            value_ref=f"res.users,{self.user_manager.id}",
        )
        partners = self.build_partner() + self.build_partner()
        partners.user_id = self.user_operator
        partners.user_id = self.user_manager
        for partner in partners:
            self.assertIn("Теперь у Service Manager", partner.comment)

    def test_state_of_an_order(self):
        self._build_watching(
            "sale.order",
            "state",
            {"client_order_ref": "Подтверждён"},
            value_selection_id=self.get_choice("sale.order", "state", "cancel").id,
        )
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        order._action_cancel()
        self.assertEqual(order.client_order_ref, "Подтверждён")

    def test_a_recomputed_value(self):
        company = self.build_partner(name="Холдинг", is_company=True)
        self._build_watching(
            "res.partner",
            "commercial_partner_id",
            {"function": "Сотрудник"},
            value_ref=f"res.partner,{company.id}",
        )
        person = self.build_partner(name="Ольга")
        self.env.cr.flush()
        person.parent_id = company
        self.env.cr.flush()
        self.assertEqual(person.function, "Сотрудник")
        rows = self._get_rows(person).filtered(lambda row: row.value == str(company.id))
        self.assertEqual(len(rows), 1)

    def test_the_wrapper_goes_with_the_last_robot(self):
        robot = self._build_watching(
            "res.partner", "is_company", {"city": "X"}, value_boolean="yes"
        )
        second = robot.copy({"user_id": self.env.uid})
        self.assertTrue(self._is_wrapped("res.partner"))
        robot.active = False
        self.assertTrue(self._is_wrapped("res.partner"))
        second.unlink()
        self.assertFalse(self._is_wrapped("res.partner"))
        for name in ("create", "write", "_write_multi"):
            self.assertNotIn(name, vars(self.registry["res.partner"]))
        partner = self.build_partner(is_company=True)
        self.assertFalse(self._get_rows(partner))
        robot.active = True
        self.assertTrue(self._is_wrapped("res.partner"))
        self.robots._unregister_hook()
        self.assertFalse(self._is_wrapped("res.partner"))
        self.robots._register_hook()
        self.assertTrue(self._is_wrapped("res.partner"))

    def test_wrappers_of_others_stay(self):
        """Odoo's automation rules wrap the same methods."""
        partner_class = self.registry["res.partner"]
        origin = partner_class.write
        calls = []

        def below(records, vals):
            calls.append("below")
            return origin(records, vals)

        partner_class.write = below
        self.addCleanup(
            lambda: "write" in vars(partner_class) and delattr(partner_class, "write")
        )
        robot = self._build_watching(
            "res.partner", "is_company", {"city": "X"}, value_boolean="yes"
        )
        partner = self.build_partner()
        partner.is_company = True
        self.assertIn("below", calls)
        self.assertEqual(partner.city, "X")
        robot.active = False
        self.assertIs(partner_class.write, below)

        robot.active = True
        ours = partner_class.write

        def above(records, vals):
            calls.append("above")
            return ours(records, vals)

        above.origin = ours
        partner_class.write = above
        robot.active = False
        self.assertIs(partner_class.write, above)
        partner.is_company = False  # ours lets pass
        self.assertIn("above", calls)
        self.assertFalse(self._get_rows(partner).filtered("previous_value"))

    def test_automation_rules_that_rewrap_do_not_lose_the_robots(self):
        if "base.automation" in self.env:
            self._build_watching(
                "res.partner", "is_company", {"city": "X"}, value_boolean="yes"
            )
            self.env["base.automation"]._update_registry()
            self.assertTrue(self._is_wrapped("res.partner"))
