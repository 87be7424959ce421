from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from odoo.addons.service_crm.tests.common import ServiceCommon, requirement

ALARM = {"id": "A-17", "device": "Лифт 7", "text": "Кабина стоит, внутри люди"}


class TestExample(ServiceCommon):
    """An integration by inheritance only: each hook has its effect."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.duty = cls.build_partner("Дежурный", email="duty@service.example.com")
        cls.team.duty_partner_id = cls.duty

    def receive(self, **values):
        return self.env["service.inbound"]._receive_alarm({**ALARM, **values})

    @requirement("R22")
    def test_alarms_are_a_door(self):
        inbounds = self.receive() | self.receive() | self.receive(id="A-18")
        self.assertEqual(len(inbounds), 2, "the same alarm is received once")
        self.assertEqual(set(inbounds.mapped("state")), {"done"})
        request = inbounds[0].request_id
        self.assertEqual(request.service_channel, "alarm")
        self.assertEqual(request.device_number, "Лифт 7")
        self.assertEqual(request.service_need, ALARM["text"])
        self.assertEqual(request.type, "lead")
        self.assertFalse(request.user_id)

    def test_an_alarm_without_device_is_not_dispatched(self):
        request = self.build_request(
            service_channel="alarm",
            service_need=ALARM["text"],
            type="opportunity",
            partner_id=self.customer.id,
            dispatcher_id=self.user_dispatcher.id,
        )
        as_operator = request.with_user(self.user_operator)
        with self.assertRaisesRegex(UserError, "Device"):
            as_operator.action_pass_to_dispatch()
        as_operator.device_number = "Лифт 7"
        as_operator.action_pass_to_dispatch()
        self.assertEqual(request.service_phase, "dispatch")

    def test_the_performer_reads_the_device(self):
        request = self.build_request(
            device_number="Лифт 7", service_need="Осмотр", partner_id=self.customer.id
        )
        self.assertEqual(
            request._create_work_orders().instruction, "Device Лифт 7\nОсмотр"
        )

    def test_a_step_has_a_further_consequence_and_tells_a_further_person(self):
        text = self.env["service.message.template"].create(
            {
                "name": "Back in service",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "mail_subject": "{{ object.device_number }}",
                "mail_body": "<p>Works again.</p>",
            }
        )
        rule = self.env["service.notification.rule"].create(
            {
                "event": "device_restored",
                "audience": "duty",
                "channel": "mail",
                "template_id": text.id,
            }
        )
        requests = self.build_request(device_number="Лифт 7") | self.build_request()
        requests._move_to_phase("closing")
        self.assertTrue(requests[0].device_restored)
        self.assertFalse(requests[1].device_restored)
        self.send_messages()
        messages = self.env["service.notification"].search([("rule_id", "=", rule.id)])
        self.assertEqual(messages.mapped("res_id"), requests[0].ids)
        self.assertEqual(messages.partner_id, self.duty)

    def test_a_further_rule_and_reason_of_suggestions(self):
        weights = self.env["service.suggestion.weight"].search([])
        weights.filtered(lambda weight: weight.key != "alarm").level = "off"
        self.assertIn("alarm", weights.mapped("key"), "it can be set by people")
        late = self.build_performer(name="Поздний", calendar_id=False)
        crew = self.build_performer(
            name="Бригада", is_crew=True, crew_member_ids=[Command.set(late.ids)]
        )
        now = fields.Datetime.now()
        for hours in (0, 3):
            self.build_work_order(
                performer_id=late.id,
                date_start=now + timedelta(hours=hours),
                date_end=now + timedelta(hours=hours + 3),
            )
        free = self.build_performer(name="Свободный", calendar_id=False)
        for channel in ("alarm", "manual"):
            request = self.build_request(
                service_channel=channel, partner_id=self.customer.id
            )
            found = self.build_work_order(request_id=request.id)._get_suggestions()
            excluded = {row["performer"] for row in found["excluded"]}
            self.assertEqual(crew.id in excluded, channel == "alarm")
            if channel == "alarm":
                best, *others = found["slots"]
                self.assertEqual(best["performer"], free.id)
                scores = [s["score"] for s in others if s["performer"] == late.id]
                self.assertLess(max(scores, default=0), best["score"])

    def test_a_further_kind_of_robot(self):
        robot = self.env["bpm.robot"].create(
            {
                "trigger": "phase",
                "phase": "dispatch",
                "kind": "follow",
                "follower_id": self.duty.id,
                "user_id": self.user_admin.id,
            }
        )
        self.assertIn("let Дежурный follow", robot.summary)
        requests = self.build_request() | self.build_request()
        requests._move_to_phase("dispatch")
        for request in requests:
            self.assertIn(self.duty, request.message_partner_ids)
        with self.assertRaisesRegex(ValidationError, "Choose who shall follow"):
            robot.follower_id = False
