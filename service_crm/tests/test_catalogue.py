from odoo.exceptions import AccessError, UserError

from .common import ServiceCommon


class TestCatalogue(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lifts = cls.env["service.category"].create({"name": "Лифты"})
        cls.doors = cls.env["service.category"].create(
            {"name": "Двери", "parent_id": cls.lifts.id}
        )

    def test_full_name_follows_the_tree(self):
        self.assertEqual(self.doors.display_name, "Лифты / Двери")
        self.lifts.name = "Подъёмники"
        self.assertEqual(self.doors.complete_name, "Подъёмники / Двери")
        found = self.env["service.category"].name_search("Двер")
        self.assertIn(self.doors.id, [category_id for category_id, _name in found])

    def test_a_category_is_not_inside_itself(self):
        with self.assertRaises(UserError):
            self.lifts.parent_id = self.doors

    def test_services_are_counted_with_subcategories(self):
        self.build_product("Осмотр", service_category_id=self.lifts.id)
        self.build_product("Ролик", service_category_id=self.doors.id)
        self.build_product("Порог", service_category_id=self.doors.id)
        self.assertEqual((self.lifts + self.doors).mapped("product_count"), [3, 2])
        action = self.lifts.action_open_services()
        self.assertEqual(self.env["product.template"].search_count(action["domain"]), 3)

    def test_administrator_manages_dispatcher_reads(self):
        values = {"name": "Boilers"}
        self.env["service.category"].with_user(self.user_admin).create(values)
        product = self.env["product.template"].with_user(self.user_admin)
        product = product.create(
            {"name": "Boiler check", "service_category_id": self.lifts.id}
        )
        for user in (self.user_dispatcher, self.user_operator, self.user_manager):
            self.assertEqual(product.with_user(user).name, "Boiler check")
            self.assertEqual(self.lifts.with_user(user).product_count, 1)
            with self.assertRaises(AccessError):
                self.env["service.category"].with_user(user).create(values)
            with self.assertRaises(AccessError):
                product.with_user(user).list_price = 1
