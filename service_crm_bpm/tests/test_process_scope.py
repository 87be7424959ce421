from odoo import SUPERUSER_ID
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import SQL

from odoo.addons.service_crm.tests.common import requirement

from .common_process import ProcessCommon


class TestProcessScope(ProcessCommon):
    """What processes are about, how many there may be, and who makes them."""

    @requirement("R72")
    def test_offered_on_the_documents_it_is_about(self):
        about_requests = self.publish(self.build_process(stages={"call": "work"}))
        about_orders = self.publish(
            self.build_process(model="sale.order", stages={"call": "work"})
        )
        processes = self.env["bpm.process"].with_user(self.user_dispatcher)
        for model, offered, kept in (
            ("crm.lead", about_requests, about_orders),
            ("sale.order", about_orders, about_requests),
        ):
            startable = processes._get_startable(model)
            self.assertIn(offered, startable)
            self.assertNotIn(kept, startable)

    @requirement("R85")
    def test_number_of_processes_and_runs_does_not_matter(self):
        """500 processes and 50,000 runs: lists and a start cost what they did."""
        process = self.publish(self.build_process(stages={"call": "work"}))
        run = self.start(process, self.build_new())
        before = self._measure(process)
        self.env["bpm.process"].create(
            [
                {
                    "name": f"Процесс {number}",
                    "user_id": self.user_admin.id,
                    "model_id": process.model_id.id,
                }
                for number in range(500)
            ]
        )
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                WITH made AS (
                    INSERT INTO bpm_instance (process_id, family_id, company_id,
                        res_model, res_id, state, user_id, name, date_start)
                    SELECT process_id, family_id, company_id, res_model, 0, 'done',
                        user_id, name, date_start
                    FROM bpm_instance, generate_series(1, 50000)
                    WHERE id = %s
                    RETURNING id)
                SELECT count(*) FROM made
                """,
                run.id,
            )
        )
        self.env.cr.execute("ANALYZE bpm_instance")
        for now, then in zip(self._measure(process), before, strict=True):
            self.assertLessEqual(now, then + 2)

    def _measure(self, process):
        """Queries of a list of processes, of one of runs, and of a start."""
        request = self.build_new()
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        process._get_flow()
        counts = []
        for model in ("bpm.process", "bpm.instance"):
            records = self.env[model].with_user(self.user_admin)
            before = self.env.cr.sql_log_count
            records.web_search_read([], {"display_name": {}, "state": {}}, limit=80)
            counts.append(self.env.cr.sql_log_count - before)
        before = self.env.cr.sql_log_count
        self.start(process, request)
        self.env.flush_all()
        return [*counts, self.env.cr.sql_log_count - before]

    @requirement("R134")
    def test_made_in_forms_without_a_programmer(self):
        """As the service administrator, who may not reach the settings of Odoo."""
        admin = self.user_admin
        self.assertFalse(admin.has_group("base.group_system"))
        with Form(self.env["bpm.process"].with_user(admin)) as form:
            form.name = "Выезд мастера"
            form.model_id = self.env["ir.model"]._get("crm.lead")
            for name, kind in (
                ("Начало", "start"),
                ("Звонок", "work"),
                ("Пауза", "pause"),
                ("Конец", "end"),
            ):
                with form.stage_ids.new() as stage:
                    stage.name = name
                    stage.kind = kind
                    if kind == "pause":
                        stage.pause_amount = 3
        process = form.save()
        start, call, pause, end = process.stage_ids
        with Form(process) as form:
            for source, target, result in (
                (start, call, ""),
                (call, end, "Договорились"),
                (call, pause, "Не отвечает"),
                (pause, call, ""),
            ):
                with form.transition_ids.new() as way:
                    way.source_id = source
                    way.target_id = target
                    way.name = result
        self.assertFalse(process.problems)
        with Form(
            self.env["bpm.robot"]
            .with_user(admin)
            .with_context(default_trigger="process", default_process_stage_id=pause.id)
        ) as form:
            form.kind = "note"
            form.text = "Клиент {{partner_id}} не отвечает"
        process.action_publish()
        request = self.build_new()
        run = self.start(process, request)
        self.complete(run, call.key, "Не отвечает")
        self.assertEqual(self.get_places(run), [pause.key])
        self.assertIn("не отвечает", request.message_ids[0].body)

    @requirement("R272")
    def test_states_of_documents_are_the_company_s(self):
        """A stage of requests that somebody adds is used by conditions at once."""
        parts = self.env["crm.stage"].create(
            {
                "name": "Ждём запчасти",
                "service_phase": "execution",
                "team_ids": [Command.link(self.team.id)],
            }
        )
        process = self.build_process(
            stages={"call": "work", "d": "decision", "order": "work"},
            ways=[
                ("start", "call"),
                ("call", "d"),
                ("d", "order", {"domain": f"[('stage_id', '=', {parts.id})]"}),
                ("d", "end", {"is_default": True}),
                ("order", "end"),
            ],
        )
        process.with_user(SUPERUSER_ID).action_publish()
        requests = self.build_new(2)
        runs = self.start(process, requests)
        requests[0].stage_id = parts
        self.complete(runs, "call")
        self.assertEqual(self.get_places(runs[0]), ["order"])
        self.assertEqual(runs[1].state, "done")
