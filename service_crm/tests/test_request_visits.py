from datetime import timedelta

from odoo import fields

from .common import ServiceCommon


class TestRequestVisits(ServiceCommon):
    """What a request says of its visits, on the board and in lists."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tomorrow = fields.Datetime.now().replace(
            hour=10, minute=0, second=0, microsecond=0
        ) + timedelta(days=1)

    def plan(self, request, start, **values):
        return self.build_work_order(
            request_id=request.id,
            date_start=start,
            date_end=start + timedelta(hours=1),
            override_reason="Weekends too",
            **values,
        )

    def test_next_visit_when_and_who(self):
        request = self.build_request(partner_id=self.customer.id)
        request = request.with_user(self.user_dispatcher).with_context(tz="UTC")
        self.assertFalse(request.service_visit_label)
        self.plan(request, self.tomorrow + timedelta(days=3), state="assigned")
        self.plan(request, self.tomorrow - timedelta(days=1), state="closed")
        self.plan(request, self.tomorrow + timedelta(hours=-1), state="cancelled")
        visit = self.plan(
            request, self.tomorrow, state="assigned", performer_id=self.performer.id
        )
        self.assertEqual(
            request.service_visit_label, "Tomorrow 10:00–11:00, Service Performer"
        )
        visit.state = "done"
        self.assertNotIn("Tomorrow", request.service_visit_label)

    def test_as_many_queries_for_many_requests(self):
        requests = self.env["crm.lead"].concat(
            *(self.build_request(partner_id=self.customer.id) for _n in range(12))
        )
        for day, request in enumerate(requests):
            start = self.tomorrow + timedelta(days=day)
            self.plan(request, start, performer_id=self.performer.id)
        counts = []
        for some in (requests[:1], requests):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(22):
                before = self.env.cr.sql_log_count
                some.with_user(self.user_dispatcher).mapped("service_visit_label")
                counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_services_by_their_names_only(self):
        product = self.build_product(description_sale="By the checklist of the maker")
        request = self.build_request(partner_id=self.customer.id)
        self.build_line(request, product)
        request.with_user(self.user_dispatcher).action_create_work_order()
        visit = request.work_order_ids
        self.assertIn("checklist", visit.line_ids.name)
        self.assertEqual(visit.services_label, "Lift inspection")
