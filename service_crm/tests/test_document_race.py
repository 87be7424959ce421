from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from unittest.mock import patch

from odoo import api
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

AT_ONCE = 4


@tagged("post_install", "-at_install")
class TestDocumentRace(BaseCase):
    """Transactions that really commit issue documents of one series at once."""

    def setUp(self):
        super().setUp()
        # Whoever loads the registry waits for these tests and holds its lock meanwhile.
        self.patch(Registry, "_lock", DummyRLock())
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self.environment(cr)
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
        self.addCleanup(self.remove)

    def environment(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {"mail_notrack": True})

    def get(self, env, model):
        return env[model].browse(self.ids[model])

    def remove(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            papers = self.get(env, "service.document")
            papers.name = False
            papers.unlink()
            env["service.phase.log"].search(
                [
                    ("res_model", "=", "service.document"),
                    ("res_id", "in", self.ids["service.document"]),
                ]
            ).unlink()
            self.get(env, "service.document.type").unlink()
            self.get(env, "res.partner").unlink()

    def run_at_once(self, job):
        """Run ``job(env, number)`` several times; all snapshots are taken before."""
        barrier = Barrier(AT_ONCE)

        def work(number):
            with self.registry.cursor() as cr:
                env = self.environment(cr)
                env["service.document"].search_count([])  # the snapshot is taken
                barrier.wait(30)
                retrying(lambda: job(env, number), env)

        model = "odoo.addons.service_crm.models.service_document_file.ServiceDocument"
        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            patch("odoo.service.model.time.sleep"),
            patch("odoo.service.model.MAX_TRIES_ON_CONCURRENCY_FAILURE", 50),
            patch(f"{model}._keep_files", lambda self: None),
            ThreadPoolExecutor(AT_ONCE) as pool,
        ):
            list(pool.map(work, range(AT_ONCE), timeout=60))

    def test_no_number_twice_and_none_left_out(self):
        self.run_at_once(
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
