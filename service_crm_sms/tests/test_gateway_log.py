from odoo.tests import new_test_user

from .common_gateways import GatewaysCommon


class TestGatewayLog(GatewaysCommon):
    """Messages that others wrote have their row in the log, too."""

    def test_composer_on_a_request(self):
        _gateway, stub = self.build_gateway()
        request = self.build_request()
        self.env["sms.composer"].with_user(self.user_manager).with_context(
            active_model="crm.lead", active_id=request.id, active_ids=request.ids
        ).create(
            {
                "composition_mode": "comment",
                "body": "Перезвоните, пожалуйста",
                "recipient_single_number_itf": "+79160001122",
                "numbers": "+79160001122",
                "res_model": "crm.lead",
                "res_id": request.id,
            }
        )._action_send_sms()
        log = self.messages.search(
            [("request_id", "=", request.id), ("text", "like", "Перезвоните")]
        )
        self.assertEqual((log.state, log.channel), ("queued", "sms"))
        self.assertFalse(stub.calls, "the job sends, not the step")
        self.run_queue()
        self.assertEqual(log.state, "sent")
        self.assertTrue(log.with_user(self.user_operator).read(["text"]))

    def test_other_documents_are_for_administrators(self):
        self.build_gateway()
        self.env["sms.composer"].create(
            {
                "composition_mode": "numbers",
                "numbers": "+79160001122,+420777123456",
                "body": "Код 1234",
            }
        )._action_send_sms()
        log = self.messages.search([("text", "=", "Код 1234")])
        self.assertEqual(len(log), 2)
        self.assertEqual(set(log.mapped("is_foreign")), {True})
        as_admin = self.messages.with_user(self.user_admin)
        self.assertEqual(as_admin.search([("id", "in", log.ids)]), log)
        for user in (self.user_operator, self.user_manager, self.user_dispatcher):
            found = self.messages.with_user(user).search([("id", "in", log.ids)])
            self.assertFalse(found, user.login)

    def test_mass_messages_keep_their_reports(self):
        """Odoo writes no tracker for them, so that it loses their reports."""
        gateway, _stub = self.build_gateway()
        partners = self.env["res.partner"].create(
            [{"name": f"Клиент {n}", "phone": f"+7916000000{n}"} for n in range(3)]
        )
        self.env["sms.composer"].with_context(
            active_model="res.partner", active_ids=partners.ids
        ).create(
            {
                "composition_mode": "mass",
                "res_model": "res.partner",
                "body": "Скидка",
                "mass_keep_log": False,
            }
        )._action_send_sms()
        log = self.messages.search([("text", "=", "Скидка")])
        self.assertEqual(log.partner_id, partners)
        self.run_queue()
        self.assertEqual(log.mapped("state"), ["sent"] * 3)
        ids = log.mapped("sms_uuid")
        self.gateways._apply_odoo_statuses(
            [
                {"sms_status": "delivered", "uuids": ids[:1]},
                {"sms_status": "not_delivered", "uuids": ids[1:2]},
                {"sms_status": "sent", "uuids": ids[2:]},
            ]
        )
        self.env.invalidate_all()
        self.assertEqual(log.mapped("state"), ["delivered", "failed", "sent"])
        self.assertEqual(log[1].reason, "undelivered")

    def test_cancelled_and_again(self):
        self.build_gateway()
        sms, log = self.build_sms(2)
        sms[0].action_set_canceled()
        self.assertEqual((log[0].state, log[0].reason), ("suppressed", "cancelled"))
        sms[0].action_set_outgoing()
        self.assertEqual(log[0].state, "queued")
        sms[1].unlink()
        self.assertEqual((log[1].state, log[1].reason), ("suppressed", "cancelled"))

    def test_failed_ones_again_by_odoos_button(self):
        _gateway, stub = self.build_gateway(prefixes="+1")
        sms, log = self.build_sms(1)
        self.run_queue()
        self.assertEqual((sms.state, log.state), ("error", "failed"))
        _gateway.prefixes = False
        sms.resend_failed()
        self.assertEqual((sms.state, log.state), ("outgoing", "queued"))
        self.run_queue()
        self.assertEqual(log.state, "sent")

    def test_written_past_the_orm(self):
        """What is in the queue without a row in the log gets it before it is sent."""
        _gateway, stub = self.build_gateway()
        self.env.cr.execute(
            "INSERT INTO sms_sms (uuid, number, body, state) VALUES"
            " ('ab', '+79160001122', 'Старое', 'outgoing')"
        )
        self.run_queue()
        self.assertEqual(stub.sent, ["ab"])
        log = self.messages.search([("sms_uuid", "=", "ab")])
        self.assertEqual((log.state, log.text), ("sent", "Старое"))

    def test_two_companies_in_one_batch(self):
        other = self.env["res.company"].create({"name": "Вторая"})
        user = new_test_user(
            self.env,
            "two_companies",
            groups="base.group_user,base.group_system",
            company_id=other.id,
            company_ids=[(6, 0, (other | self.env.company).ids)],
        )
        ours, stub = self.build_gateway(company_id=self.env.company.id)
        theirs, other_stub = self.build_gateway("second", company_id=other.id)
        _sms, log = self.build_sms(2)
        sms = (
            self.env["sms.sms"]
            .with_user(user)
            .create([{"number": f"+42077712345{n}", "body": "Ahoj"} for n in range(2)])
        )
        self.assertEqual(self.get_log(sms).company_id, other)
        self.run_queue()
        self.assertEqual(sorted(other_stub.sent), sorted(sms.mapped("uuid")))
        self.assertEqual(sorted(stub.sent), sorted(log.mapped("sms_uuid")))

    def test_what_odoo_itself_held_back(self):
        """The reason is kept: blacklist, refusal, wrong number."""
        for state, failure, expected in (
            ("canceled", "sms_blacklist", ("suppressed", "blacklisted")),
            ("canceled", "sms_optout", ("suppressed", "opted_out")),
            ("error", "sms_number_format", ("failed", "bad_phone")),
        ):
            _sms, log = self.build_sms(1, state=state, failure_type=failure)
            self.assertEqual((log.state, log.reason), expected)
        sms, log = self.build_sms(1)
        sms.action_set_error("sms_credit")
        self.assertEqual((log.state, log.reason), ("failed", "account"))
