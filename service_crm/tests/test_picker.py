"""The picker of services: filters, prices of the customer, total, free lines."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import ServiceCommon, requirement


class TestPicker(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        colour = {
            "name": "colour",
            "string": "Цвет",
            "type": "selection",
            "selection": [["red", "Красный"], ["white", "Белый"]],
        }
        size = {"name": "size", "string": "Модификация", "type": "char"}
        cls.parts, cls.doors = cls.env["service.category"].create(
            [
                {"name": "Детали", "item_properties_definition": [colour, size]},
                {
                    "name": "Двери",
                    "item_properties_definition": [
                        {**colour, "name": "shade", "string": "цвет"},
                        {
                            "name": "tags",
                            "string": "Тип",
                            "type": "tags",
                            "tags": [["fire", "Пожарная", 1], ["old", "Старая", 2]],
                        },
                    ],
                },
            ]
        )
        cls.brand = cls.env["service.brand"].create({"name": "Щербинка"})
        cls.kind = cls.env["service.equipment.type"].create({"name": "Лифт"})
        cls.roller, cls.plain, cls.door = (
            cls.build_product(
                name,
                price,
                type="consu",
                service_category_id=category.id,
                default_code=code,
                service_brand_id=brand.id,
                service_properties=properties,
                service_equipment_type_ids=[Command.set(kinds.ids)],
            )
            for name, price, category, code, brand, properties, kinds in (
                (
                    "Ролик",
                    50,
                    cls.parts,
                    "R-1",
                    cls.brand,
                    {"colour": "red", "size": "48 мм"},
                    cls.kind,
                ),
                (
                    "Ролик усиленный",
                    500,
                    cls.parts,
                    "R-2",
                    cls.brand,
                    {"colour": "white", "size": "48 мм"},
                    cls.kind.browse(),
                ),
                (
                    "Створка",
                    900,
                    cls.doors,
                    "D-1",
                    cls.brand.browse(),
                    {"shade": "red", "tags": ["fire"]},
                    cls.kind.browse(),
                ),
            )
        )
        cls.request = cls.build_request(
            type="opportunity",
            partner_id=cls.customer.id,
            stage_id=cls.stages["dispatch"].id,
            user_id=cls.user_manager.id,
            dispatcher_id=cls.user_dispatcher.id,
        )

    def pick(self, domain, user=None, record=None):
        """What the picker shows for a domain, as the browser asks."""
        record = (record or self.request).with_user(user or self.user_dispatcher)
        action = (
            record.action_open_catalogue()
            if record._name == "crm.lead"
            else record.action_add_from_catalog()
        )
        products = self.env["product.product"].with_user(record.env.user)
        products = products.with_context(**action["context"])
        return products.search([*action["domain"], *domain])

    @requirement("R232")
    def test_combined_filters_find_the_right_set_and_a_pick_adds_lines(self):
        parts = ("service_category_id", "child_of", self.parts.id)
        brand = ("service_brand_id", "in", self.brand.ids)
        size = ("service_properties.size", "in", ["48 мм"])
        red = ("service_properties.colour", "in", ["red"])
        for domain, found in (
            ([parts, brand, size], self.roller + self.plain),
            ([parts, brand, size, red], self.roller),
            ([parts, ("list_price", ">=", 100), ("list_price", "<=", 600)], self.plain),
            ([parts, red, ("default_code", "ilike", "r-1")], self.roller),
            ([("service_properties.tags", "in", ["fire"])], self.door),
            ([("service_find", "ilike", "РОЛИК УС")], self.plain),
            ([("service_find", "ilike", "r-1"), brand], self.roller),
            ([parts, brand, red, ("default_code", "ilike", "R-2")], self.plain[:0]),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(self.pick(domain), found)
        request = self.request.with_user(self.user_operator)
        request._update_order_line_info(self.roller.id, 4)
        request._update_order_line_info(self.door.id, 1)
        lines = self.request.request_line_ids
        self.assertEqual(lines.product_id, self.roller + self.door)
        self.assertEqual(lines.mapped("quantity"), [4, 1])
        state = request.action_picker_state()
        self.assertEqual(state["count"], 2)
        self.assertIn("1,100.00", state["total"])
        self.assertEqual(
            self.pick([("service_picked", "=", True)]), self.roller + self.door
        )
        request._update_order_line_info(self.roller.id, -3)
        self.assertEqual(self.request.request_line_ids.product_id, self.door)

    def test_filters_of_properties(self):
        facets = self.request.with_user(self.user_operator).action_picker_facets()
        mine = {facet["label"].capitalize(): facet for facet in facets}
        self.assertEqual(set(mine["Цвет"]["names"]), {"colour", "shade"})
        self.assertEqual(
            mine["Цвет"]["values"], [("red", "Красный"), ("white", "Белый")]
        )
        self.assertEqual(mine["Модификация"]["values"], [("48 мм", "48 мм")])
        facets = self.request.action_picker_facets(self.doors.id)
        self.assertEqual([facet["label"] for facet in facets], ["цвет", "Тип"])
        with self.assertRaises(AccessError):
            public = self.env.ref("base.public_user")
            self.request.browse().with_user(public).action_picker_facets()

    def test_fits_the_equipment_of_the_customer(self):
        fits = [("service_fits", "=", True)]
        self.assertFalse(self.pick(fits))
        thing = self.env["service.equipment"].create(
            {
                "name": "Лифт",
                "type_id": self.kind.id,
                "partner_id": self.company_customer.id,
            }
        )
        self.assertEqual(self.pick(fits), self.roller)
        state = self.request.with_user(self.user_operator).action_picker_state()
        self.assertEqual(state["fits"], ["Лифт"])
        other = self.env["service.equipment.type"].create({"name": "Котёл"})
        self.request.equipment_id = thing.copy({"type_id": other.id})
        self.assertFalse(self.pick(fits))

    def test_optional_items_of_what_is_picked(self):
        self.roller.product_tmpl_id.optional_product_ids = (
            self.door.product_tmpl_id + self.plain.product_tmpl_id
        )
        beside = [("service_beside", "=", True)]
        self.assertFalse(self.pick(beside))
        request = self.request.with_user(self.user_operator)
        request._update_order_line_info(self.roller.id, 1)
        self.assertEqual(
            self.pick(beside, user=self.user_operator), self.plain + self.door
        )
        request._update_order_line_info(self.door.id, 1)
        self.assertEqual(self.pick(beside), self.plain)
        self.request.with_user(self.user_dispatcher).action_make_quotation()
        order = self.request.service_quotation_id
        self.assertEqual(self.pick(beside, record=order), self.plain)

    def test_prices_of_this_customer(self):
        self.customer.property_product_pricelist = self.env["product.pricelist"].create(
            {
                "name": "Опт",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "percentage",
                            "percent_price": 10,
                        }
                    )
                ],
            }
        )
        request = self.request.with_user(self.user_dispatcher)
        info = request._get_product_catalog_order_line_info(
            (self.roller + self.plain).ids
        )
        self.assertEqual(
            [info[product.id]["price"] for product in self.roller + self.plain],
            [45, 450],
        )

    @requirement("R26")
    def test_a_missing_position_becomes_a_free_line_to_be_added(self):
        request = self.request.with_user(self.user_operator)
        state = request.action_picker_free_line(
            {"name": " Сварить петлю ", "quantity": "2", "price_unit": "55.5"}
        )
        line = self.request.request_line_ids
        self.assertEqual(
            (line.name, line.quantity, line.price_unit, line.not_in_catalogue),
            ("Сварить петлю", 2, 55.5, True),
        )
        self.assertEqual((state["count"], state["free"]), (1, 1))
        self.assertIn("111.00", state["total"])
        to_add = self.env["service.request.line"].with_user(self.user_admin)
        waiting = to_add.search([("not_in_catalogue", "=", True)])
        self.assertIn(line, waiting)
        line.with_user(self.user_admin).action_add_to_catalogue()
        self.assertEqual(line.product_id.name, "Сварить петлю")

    def test_free_lines_with_wrong_input(self):
        request = self.request.with_user(self.user_operator)
        for values in (
            {"name": "  "},
            {"name": "А", "quantity": "пять"},
            {"name": "А", "quantity": "-1"},
            {"name": "А", "price_unit": "nan"},
            {"name": "А", "price_unit": "1e300"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                request.action_picker_free_line(values)
        self.assertFalse(self.request.request_line_ids)
        self.request.active = False
        with self.assertRaises(UserError):
            request.action_picker_free_line({"name": "А"})

    def test_the_quotation_is_filled_by_the_same_picker(self):
        self.request.with_user(self.user_operator)._update_order_line_info(
            self.roller.id, 2
        )
        self.request.with_user(self.user_dispatcher).action_make_quotation()
        order = self.request.service_quotation_id.with_user(self.user_dispatcher)
        red = [("service_properties.colour", "in", ["red"])]
        self.assertEqual(self.pick(red, record=order), self.roller)
        self.assertEqual(
            self.pick([("service_picked", "=", True)], record=order), self.roller
        )
        state = order.action_picker_free_line({"name": "Сварить петлю"})
        self.assertEqual((state["count"], state["free"]), (2, 1))
        free = self.request.request_line_ids.filtered("not_in_catalogue")
        self.assertEqual(free.sale_line_id.order_id, order)
        info = order._get_product_catalog_order_line_info(self.roller.ids)
        self.assertEqual(info[self.roller.id]["quantity"], 2)
        order.action_ask_approvals()
        with self.assertRaises(UserError):
            order.action_picker_free_line({"name": "Ещё"})
        self.assertEqual(len(self.request.request_line_ids), 2)

    def test_orders_of_other_teams_keep_odoos_catalogue(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        action = order.action_add_from_catalog()
        view = self.env.ref("product.product_view_kanban_catalog")
        self.assertIn((view.id, "kanban"), action["views"])
        with self.assertRaises(UserError):
            order.action_picker_free_line({"name": "Ещё"})

    def test_what_is_offered_or_computed_is_not_changed_by_a_card(self):
        self.build_line(self.request, self.roller)
        self.build_line(self.request, self.roller)
        info = self.request._get_product_catalog_order_line_info(self.roller.ids)
        self.assertTrue(info[self.roller.id]["readOnly"])
        self.assertIn("several lines", info[self.roller.id]["warning"])

    def test_queries_do_not_grow_with_the_lines(self):
        products = [self.build_product(f"Деталь {i}") for i in range(20)]
        for product in products[:2]:
            self.build_line(self.request, product)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            record = self.request.with_user(self.user_dispatcher)
            record._get_product_catalog_order_line_info([p.id for p in products])
            record.action_picker_state()
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for product in products[2:]:
            self.build_line(self.request, product)
        self.assertLessEqual(count(), few + 2)
