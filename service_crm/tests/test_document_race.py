from unittest.mock import patch

from odoo.tests import tagged

from .common_race import RaceCommon

AT_ONCE = 4


@tagged("post_install", "-at_install")
class TestDocumentRace(RaceCommon):
    """Transactions that really commit issue documents of one series at once."""

    def make(self, env):
        kind = env["service.document.type"].create(
            {"name": "Гонка", "number_prefix": "R/%(year)s/", "is_gapless": True}
        )
        partner = env["res.partner"].create({"name": "Гонка"})
        report = env["ir.actions.report"].search([], limit=1)
        kind.report_id = report
        papers = env["service.document"].create(
            [{"type_id": kind.id, "partner_id": partner.id, "date": "2026-05-04"}]
            * AT_ONCE
        )
        self.ids = {
            "service.document": papers.ids,
            "service.document.type": kind.ids,
            "res.partner": partner.ids,
        }

    def remove(self, env):
        papers = self.get(env, "service.document")
        papers.name = False
        papers.unlink()
        self.forget_entries(env, "service.document")
        self.get(env, "service.document.type").unlink()
        self.get(env, "res.partner").unlink()

    def issue_at_once(self, job):
        """Without drawing the files, which takes its time and is not raced for."""
        model = "odoo.addons.service_crm.models.service_document_file.ServiceDocument"
        with patch(f"{model}._keep_files", lambda self: None):
            self.assertEqual(self.run_at_once(job, AT_ONCE), [""] * AT_ONCE)

    def test_no_number_twice_and_none_left_out(self):
        self.issue_at_once(
            lambda env, number: self.get(env, "service.document")[
                number
            ]._action_issue()
        )
        with self.registry.cursor() as cr:
            papers = self.get(self.environment(cr), "service.document")
            self.assertEqual(
                sorted(papers.mapped("name")),
                [f"R/2026/{number:05d}" for number in range(1, AT_ONCE + 1)],
            )
            series = papers.type_id._find_sequences()
            self.assertEqual(len(series), 1)
            self.assertEqual(len(series.date_range_ids), 1)
