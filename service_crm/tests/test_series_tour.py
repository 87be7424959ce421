from odoo.tests import tagged

from .common_tours import StoryToursCommon


@tagged("post_install", "-at_install")
class TestSeriesTour(StoryToursCommon):
    """Recurring visits by hand: made, seen, paused and resumed."""

    def test_make_pause_and_resume(self):
        self.env["service.visit.series"].search([]).unlink()
        self.company_customer.tz = "Europe/Moscow"
        self.at_desk("dispatcher", "recurring-visits", "service_series")
        series = self.env["service.visit.series"].search([])
        self.assertEqual((series.name, series.state), ("Monthly look", "running"))
        self.assertEqual(series.partner_id, self.company_customer)
        self.assertEqual(series.line_ids.product_id, self.inspection)
        self.assertEqual(series.visit_ids.performer_id, self.performer)
        days = series.visit_ids.mapped("series_date")
        self.assertEqual(len(days), len(set(days)))
