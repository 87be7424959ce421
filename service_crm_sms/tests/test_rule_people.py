from odoo.exceptions import ValidationError

from .common import MessagesCommon


class TestRulePeople(MessagesCommon):
    """Whom rules find beyond the people of the request; and rules that are called."""

    def build(self, audience, **values):
        self.rules.search([]).active = False
        return self.rules.create(
            {
                "event": "request_received",
                "audience": audience,
                "channel": "mail",
                "template_id": self.text("received").id,
                **values,
            }
        )

    def test_role_of_the_company(self):
        group = self.env.ref("service_crm.group_service_manager")
        rule = self.build("role", role_group_id=group.id)
        self.assertIn(group.name, rule.sentence)
        other = self.env["res.company"].create({"name": "Чужая"})
        stranger = self.user_manager.copy(
            {
                "login": "stranger",
                "company_ids": [(6, 0, other.ids)],
                "company_id": other.id,
            }
        )
        told = self.sent(self.build_request()).partner_id
        self.assertIn(self.user_manager.partner_id, told)
        self.assertIn(self.user_admin.partner_id, told, "who holds it by another role")
        self.assertNotIn(self.user_operator.partner_id, told)
        self.assertNotIn(stranger.partner_id, told)

    def test_accounting(self):
        self.build("accounting")
        group = self.env.ref("account.group_account_invoice")
        self.user_operator.group_ids = [(4, group.id)]
        told = self.sent(self.build_request()).partner_id
        self.assertIn(self.user_operator.partner_id, told)
        self.assertNotIn(self.user_manager.partner_id, told)

    def test_followers(self):
        self.build("followers")
        request = self.build_request()
        request.message_subscribe(partner_ids=self.company_customer.ids)
        told = self.sent(request).partner_id
        self.assertIn(self.company_customer, told)

    def test_person_in_a_field(self):
        for name in ("dispatcher_id", "partner_id", "email_from"):
            field = self.env["ir.model.fields"]._get("crm.lead", name)
            with self.subTest(name):
                rule = self.build("field", recipient_field_id=field.id)
                self.assertIn(field.field_description, rule.sentence)
                request = self.build_request(
                    dispatcher_id=self.user_dispatcher.id, email_from="x@example.com"
                )
                message = self.sent(request)
                person = {
                    "dispatcher_id": self.user_dispatcher.partner_id,
                    "partner_id": self.customer,
                }.get(name, self.env["res.partner"])
                self.assertEqual(message.partner_id, person)
                self.assertTrue(message.address)

    def test_a_rule_says_whom(self):
        field = self.env["ir.model.fields"]._get("res.partner", "user_id")
        for values, words in (
            ({"audience": "role"}, "Choose the role"),
            ({"audience": "field"}, "Choose the field"),
            (
                {"audience": "field", "recipient_field_id": field.id},
                "Choose the field",
            ),
        ):
            with self.subTest(words), self.assertRaisesRegex(ValidationError, words):
                self.build(**values)

    def test_leaving_a_stage(self):
        rule = self.build(
            "customer", event="request_left", stage_id=self.stages["new"].id
        )
        self.assertIn(self.stages["new"].name, rule.sentence)
        request = self.build_request()
        self.assertFalse(self.sent(request))
        request.stage_id = self.stages["dispatch"]
        self.assertEqual(self.sent(request).rule_id, rule)

    def test_an_action_tells_by_a_rule(self):
        model = self.env["ir.model"]._get("crm.lead")
        rule = self.build("customer", event="called", model_id=model.id)
        action = self.env["ir.actions.server"].create(
            {
                "name": "Сказать",
                "model_id": model.id,
                "state": "service_message",
                "service_rule_id": rule.id,
            }
        )
        self.assertFalse(action.warning)
        requests = self.build_request() + self.build_request()
        for _again in range(2):
            action.with_context(active_model="crm.lead", active_ids=requests.ids).run()
        messages = self.sent(requests)
        self.assertEqual(messages.rule_id, rule)
        self.assertEqual(len(messages), 2, "each was told once")
        rule.resend_on_reentry = True
        action.with_context(active_model="crm.lead", active_ids=requests.ids).run()
        self.assertEqual(len(self.sent(requests)), 4)
        with self.subTest("a rule of something else"):
            rule.model_id = self.env["ir.model"]._get("service.work.order")
            rule.template_id = self.text("reminder")
            self.assertIn("another kind", action.warning)

    def test_document_and_contract(self):
        self.rules.search([]).active = False
        rule = self.rule("document_ready")
        rule.write({"active": True, "channel": "mail"})
        kind = self.env["service.document.type"].search(
            [("for_customer", "=", True)], limit=1
        )
        request = self.build_request()
        document = self.env["service.document"].create(
            {
                "type_id": kind.id,
                "request_id": request.id,
                "partner_id": self.customer.id,
            }
        )
        document.state = "issued"
        message = self.sent(document)
        self.assertEqual(message.partner_id, self.customer)
        self.assertEqual(message.request_id, request)
        self.assertIn(kind.name, message.subject)
        self.assertIn(document.access_token, message.mail_mail_id.body_html)
