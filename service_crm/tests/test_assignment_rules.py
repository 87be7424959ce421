from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from .common import ServiceCommon, requirement


class TestAssignmentRules(ServiceCommon):
    """When … → who, by which method."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dispatchers = cls.build_users("dispatcher", "Дарья", "Денис", "Дмитрий")
        cls.managers = cls.build_users("manager", "Мария", "Михаил")
        cls.operators = cls.build_users("operator", "Ольга", "Олег")
        cls.team.member_ids = cls.operators
        cls.inspection = cls.build_product()
        cls.oiling = cls.build_product(
            "Смазка", service_category_id=cls.build_category("Двери").id
        )

    @classmethod
    def build_users(cls, role, *names):
        return cls.env["res.users"].union(
            *(
                new_test_user(
                    cls.env,
                    f"assigned_{role}_{number}",
                    name=name,
                    groups=f"service_crm.group_service_{role}",
                )
                for number, name in enumerate(names)
            )
        )

    @classmethod
    def build_rule(cls, **values):
        return cls.env["service.assignment.rule"].create(
            {"name": "Правило", "role": "dispatcher", "method": "load", **values}
        )

    def file_requests(self, count, **values):
        """Requests as an operator files them, one after the other's number."""
        leads = self.env["crm.lead"].with_user(self.user_operator)
        return leads.create(
            [
                {"name": f"Лифт {number}", "team_id": self.team.id, **values}
                for number in range(count)
            ]
        )

    def count_by(self, requests, field_name):
        groups = requests.grouped(field_name)
        return {person.name: len(found) for person, found in groups.items()}

    @requirement("R133")
    def test_a_hundred_requests_are_split_by_amount_and_load(self):
        best, other = self.managers
        won = self.build_request(type="opportunity", user_id=best.id)
        self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "opportunity_id": won.id,
                "user_id": best.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.inspection.id, "price_unit": 9000}
                    )
                ],
            }
        )._write({"state": "sale"})
        won.active = False
        self.build_rule(
            name="Крупные — лучшему",
            sequence=1,
            role="manager",
            method="best",
            figure="turnover",
            user_ids=self.managers.ids,
            amount_from=1000,
        )
        self.build_rule(
            name="Остальные — по загрузке",
            sequence=2,
            role="manager",
            method="load",
            user_ids=self.managers.ids,
            amount_to=1000,
        )
        leads = self.env["crm.lead"].with_user(self.user_operator)
        requests = leads.create(
            [
                {
                    "name": f"Заявка {number}",
                    "team_id": self.team.id,
                    "expected_revenue": 5000 if number % 4 == 0 else 500,
                }
                for number in range(100)
            ]
        )
        large = requests.filtered(lambda r: r.expected_revenue == 5000)
        self.assertEqual(self.count_by(large, "user_id"), {"Мария": 25})
        # 25 large ones are Maria's load too: the 75 others even it out
        self.assertEqual(
            self.count_by(requests, "user_id"), {"Мария": 50, "Михаил": 50}
        )
        note = large[0].message_ids.filtered(lambda m: "Крупные" in (m.body or ""))
        self.assertIn("Мария becomes manager", note.body)
        self.assertIn("turnover", note.body)
        self.assertEqual(other, requests.user_id - best)

    @requirement("R249")
    def test_service_engineer_or_first_line(self):
        self.inspection.product_tmpl_id.service_engineer_ids = self.performer
        self.build_rule(role="performer", method="engineers", otherwise="line")
        mapped, unmapped = self.file_requests(2)
        # at arrival nothing is asked for yet: the first line has both
        self.assertEqual((mapped | unmapped).operator_id, self.operators)
        request = self.file_requests(
            1, request_line_ids=[Command.create({"product_id": self.inspection.id})]
        )
        self.assertEqual(request.service_engineer_id, self.performer)
        self.assertFalse(request.operator_id)
        other = self.file_requests(
            1, request_line_ids=[Command.create({"product_id": self.oiling.id})]
        )
        self.assertFalse(other.service_engineer_id)
        self.assertIn(other.operator_id, self.operators)
        # the service is filled in later
        self.build_line(mapped, self.inspection)
        self.assertEqual(mapped.service_engineer_id, self.performer)

    def test_engineers_of_the_category_and_of_several(self):
        second = self.build_performer(name="Второй")
        doors = self.oiling.service_category_id
        doors.service_engineer_ids = self.performer | second
        child = self.env["service.category"].create(
            {"name": "Ворота", "parent_id": doors.id}
        )
        self.oiling.service_category_id = child
        self.build_rule(role="performer", method="engineers")
        lines = [Command.create({"product_id": self.oiling.id})]
        requests = self.file_requests(4, request_line_ids=lines)
        self.assertEqual(
            set(self.count_by(requests, "service_engineer_id").values()), {2}
        )

    def test_the_visit_is_the_engineers(self):
        request = self.build_request(
            type="opportunity",
            partner_id=self.customer.id,
            stage_id=self.stages["dispatch"].id,
            service_engineer_id=self.performer.id,
        )
        request.with_user(self.user_dispatcher).action_create_work_order()
        visit = request.work_order_ids
        self.assertEqual(visit.performer_id, self.performer)

    def test_the_time_does_not_suit_the_engineer(self):
        start = fields.Datetime.now().replace(microsecond=0) + timedelta(days=3)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Отпуск",
                "resource_id": self.performer.id,
                "date_from": start - timedelta(days=1),
                "date_to": start + timedelta(days=1),
            }
        )
        request = self.build_request(
            type="opportunity",
            partner_id=self.customer.id,
            stage_id=self.stages["dispatch"].id,
            service_engineer_id=self.performer.id,
            wished_start=start,
            wished_end=start + timedelta(hours=1),
        )
        request.with_user(self.user_dispatcher).action_create_work_order()
        visit = request.work_order_ids
        self.assertFalse(visit.performer_id)
        self.assertIn("does not suit", "".join(visit.message_ids.mapped("body")))

    def test_turns_are_fair(self):
        self.build_rule(method="turn", user_ids=self.dispatchers.ids)
        requests = self.file_requests(7) | self.file_requests(5)
        self.assertEqual(set(self.count_by(requests, "dispatcher_id").values()), {4})
        self.assertTrue(requests.activity_ids)  # the dispatchers are told

    def test_limit_of_open_requests(self):
        self.build_rule(
            method="fixed", user_ids=self.dispatchers[:2].ids, max_open=3, sequence=1
        )
        requests = self.file_requests(8)
        self.assertEqual(
            sorted(self.count_by(requests, "dispatcher_id").values()), [2, 3, 3]
        )
        self.assertEqual(len(requests.filtered(lambda r: not r.dispatcher_id)), 2)

    def test_who_is_on_leave_gets_nothing(self):
        absent, present = self.dispatchers[:2]
        now = fields.Datetime.now()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Болезнь",
                "resource_id": self.build_performer(absent).id,
                "date_from": now - timedelta(hours=1),
                "date_to": now + timedelta(hours=1),
            }
        )
        self.build_rule(method="turn", user_ids=(absent | present).ids)
        self.assertEqual(self.file_requests(3).dispatcher_id, present)

    def test_personal_performer_and_manager(self):
        self.company_customer.user_id = self.managers[1]
        self.company_customer.service_performer_id = self.performer
        self.build_rule(role="performer", method="personal")
        self.build_rule(role="manager", method="personal", customers="external")
        own, strange = self.file_requests(1, partner_id=self.customer.id), None
        self.assertEqual(own.user_id, self.managers[1])
        self.assertEqual(own.service_engineer_id, self.performer)
        strange = self.file_requests(1)
        self.assertFalse(strange.user_id or strange.service_engineer_id)

    def test_conditions(self):
        category = self.inspection.service_category_id
        rule = self.build_rule(
            method="fixed",
            user_ids=self.dispatchers[:1].ids,
            category_ids=category.ids,
            channel="phone",
            partner_ids=self.company_customer.ids,
            domain="[('name', 'ilike', 'лифт')]",
        )
        good = {
            "partner_id": self.customer.id,
            "service_channel": "phone",
            "request_line_ids": [Command.create({"product_id": self.inspection.id})],
        }
        self.assertEqual(self.file_requests(1, **good).dispatcher_id, rule.user_ids)
        for name, value in (
            ("partner_id", self.build_partner(name="Бета").id),
            ("service_channel", "chat"),
            ("request_line_ids", [Command.create({"product_id": self.oiling.id})]),
            ("name", "Дверь"),
        ):
            with self.subTest(name):
                request = self.file_requests(1, **{**good, name: value})
                self.assertFalse(request.dispatcher_id)

    def test_segments_and_colleagues(self):
        segment = self.env["service.segment"].create(
            {"name": "VIP", "partner_ids": self.customer.ids}
        )
        colleague = self.user_performer.partner_id
        self.build_rule(
            method="fixed",
            user_ids=self.dispatchers[0].ids,
            segment_ids=segment.ids,
        )
        self.build_rule(
            method="fixed", user_ids=self.dispatchers[1].ids, customers="internal"
        )
        self.assertEqual(
            self.file_requests(1, partner_id=self.customer.id).dispatcher_id,
            self.dispatchers[0],
        )
        self.assertEqual(
            self.file_requests(1, partner_id=colleague.id).dispatcher_id,
            self.dispatchers[1],
        )
        self.assertFalse(self.file_requests(1).dispatcher_id)

    def test_button_tells_what_was_chosen(self):
        request = self.build_request()
        self.build_rule(method="fixed", user_ids=self.dispatchers[0].ids)
        action = request.with_user(self.user_operator).action_assign_by_rules()
        self.assertEqual(request.dispatcher_id, self.dispatchers[0])
        self.assertIn("Дарья becomes dispatcher", action["params"]["message"])
        again = request.with_user(self.user_operator).action_assign_by_rules()
        self.assertIn("No rule names anybody", again["params"]["message"])
        with self.assertRaises(AccessError):
            request.with_user(self.user_performer).action_assign_by_rules()
        done = self.build_request(stage_id=self.stages["done"].id)
        with self.assertRaisesRegex(UserError, "finished"):
            done.with_user(self.user_manager).action_assign_by_rules()

    def test_whoever_is_named_stays(self):
        self.build_rule(method="fixed", user_ids=self.dispatchers[0].ids)
        request = self.file_requests(1, dispatcher_id=self.dispatchers[2].id)
        self.assertEqual(request.dispatcher_id, self.dispatchers[2])

    def test_rules_are_asked_before_the_managers_load(self):
        self.build_rule(
            role="manager",
            method="fixed",
            phase="qualification",
            user_ids=self.managers[1].ids,
        )
        request = self.file_requests(1)
        self.assertFalse(request.user_id)
        request.action_pass_to_manager()
        self.assertEqual(request.user_id, self.managers[1])

    def test_broken_rule_stops_nobody(self):
        rule = self.build_rule(
            method="fixed",
            user_ids=self.dispatchers[0].ids,
            domain="[('name', '!=', False)]",
        )
        self.env.cr.execute(
            "UPDATE service_assignment_rule SET domain = %s WHERE id = %s",
            ["[('gone', '=', 1)]", rule.id],
        )
        self.env.invalidate_all()
        request = self.file_requests(1)
        self.assertTrue(request.service_number)
        self.assertIn("could not be asked", "".join(request.message_ids.mapped("body")))

    def test_wrong_rules_are_refused(self):
        for values in (
            {"domain": "[('gone', '=', 1)]"},
            {"domain": "name = 5"},
            {"method": "fixed"},
            {"method": "engineers"},
            {"user_ids": self.operators.ids},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.build_rule(**values)

    def test_rules_of_another_company_do_not_count(self):
        company = self.env["res.company"].create({"name": "Вторая"})
        self.build_rule(
            method="fixed", user_ids=self.dispatchers[0].ids, company_id=company.id
        )
        self.assertFalse(self.file_requests(1).dispatcher_id)

    def test_people_of_several_companies(self):
        """Whoever files a request need not see all companies its people work for."""
        second = self.env["res.company"].create({"name": "Вторая"})
        self.dispatchers.write({"company_ids": [Command.link(second.id)]})
        self.dispatchers[0].write(
            {"company_id": second.id, "company_ids": [Command.set(second.ids)]}
        )
        self.build_rule(user_ids=[Command.set(self.dispatchers[:2].ids)])
        self.env.flush_all()
        self.env.invalidate_all()
        [request] = self.file_requests(1)
        self.assertEqual(request.dispatcher_id, self.dispatchers[1])

    def test_sentence(self):
        rule = self.build_rule(
            role="performer",
            method="engineers",
            category_ids=self.oiling.service_category_id.ids,
            channel="phone",
            otherwise="line",
        )
        self.assertEqual(
            rule.sentence,
            "When a request comes in, for Двери, by phone → Performer: an engineer of "
            "the service; else the first line",
        )
        with Form(self.env["service.assignment.rule"]) as form:
            form.name = "Новое"
            form.method = "turn"
        self.assertIn("in turn", form.record.sentence)

    def test_queries_do_not_grow_with_the_batch(self):
        self.build_rule(method="turn", user_ids=self.dispatchers.ids)
        # a manager is told of each request by a mail of Odoo's own: not counted here
        self.build_rule(role="operator", method="best", user_ids=self.operators.ids)
        self.build_rule(role="performer", method="engineers", otherwise="line")
        counts = []
        for number in (6, 6, 36):
            requests = self.build_requests(number)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            requests._assign_by_rules()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 2, counts)

    def build_requests(self, count):
        """Requests that came in before there were rules."""
        rules = self.env["service.assignment.rule"].search([])
        rules.active = False
        requests = self.file_requests(
            count, request_line_ids=[Command.create({"product_id": self.oiling.id})]
        )
        rules.active = True
        return requests
