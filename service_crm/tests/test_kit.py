from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form

from .common import requirement
from .common_kit import KitCommon


class TestKit(KitCommon):
    @requirement("R137")
    def test_turnkey_renovation_of_a_room(self):
        self.team.service_item_ids = self.kit
        other = self.env["crm.team"].create({"name": "Другая", "is_service": True})
        deal, elsewhere = self.build_deal(), self.build_deal(team_id=other.id)
        self.assertEqual(deal.request_line_ids.product_id, self.kit)
        self.assertFalse(elsewhere.request_line_ids, "nothing for another funnel")
        request = deal.with_user(self.user_dispatcher)
        self.answer(request, length=5, width=6, height=3, walls="rough")
        self.assertEqual(
            self.get_quantities(request),
            {
                "Ламинат": 30,
                "Подложка": 30,
                "Штукатурка": 66,
                "Обои": 66,
                "Работа мастера": 96,
            },
        )
        self.assertEqual(
            request.service_amount_untaxed,
            30 * 800 + 30 * 90 + 66 * 350 + 66 * 450 + 96 * 600,
        )
        wallpaper = request.request_line_ids.filtered(
            lambda line: line.product_id == self.wallpaper
        )
        self.assertEqual(wallpaper.trace, "2 × (5 m + 6 m) × 3 m = 66 m²")
        self.answer(request, walls="flat")
        self.assertNotIn("Штукатурка", self.get_quantities(request))

    @requirement("R138")
    def test_the_second_time_lines_are_recomputed_not_doubled(self):
        request = self.build_deal()
        self.build_line(request, self.kit)
        self.answer(request, length=5, width=6, height=3, walls="rough")
        lines = request.request_line_ids
        self.assertEqual(len(lines), 6)
        request._update_prices()
        self.team.service_item_ids = self.kit
        request._add_team_items()
        self.answer(request, length=10)
        self.assertEqual(request.request_line_ids, lines)
        self.assertEqual(self.get_quantities(request)["Обои"], 96)

    @requirement("R138")
    def test_without_a_quantity_method_a_kit_is_not_published(self):
        kit = self.build_kit("Заготовка", [(self.laminate, None)], publish=False)
        kit.component_ids.quantity_method = False
        with self.assertRaisesRegex(UserError, "Ламинат"):
            kit.product_tmpl_id.action_publish_kit()
        with self.assertRaises(UserError):
            kit.kit_state = "published"
        self.assertEqual(kit.kit_state, "draft")
        kit.component_ids.quantity_method = "fixed"
        kit.product_tmpl_id.action_publish_kit()
        with self.assertRaises(ValidationError):
            kit.component_ids.quantity_method = False

    def test_waste_packs_and_fixed_quantities(self):
        kit = self.build_kit(
            "Полы",
            [
                (self.laminate, "length * width", {"waste": 5, "pack_size": 2.5}),
                (self.underlay, None, {"quantity": 3}),
            ],
        )
        request = self.build_deal()
        line = self.build_line(request, kit)
        self.answer(request, length=5, width=6)
        self.assertEqual(self.get_quantities(request), {"Ламинат": 32.5, "Подложка": 3})
        laminate, underlay = line.component_line_ids
        self.assertEqual(
            laminate.trace,
            "5 m × 6 m = 30 m²; + 5% = 31.5 m²; 13 × 2.5 m² = 32.5 m²",
        )
        self.assertFalse(underlay.trace)
        line.quantity = 2
        self.assertEqual(self.get_quantities(request), {"Ламинат": 65, "Подложка": 6})
        self.assertEqual(underlay.trace, "2 × 3 m² = 6 m²")

    def test_quantity_and_price_of_the_kit_itself(self):
        kit = self.build_kit(
            "Пол, за метр",
            [
                (self.laminate, "quantity * 1.1"),
                (self.underlay, None, {"quantity": 1}),
            ],
            uom_id=self.square.id,
            list_price=1500,
            kit_formula="length * width",
            kit_price="own",
        )
        request = self.build_deal()
        line = self.build_line(request, kit)
        self.answer(request, length=5, width=6)
        self.assertEqual(line.quantity, 30)
        self.assertEqual(line.trace, "5 m × 6 m = 30 m²")
        self.assertEqual(self.get_quantities(request), {"Ламинат": 33, "Подложка": 30})
        self.assertEqual(line.component_line_ids.mapped("price_unit"), [0, 0])
        self.assertEqual(request.service_amount_untaxed, 45000)

    def test_units_are_checked_when_the_formula_is_saved(self):
        component = self.kit.component_ids[0]
        for formula, words in (
            ("length + length * width", "m and m² can not be added"),
            ("length * 2", "The result is in m, but the item is ordered in m²"),
            ("length * depth", "There is no parameter “depth”"),
            ("2,5 m * length", "Write 2.5 for the decimal number"),
            ("length *", "ends too early"),
            ("length * width * length", "The result is in m³"),
            ("__import__('os')", "does not belong here"),
        ):
            with self.subTest(formula=formula):
                with self.assertRaises(ValidationError) as caught:
                    component.formula = formula
                self.assertIn(words, str(caught.exception))
                self.assertIn("Ламинат, quantity", str(caught.exception))
        with self.assertRaises(ValidationError):
            component.condition = "walls + 1"
        with self.assertRaises(ValidationError) as caught:
            self.laminate.uom_id = self.env.ref("uom.product_uom_unit")
        self.assertIn(
            "pieces (no unit)",
            str(caught.exception).replace("Units", "pieces (no unit)"),
        )

    def test_parameters_in_use_keep_their_names(self):
        with self.assertRaises(UserError) as caught:
            self.parameters["length"].code = "room_length"
        self.assertIn("Ремонт под ключ", str(caught.exception))
        with self.assertRaises(UserError):
            self.parameters["length"].active = False
        with self.assertRaises(UserError):
            self.parameters["length"].unlink()
        free = self.build_parameter("Этаж", "floor_no")
        free.code = "storey"
        for code in ("два слова", "2d", "and", "min", "quantity", "a.b"):
            with self.subTest(code=code), self.assertRaises(ValidationError):
                free.code = code

    def test_a_kit_is_no_component(self):
        with self.assertRaises(ValidationError):
            self.build_kit("Набор наборов", [(self.kit, None)])

    def test_what_is_offered_or_agreed_is_not_touched(self):
        request = self.build_deal()
        line = self.build_line(request, self.kit)
        self.answer(request, length=5, width=6, height=3, walls="flat")
        self.build_agreed_order(request)
        quantities = self.get_quantities(request)
        amount = request.service_amount_untaxed
        self.answer(request, length=9)
        self.assertEqual(self.get_quantities(request), quantities)
        again = self.build_line(request, self.kit)
        self.answer(request, length=5, width=6, height=3, walls="flat")
        self.assertEqual(again.component_line_ids.mapped("quantity"), [30, 30, 66, 96])
        self.assertEqual(request.service_amount_untaxed, 2 * amount)
        self.assertEqual(line.component_line_ids.mapped("sale_state"), ["sale"] * 4)

    def test_a_price_by_hand_stays(self):
        request = self.build_deal()
        line = self.build_line(request, self.kit)
        self.answer(request, length=5, width=6, height=3, walls="flat")
        laminate = line.component_line_ids[0]
        laminate.price_unit = 700
        self.answer(request, length=10)
        self.assertEqual(laminate.quantity, 60)
        self.assertEqual(laminate.price_unit, 700)
        self.assertEqual(laminate.price_listed, 800)

    def test_components_at_the_customers_price_by_quantity(self):
        self.customer.property_product_pricelist = self.env["product.pricelist"].create(
            {
                "name": "Опт",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.laminate.id,
                            "min_quantity": quantity,
                            "compute_price": "fixed",
                            "fixed_price": price,
                        }
                    )
                    for quantity, price in ((20, 750), (50, 700))
                ],
            }
        )
        request = self.build_deal()
        line = self.build_line(request, self.kit)
        for length, price in ((2, 800), (5, 750), (10, 700), (3, 800)):
            self.answer(request, length=length, width=6, height=3, walls="flat")
            self.assertEqual(line.component_line_ids[0].price_unit, price)

    def test_a_kit_goes_with_its_lines(self):
        request = self.build_deal()
        line = self.build_line(request, self.kit)
        self.answer(request, length=5, width=6, height=3, walls="flat")
        request.with_user(self.user_dispatcher).action_make_quotation()
        order = request.service_quotation_id
        self.assertEqual(len(order.order_line), 5)
        line.unlink()
        self.assertFalse(request.request_line_ids)
        self.assertFalse(order.order_line)
        self.assertFalse(request.service_value_ids)

    def test_a_component_taken_out_of_the_kit(self):
        request = self.build_deal()
        line = self.build_line(request, self.kit)
        self.answer(request, length=5, width=6, height=3, walls="flat")
        self.kit.component_ids[0].unlink()
        request._update_prices()
        self.assertNotIn("Ламинат", self.get_quantities(request))
        self.assertEqual(len(line.component_line_ids), 3)

    def test_a_copy_has_the_kit_once_with_its_answers(self):
        request = self.build_deal()
        self.build_line(request, self.kit)
        self.answer(request, length=5, width=6, height=3, walls="flat")
        copied = request.copy()
        self.assertEqual(len(copied.request_line_ids), 5)
        self.assertEqual(self.get_quantities(copied), self.get_quantities(request))
        self.assertEqual(copied.service_amount_total, request.service_amount_total)

    def test_merged_requests_keep_their_kits(self):
        requests = self.build_deal() + self.build_deal()
        for request in requests:
            self.build_line(request, self.kit)
            self.answer(request, length=5, width=6, height=3, walls="flat")
        merged = requests.with_user(self.user_manager).merge_opportunity()
        self.assertEqual(len(merged.request_line_ids), 10)
        self.assertEqual(len(merged.service_value_ids), 8)
        self.answer(merged, length=10)
        self.assertEqual(
            merged.request_line_ids.filtered(
                lambda line: line.product_id == self.laminate
            ).mapped("quantity"),
            [60, 60],
        )

    def test_asked_once_for_the_whole_request(self):
        self.parameters["height"].scope = "request"
        request = self.build_deal()
        first = self.build_line(request, self.kit)
        second = self.build_line(request, self.kit)
        rows = request.service_value_ids
        self.assertEqual(len(rows.filtered(lambda row: not row.line_id)), 1)
        for row in rows.filtered("line_id"):
            if row.parameter_id == self.walls:
                row.option_id = self.walls.option_ids[0]
            else:
                row.value_number = 5 if row.line_id == first else 4
        rows.filtered(lambda row: not row.line_id).value_number = 3
        self.assertEqual(first.component_line_ids[0].quantity, 25)
        self.assertEqual(second.component_line_ids[0].quantity, 16)

    def test_usual_answers(self):
        self.parameters["height"].write({"has_default": True, "default_number": 2.7})
        self.walls.write(
            {"has_default": True, "default_option_id": self.walls.option_ids[0].id}
        )
        request = self.build_deal()
        line = self.build_line(request, self.kit)
        self.assertEqual(line.price_error, "Still to ask: Длина, Ширина.")
        self.answer(request, length=5, width=5)
        self.assertEqual(self.get_quantities(request)["Обои"], 54)
        with self.assertRaises(ValidationError):
            self.parameters["height"].default_number = 1000

    def test_an_optional_kit_and_an_optional_component(self):
        self.kit.component_ids[3].is_optional = True
        request = self.build_deal()
        line = self.build_line(request, self.kit)
        self.answer(request, length=5, width=6, height=3, walls="flat")
        optional = line.component_line_ids.filtered("is_optional")
        self.assertEqual(optional.product_id, self.wallpaper)
        line.is_optional = True
        self.assertEqual(line.component_line_ids.mapped("is_optional"), [True] * 4)
        self.assertEqual(request.service_amount_untaxed, 0)

    def test_several_requests_at_once(self):
        requests = self.build_deal() + self.build_deal() + self.build_deal()
        self.env["service.request.line"].create(
            [{"request_id": r.id, "product_id": self.kit.id} for r in requests]
        )
        for code, value in (("length", 5), ("width", 6), ("height", 3)):
            requests.service_value_ids.filtered(
                lambda row, code=code: row.parameter_id.code == code
            ).value_number = value
        requests.service_value_ids.filtered(
            lambda row: row.parameter_id == self.walls
        ).option_id = self.walls.option_ids[0]
        for request in requests:
            self.assertEqual(len(request.request_line_ids), 5)

    def test_a_request_made_with_its_answers(self):
        """As an import does it: services and answers in one go."""
        height = self.parameters["height"]
        height.scope = "request"
        request = self.build_deal(
            request_line_ids=[Command.create({"product_id": self.kit.id})],
            service_value_ids=[
                Command.create({"parameter_id": height.id, "value_number": 3})
            ],
        )
        self.answer(request, length=5, width=6, walls="flat")
        self.assertEqual(self.get_quantities(request)["Обои"], 66)
        self.assertEqual(len(request.service_value_ids), 4)

    def test_a_form_with_many_answers_is_priced_once(self):
        request = self.build_deal()
        self.build_line(request, self.kit)
        values = {"length": 5, "width": 6, "height": 3}
        commands = [
            Command.update(row.id, {"value_number": values[row.parameter_id.code]})
            for row in request.service_value_ids
            if row.parameter_id.code in values
        ]
        model = type(self.env["crm.lead"])
        plan = model._prepare_price_plan
        with patch.object(model, "_prepare_price_plan", autospec=True) as counted:
            counted.side_effect = plan
            request.write({"service_value_ids": commands})
        self.assertEqual(counted.call_count, 1)

    def test_a_form_that_adds_a_kit(self):
        with Form(
            self.build_deal().with_user(self.user_operator),
            view="service_crm.request_view_form",
        ) as form:
            with form.request_line_ids.new() as line:
                line.product_id = self.kit
        request = form.record
        self.assertEqual(len(request.service_value_ids), 4)
        with Form(request, view="service_crm.request_view_form") as form:
            for index, row in enumerate(request.service_value_ids):
                with form.service_value_ids.edit(index) as answer:
                    if row.parameter_id == self.walls:
                        answer.option_id = self.walls.option_ids[0]
                    else:
                        answer.value_number = 4
        self.assertEqual(self.get_quantities(request)["Ламинат"], 16)
