from odoo.tests import HttpCase, tagged

from .common import requirement
from .common_kit import KitCommon


@tagged("post_install", "-at_install")
class TestKitCalculator(HttpCase, KitCommon):
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
