from odoo.tests import tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestQueryCounts(ServiceCommon):
    """What everybody waits for many times a day stays as cheap as it was measured."""

    def count_queries(self, function):
        """Queries of a call that finds nothing in memory; caches are warm."""
        function(0)
        self.forget()
        before = self.env.cr.sql_log_count
        function(1)
        self.env.cr.flush()
        return self.env.cr.sql_log_count - before

    def forget(self):
        self.env.cr.flush()
        self.env.invalidate_all()

    def test_request_costs_little_more_than_a_lead(self):
        others = self.env["crm.team"].create({"name": "Other sales"})
        counts = {}
        for team, user in (
            (others, self.user_admin),
            (self.team, self.user_admin),
            (self.team, self.user_operator),
        ):
            leads = self.env["crm.lead"].with_user(user)

            def create(number, leads=leads, team=team):
                leads.create(
                    {
                        "name": "Lift stuck",
                        "team_id": team.id,
                        "user_id": False,
                        "email_from": f"new{number}@example.com",
                        "phone": f"+7 495 120-82-1{number}",
                    }
                )

            counts[team, user] = self.count_queries(create)
        plain = counts.pop((others, self.user_admin))
        for count in counts.values():
            # number, country, search of the customer, entry, waking of two jobs
            self.assertLessEqual(count, plain + 5)

    def test_numbers_of_a_batch_are_one_query(self):
        sequence = self.env["ir.sequence"]
        sequence._next_by_code_batch("service.request", 1)
        with self.assertQueryCount(1):
            numbers = sequence._next_by_code_batch("service.request", 20)
        self.assertEqual(len(set(numbers)), 20)

    def test_numbers_follow_the_settings_of_the_sequence(self):
        model = self.env["ir.sequence"]
        number = model._next_by_code_batch("service.request", 1)[0]
        sequence = model.search([("code", "=", "service.request")], limit=1)
        sequence.write({"prefix": "ЗАЯВКА/%(year)s/", "padding": 7})
        changed = model._next_by_code_batch("service.request", 2)
        digits = changed[0].rpartition("/")[2]
        self.assertTrue(changed[0].startswith("ЗАЯВКА/20"), changed)
        self.assertEqual(len(digits), 7)
        self.assertEqual(int(digits), int(number.rpartition("/")[2]) + 1)
        sequence.implementation = "no_gap"
        gapless = model._next_by_code_batch("service.request", 2)
        self.assertEqual(len(set(gapless)), 2)
        sequence.code = "service.request.old"
        self.assertEqual(model._next_by_code_batch("service.request", 2), [False] * 2)

    def test_stages_of_phases_are_known(self):
        request = self.build_request()
        request._get_phase_stage("agreed")
        with self.assertQueryCount(0):
            stage = request._get_phase_stage("agreed")
        self.assertEqual(stage, self.stages["agreed"])

    def test_stages_of_phases_follow_the_configuration(self):
        request = self.build_request()
        first = self.stages["agreed"].copy({"sequence": -1, "name": "Agreed first"})
        self.assertEqual(request._get_phase_stage("agreed"), first)
        first.sequence = 1000
        self.assertEqual(request._get_phase_stage("agreed"), self.stages["agreed"])
        first.sequence = -1
        self.assertEqual(request._get_phase_stage("agreed"), first)
        first.unlink()
        self.assertEqual(request._get_phase_stage("agreed"), self.stages["agreed"])

    def test_search_by_phone_is_three_queries(self):
        self.env["service.partner.phone"].create(
            {"partner_id": self.company_customer.id, "phone": "+7 495 120-81-16"}
        )
        partners = self.env["res.partner"].with_user(self.user_operator)
        partners._find_by_service_phone(["+7 495 120-81-15"])
        self.forget()
        with self.assertQueryCount(3):  # country, company (Odoo's rules), search
            found = partners._find_by_service_phone(["+7 495 120-81-15"])
        self.assertEqual(found, self.customer)
        self.forget()
        with self.assertQueryCount(3):
            found = partners._find_by_service_phone(["+7 495 120-81-16"])
            self.assertEqual(found.display_name, "Alfa LLC")  # read with the search
        self.assertEqual(found, self.company_customer)

    def test_customers_of_a_batch_are_three_queries(self):
        leads = self.env["crm.lead"].with_user(self.user_operator)
        keys = [
            {"email": f"new{number}@example.com", "phone": f"+7 495 120-83-{number}"}
            for number in range(10, 60)
        ]
        keys.append({"phone": self.customer.phone})
        leads._find_service_partners(keys)
        self.forget()
        with self.assertQueryCount(3):  # country, keys, cards of those found
            found = leads._find_service_partners(keys)
        self.assertEqual(found[-1], self.customer)
        self.assertFalse(any(found[:-1]))

    def test_work_order_is_made_and_moved_in_few_queries(self):
        orders = self.env["service.work.order"].with_user(self.user_dispatcher)

        def create(number):
            return orders.create(
                {
                    "partner_id": self.customer.id,
                    "performer_id": self.performer.id,
                    "date_start": f"2027-03-0{1 + number} 09:00:00",
                }
            )

        # Fourteen, one for the cost of the performer's hour, which dispatchers do not
        # read, two for the crew and who is busy, one to tell the boards; two more
        # where processes that come with their addon watch visits.
        watched = 2 if "bpm.process" in self.env else 0
        self.assertLessEqual(self.count_queries(create), 18 + watched)
        made = [create(2), create(3)]
        for order in made:
            order.action_assign()
        self.forget()
        # Nine, one for powers of attorney that ran out, one for the lines, one for the
        # cost of the hour, one for who is busy with it, one to tell the boards, and two
        # to wake the job of the messages where a rule writes one.
        own = [order.with_user(self.user_performer) for order in made]
        self.assertLessEqual(
            self.count_queries(lambda number: own[number].action_on_the_way()),
            16 + watched,
        )
