from odoo.fields import Command
from odoo.tests import tagged

from .common import TourCase, requirement
from .common_kit import KitCommon


@tagged("post_install", "-at_install")
class TestKitCalculator(TourCase, KitCommon):
    """The calculator in the browser."""

    @requirement("R139")
    def test_the_price_is_there_before_it_is_saved(self):
        request = self.build_deal()
        line = self.build_line(request, self.kit)
        self.start_tour(
            f"/odoo/service-requests/{request.id}",
            "service_calculator_tour",
            login=self.user_dispatcher.login,
        )
        self.assertEqual(
            self.get_quantities(request),
            {"Ламинат": 30, "Подложка": 30, "Обои": 66, "Работа мастера": 96},
        )
        self.assertEqual(len(line.component_line_ids), 4)

    def test_a_question_of_a_new_rule_is_answered_in_an_old_request(self):
        rules = self.env["service.price.rule"]
        rules.search([]).active = False
        request = self.build_deal()
        line = self.build_line(request, self.build_product("Подъём", 1000.0))
        self.assertFalse(request.service_value_ids)
        storey = self.build_parameter("Этаж", "storey", scope="request")
        lift = self.build_parameter(
            "Лифт",
            "lift",
            kind="choice",
            option_ids=[
                Command.create({"name": "Работает", "code": "works"}),
                Command.create({"name": "Сломан", "code": "broken"}),
            ],
        )
        rules.create(
            [
                {"name": "Высоко", "percent": 10, "condition": "storey > 9"},
                {
                    "name": "Пешком",
                    "percent": 5,
                    "level": "line",
                    "condition": 'lift = "broken"',
                },
            ]
        )
        self.start_tour(
            f"/odoo/service-requests/{request.id}",
            "service_calculator_new_question_tour",
            login=self.user_dispatcher.login,
        )
        rows = request.service_value_ids
        self.assertEqual(
            {row.parameter_id: row.line_id for row in rows},
            {storey: line.browse(), lift: line},
        )
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows.filtered("value_number").value_number, 12)
        self.assertEqual(rows.option_id.code, "broken")
