from odoo.exceptions import UserError, ValidationError

from .common_kit import KitCommon


class TestKitWrongInput(KitCommon):
    """Whatever goes wrong is told where the person is; nothing is half written."""

    def test_what_is_still_to_ask_is_named(self):
        request = self.build_deal()
        line = self.build_line(request, self.kit)
        self.assertIn("Still to ask: Длина, Ширина, Высота, Стены", line.price_error)
        self.answer(request, length=5, width=6, walls="flat")
        self.assertEqual(line.price_error, "Still to ask: Высота.")
        with self.assertRaises(UserError) as caught:
            request.with_user(self.user_dispatcher).action_make_quotation()
        self.assertIn("Still to ask: Высота", str(caught.exception))
        self.answer(request, height=3)
        self.assertFalse(line.price_error)
        request.with_user(self.user_dispatcher).action_make_quotation()
        self.assertEqual(
            request.service_quotation_id.amount_untaxed, request.service_amount_untaxed
        )

    def test_a_formula_of_a_deleted_parameter(self):
        request = self.build_deal()
        line = self.build_line(request, self.kit)
        self.answer(request, length=5, width=6, height=3, walls="flat")
        quantities = self.get_quantities(request)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE service_parameter SET active = false WHERE code = 'height'"
        )
        self.env.registry.clear_cache()
        self.env.invalidate_all()
        self.answer(request, length=7)
        self.assertIn("There is no parameter “height”", line.price_error)
        self.assertIn("Ремонт под ключ: Обои", line.price_error)
        self.assertEqual(self.get_quantities(request), quantities, "all or nothing")

    def test_division_by_zero_and_a_negative_area(self):
        zero = self.build_parameter("Рядов", "rows", has_limits=False)
        kit = self.build_kit(
            "Плитка",
            [
                (self.laminate, "length * 1 m / rows"),
                (self.wallpaper, "length * 1 m - width * 1 m"),
            ],
        )
        request = self.build_deal()
        line = self.build_line(request, kit)
        self.answer(request, length=5, width=4, rows=2)
        quantities = self.get_quantities(request)
        self.assertEqual(quantities, {"Ламинат": 2.5, "Обои": 1})
        self.answer(request, rows=0)
        self.assertIn("divided by 0", line.price_error)
        self.assertIn("Плитка: Ламинат, at “rows”", line.price_error)
        self.assertEqual(self.get_quantities(request), quantities)
        self.answer(request, width=9)
        self.answer(request, rows=2)
        self.assertIn("The quantity comes to -4 m²", line.price_error)
        self.assertEqual(self.get_quantities(request), quantities)
        self.assertTrue(zero)

    def test_a_room_of_a_million_square_metres(self):
        request = self.build_deal()
        self.build_line(request, self.kit)
        self.answer(request, length=5, width=6, height=3, walls="flat")
        quantities = self.get_quantities(request)
        with self.assertRaises(ValidationError) as caught:
            self.answer(request, length=1000000)
        self.assertIn(
            "Длина: 1000000 m is not between 0 and 100", str(caught.exception)
        )
        self.assertEqual(self.get_quantities(request), quantities)
        with self.assertRaises(ValidationError):
            self.answer(request, length=-5)

    def test_an_item_archived_in_an_open_request(self):
        request = self.build_deal()
        line = self.build_line(request, self.kit)
        self.answer(request, length=5, width=6, height=3, walls="flat")
        quantities = self.get_quantities(request)
        self.wallpaper.active = False
        self.answer(request, length=7)
        self.assertIn("Обои is no longer in the catalogue", line.price_error)
        self.assertEqual(self.get_quantities(request), quantities)

    def test_a_draft_kit_is_not_computed(self):
        request = self.build_deal()
        self.kit.product_tmpl_id.action_prepare_kit()
        line = self.build_line(request, self.kit)
        self.assertIn("in preparation", line.price_error)
        self.assertFalse(line.component_line_ids)
