"""The door by which SMS gateways report and hand over replies."""

import hashlib
from unittest.mock import patch
from urllib.parse import urlencode

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, mute_logger, tagged

from .common import MessagesCommon

OWN = "f" * 32
REPORT = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+15558675310"}
REPLY = {
    "MessageSid": "SM2",
    "SmsStatus": "received",
    "From": "+15558675310",
    "Body": "Да, жду",
}


@tagged("post_install", "-at_install")
class TestGatewayCallback(HttpCase, MessagesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["service.rate.limit"].search([]).unlink()
        cls.gateways = cls.env["sms.gateway"]
        cls.twilio = cls.gateways.create(
            {"name": "Twilio", "kind": "twilio", "account": "AC1", "secret": "тайна"}
        )
        cls.sms_ru = cls.gateways.create(
            {"name": "SMS.ru", "kind": "sms_ru", "secret": "API-1"}
        )

    def build_message(self, **values):
        """A message in the log that a gateway took."""
        return self.messages.create(
            {
                "res_model": "crm.lead",
                "res_id": self.build_request().id,
                "recipient_key": "x",
                "channel": "sms",
                "state": "sent",
                "sms_uuid": OWN,
                "address": "+15558675310",
                **values,
            }
        )

    def get_inbound(self):
        return self.env["service.inbound"].search([("channel", "=", "sms")])

    def call(self, gateway, fields, signature=None, query="", **headers):
        """A call of Twilio, signed as it signs."""
        query = query and f"?{query}"
        if signature is None:
            lists = {name: [value] for name, value in fields.items()}
            signature = gateway._get_adapter().get_signature(
                gateway.callback_url + query, lists
            )
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        if signature:
            headers["X-Twilio-Signature"] = signature
        path = f"/service/sms/{gateway.callback_token}/callback{query}"
        return self.url_open(path, data=urlencode(fields).encode(), headers=headers)

    def get_refused(self, gateway):
        gateway.invalidate_recordset()
        return [(row.error, row.times) for row in gateway.refusal_ids]

    def test_report(self):
        message = self.build_message()
        for said, state in (
            ("delivered", "delivered"),
            ("delivered", "delivered"),  # repeated
            ("sent", "delivered"),  # late
        ):
            fields = {**REPORT, "MessageStatus": said}
            answer = self.call(self.twilio, fields, query=f"id={OWN}")
            self.assertEqual((answer.status_code, answer.text), (200, ""))
            self.env.invalidate_all()
            self.assertEqual(message.state, state)
        self.assertEqual(message.remote_id, "SM1")
        self.assertFalse(self.twilio.refusal_ids)

    def test_report_of_an_unknown_message(self):
        self.assertEqual(self.call(self.twilio, REPORT).status_code, 200)

    def test_signed_for_the_address_we_gave(self):
        """A proxy that speaks plain HTTP to Odoo changes nothing."""
        self.env["ir.config_parameter"].set_param(
            "web.base.url", "https://crm.example.com"
        )
        answer = self.call(self.twilio, REPORT, query="id=1")
        self.assertEqual(answer.status_code, 200)

    def test_reply(self):
        """A reply comes in once, however often the call is repeated."""
        for _each in range(3):
            answer = self.call(self.twilio, REPLY)
            self.assertEqual((answer.status_code, answer.text), (200, "<Response/>"))
        self.assertIn("text/xml", answer.headers["Content-Type"])
        inbound = self.get_inbound()
        self.assertEqual(len(inbound), 1)
        self.assertIn("Да", inbound.preview)

    def test_sms_ru(self):
        message = self.build_message(remote_id="000-1", gateway_id=self.sms_ru.id)
        entries = ["sms_status\n000-1\n103\n1764576000", "sms_status\n000-2\n104\n0"]
        mark = hashlib.sha256(("API-1" + "".join(entries)).encode()).hexdigest()
        path = f"/service/sms/{self.sms_ru.callback_token}/callback"
        fields = {"data[0]": entries[0], "data[1]": entries[1], "hash": mark}
        answer = self.url_open(path, data=fields)
        self.assertEqual((answer.status_code, answer.text), (200, "100"))
        self.env.invalidate_all()
        self.assertEqual(message.state, "delivered")

    def test_wrong_or_missing_signature(self):
        message = self.build_message()
        for signature in ("", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="):
            answer = self.call(self.twilio, REPORT, signature, f"id={OWN}")
            self.assertEqual(answer.status_code, 403)
        self.env.invalidate_all()
        self.assertEqual(message.state, "sent")
        self.assertEqual(self.get_refused(self.twilio), [("Wrong signature", 2)])
        with self.subTest("for administrators only"):
            rows = self.twilio.refusal_ids
            self.assertTrue(rows.with_user(self.user_admin).read(["error"]))
            for user in (self.user_operator, self.user_manager, self.user_performer):
                with self.assertRaises(AccessError), mute_logger("odoo.models"):
                    rows.with_user(user).read(["error"])

    def test_signature_of_another_gateway(self):
        other = self.twilio.copy({"secret": "другая"})
        lists = {name: [value] for name, value in REPORT.items()}
        signature = other._get_adapter().get_signature(self.twilio.callback_url, lists)
        answer = self.call(self.twilio, REPORT, signature)
        self.assertEqual(answer.status_code, 403)

    def test_unknown_address(self):
        answer = self.url_open("/service/sms/guess/callback", data={"x": "y"})
        self.assertEqual((answer.status_code, answer.text), (404, "unknown address"))
        self.assertFalse(self.env["sms.gateway.refusal"].search([]))

    def test_a_gateway_out_of_use(self):
        self.twilio.active = False
        self.assertEqual(self.call(self.twilio, REPORT).status_code, 404)

    def test_a_new_address_ends_the_old(self):
        old = self.twilio.callback_token
        self.twilio.with_user(self.user_admin).action_renew_callback()
        self.assertNotEqual(self.twilio.callback_token, old)
        answer = self.url_open(f"/service/sms/{old}/callback", data={"x": "y"})
        self.assertEqual(answer.status_code, 404)

    def test_gateways_without_callbacks(self):
        sandbox = self.gateways.create({"name": "Sandbox", "kind": "sandbox"})
        answer = self.url_open(f"/service/sms/{sandbox.callback_token}/callback")
        self.assertEqual(answer.status_code, 403)

    def test_too_many_wrong_calls(self):
        for _each in range(30):
            self.assertEqual(self.call(self.twilio, REPORT, "x").status_code, 403)
        self.assertEqual(self.call(self.twilio, REPORT, "x").status_code, 429)
        self.assertEqual(self.get_refused(self.twilio), [("Wrong signature", 30)])
        with self.subTest("the provider's own calls pass"):
            self.assertEqual(self.call(self.twilio, REPORT).status_code, 200)

    def test_too_big(self):
        path = f"/service/sms/{self.twilio.callback_token}/callback"
        answer = self.url_open(path, data=b"x" * (257 * 1024))
        self.assertEqual(answer.status_code, 413)

    def test_failure_of_ours_is_tried_again_by_the_provider(self):
        def fail(*_args):
            raise ValueError("broken")

        with (
            patch.object(self.registry["sms.gateway"], "_apply_reports", fail),
            mute_logger("odoo.http"),
        ):
            self.assertEqual(self.call(self.twilio, REPORT).status_code, 500)

    def test_addresses_are_secret(self):
        with self.assertRaises(AccessError):
            self.twilio.with_user(self.user_dispatcher).read(["callback_url"])
        self.assertNotEqual(
            self.twilio.callback_token, self.twilio.copy().callback_token
        )

    def test_old_refusals_are_forgotten(self):
        self.twilio._note_refused("Wrong signature", "127.0.0.1")
        self.env.cr.execute(
            "UPDATE sms_gateway_refusal"
            " SET write_date = write_date - interval '31 days'"
        )
        self.twilio._note_refused("Unknown state 'x'", "127.0.0.1")
        self.env.invalidate_all()
        self.env["sms.gateway.refusal"]._gc_refusals()
        self.assertEqual(self.get_refused(self.twilio), [("Unknown state 'x'", 1)])
