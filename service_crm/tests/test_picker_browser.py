"""The picker in a real browser: filters at once, keyboard, own words."""

from odoo.tests import tagged

from .common import ServiceCommon, TourCase, requirement


@tagged("post_install", "-at_install")
class TestPickerBrowser(ServiceCommon, TourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        colour = {
            "name": "colour",
            "string": "Colour",
            "type": "selection",
            "selection": [["red", "Red"], ["white", "White"]],
        }
        rollers, doors = cls.env["service.category"].create(
            [
                {"name": "Rollers", "item_properties_definition": [colour]},
                {"name": "Doors"},
            ]
        )
        otis, kone = cls.env["service.brand"].create([{"name": "Otis"}, {"name": "K"}])
        for name, price, category, brand, values in (
            ("Wheel 48", 50, rollers, otis, {"colour": "red"}),
            ("Wheel 52", 90, rollers, otis, {"colour": "red"}),
            ("Wheel 60", 50, rollers, otis, {"colour": "white"}),
            ("Wheel 90", 50, rollers, kone, {"colour": "red"}),
            ("Door leaf", 50, doors, otis, {}),
        ):
            cls.build_product(
                name,
                price,
                type="consu",
                taxes_id=False,
                service_category_id=category.id,
                service_brand_id=brand.id,
                service_properties=values,
            )
        cls.request = cls.build_request(
            type="opportunity",
            partner_id=cls.customer.id,
            stage_id=cls.stages["dispatch"].id,
            user_id=cls.user_manager.id,
            dispatcher_id=cls.user_dispatcher.id,
        )

    @requirement("R232", "R238")
    def test_filters_at_once_and_quantities_by_keyboard(self):
        self.start_tour(
            f"/odoo/service-requests/{self.request.id}",
            "service_picker_tour",
            login=self.user_dispatcher.login,
        )
        self.assertEqual(
            self.request.request_line_ids.mapped(
                lambda line: (line.name, line.quantity, line.price_unit)
            ),
            [("Wheel 48", 12, 50), ("Weld a hinge", 1, 55.5)],
        )

    def test_picked_by_thumb(self):
        self.browser_size, self.touch_enabled = "390x844", True
        self.start_tour(
            f"/odoo/service-requests/{self.request.id}",
            "service_picker_phone_tour",
            login=self.user_dispatcher.login,
        )
        line = self.request.request_line_ids
        self.assertEqual((line.name, line.quantity), ("Wheel 48", 2))
