import time

from odoo.tools import SQL

from .common import ServiceCommon, requirement

MANY = 10_000
PAGE = 40


class TestRequestBoard(ServiceCommon):
    """The board and the queue with many requests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.board = cls.env.ref("service_crm.action_request_board")

    def insert_requests(self, count):
        """Open requests in all phases, straight into the table."""
        stages = self.env["crm.stage"].browse(
            [
                stage.id
                for phase, stage in self.stages.items()
                if phase not in ("done", "qualification")
            ]
        )
        self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_lead (name, type, active, team_id, company_id, stage_id,
                    is_service, service_phase, service_number, service_channel,
                    waiting_for, priority, dispatcher_id, partner_id, won_status,
                    create_uid, write_uid, create_date, write_date)
                SELECT 'Request ' || i, 'lead', true, %(team)s, %(company)s, s.id,
                    true, s.service_phase, 'T/' || i, 'phone',
                    'dispatcher', '0', %(dispatcher)s, %(partner)s, 'pending',
                    1, 1, now() - i * interval '1 minute', now()
                  FROM generate_series(1, %(count)s) AS i
                  JOIN unnest(%(stages)s) WITH ORDINALITY AS o(stage, n)
                    ON o.n = 1 + i %% %(length)s
                  JOIN crm_stage s ON s.id = o.stage
                RETURNING crm_lead.id
                """,
                team=self.team.id,
                company=self.env.company.id,
                dispatcher=self.user_dispatcher.id,
                partner=self.customer.id,
                stages=stages.ids,
                length=len(stages),
                count=count,
            )
        )
        self.env.execute_query(SQL("ANALYZE crm_lead"))

    def open_board(self):
        """What the kanban asks for when it opens: ``(groups, queries, seconds)``."""
        lead = self.env["crm.lead"].with_user(self.user_dispatcher)
        phases = ["dispatch", "agreed", "execution", "closing"]
        lead = lead.with_context(service_stages=phases)
        self.env.flush_all()
        self.env.invalidate_all()
        queries, start = self.env.cr.sql_log_count, time.perf_counter()
        groups = lead.web_read_group(
            [("is_service", "=", True), ("service_phase", "in", phases)],
            ["service_phase"],
            ["__count"],
            auto_unfold=True,
            unfold_read_default_limit=PAGE,
            unfold_read_specification={
                "name": {},
                "service_number": {},
                "service_urgency": {},
                "waiting_for": {},
                "partner_id": {"fields": {"display_name": {}}},
                "dispatcher_id": {"fields": {"display_name": {}}},
            },
        )["groups"]
        return (
            groups,
            self.env.cr.sql_log_count - queries,
            time.perf_counter() - start,
        )

    def explain(self, records):
        """The plan of the query that finds these records."""
        rows = self.env.execute_query(SQL("EXPLAIN %s", records))
        return "\n".join(row[0] for row in rows)

    @requirement("R51")
    def test_the_board_with_ten_thousand_requests(self):
        self.insert_requests(50)
        self.open_board()
        few, queries, _seconds = self.open_board()
        self.assertEqual(len(few), 4)
        self.insert_requests(MANY)
        many, many_queries, seconds = self.open_board()
        self.assertEqual(len(many), 4)
        self.assertEqual(many_queries, queries)
        self.assertLess(seconds, 2)
        for group in many:
            self.assertGreaterEqual(group["__count"], MANY // 5)
            self.assertEqual(len(group["__records"]), PAGE)
        # the next page of a column is one page, too
        lead = self.env["crm.lead"].with_user(self.user_dispatcher)
        page = lead.web_search_read(
            [("is_service", "=", True), ("service_phase", "=", "dispatch")],
            {"name": {}},
            offset=PAGE,
            limit=PAGE,
        )
        self.assertEqual(len(page["records"]), PAGE)

    @requirement("R51")
    def test_the_queue_is_found_by_its_index(self):
        self.insert_requests(MANY)
        lead = self.env["crm.lead"].with_user(self.user_operator)
        query = lead._search(
            [
                ("is_service", "=", True),
                ("service_phase", "=", "qualification"),
                ("operator_id", "=", False),
            ],
            limit=PAGE,
        )
        plan = self.explain(query.select())
        self.assertIn("Index", plan)
        self.assertNotIn("Seq Scan on crm_lead", plan)
