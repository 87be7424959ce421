"""Role × model × operation and role × step, for messages and their rules."""

from unittest.mock import patch

from odoo.addons.service_crm.tests.common_rights import RightsCommon

from ..tools.gateways.twilio import TwilioGateway
from .common_mailing import MailingCommon

STAFF = "operator manager dispatcher admin"
EMPLOYEES = f"{STAFF} performer user"
RIGHTS = {
    "limits": "admin rwcd",
    "rule": "operator manager dispatcher r, admin rwcd",
    "message": f"{STAFF} r",
    "figure": f"{STAFF} r",
    "text": "operator manager dispatcher r, admin rwcd",
    "consent": "operator manager dispatcher rc, admin rwcd",
    "mailing": "operator dispatcher r, manager admin rwcd",
    "queued SMS": "",
    "refused call": "admin r",
    "gateway": "admin rwcd",
    "price": "admin rwcd",
    "early report": "admin r",
    "text of SMS": "operator manager dispatcher performer user r, admin rwcd",
}
STEPS = [
    ("service.notification", "action_retry", "failed", STAFF),
    ("service.notification", "action_open_document", "failed", STAFF),
    ("service.notification", "action_arrived", "failed", STAFF),
    ("service.notification", "action_send_again", "failed", STAFF),
    ("service.notification.report", "action_open_message", "figure", STAFF),
    ("service.notification.rule", "action_open_notifications", "rule", STAFF),
    ("res.partner", "action_open_message_consents", "customer", STAFF),
    ("service.message.template", "action_preview_mail", "ready_text", STAFF),
    (
        "service.message.template",
        "action_preview",
        "ready_text",
        STAFF,
        ({"model": "res.country", "sms_body": "x"},),
    ),
    ("service.mailing", "action_count", "mailing", "manager admin"),
    ("service.mailing", "action_start", "mailing", "manager admin"),
    ("service.mailing", "action_pause", "running", "manager admin"),
    ("service.mailing", "action_cancel", "running", "manager admin"),
    ("service.mailing", "action_send_test", "mailing", "manager admin"),
    ("service.mailing", "action_open_notifications", "mailing", STAFF),
    ("service.mailing", "action_open_requests", "mailing", STAFF),
    ("service.mailing", "action_open_audience", "mailing", STAFF),
    ("crm.lead", "action_service_notifications", "request", STAFF),
    ("sms.gateway", "action_renew_callback", "gateway", "admin"),
    ("sms.gateway", "action_resume", "gateway", "admin"),
    ("sms.gateway", "action_open_messages", "gateway", "admin"),
    ("sms.gateway", "action_open_queue", "gateway", "admin"),
    ("sms.gateway", "action_open_unknown", "gateway", "admin"),
    ("sms.gateway", "action_check_connection", "asked", "admin"),
    ("sms.gateway", "action_send_test", "gateway", "admin"),
    ("sms.gateway.test", "action_send", "test_message", "admin"),
    ("sms.gateway", "action_sandbox_phone", "sandbox", STAFF),
    ("sms.gateway", "action_sandbox_answer", "sandbox", STAFF, ("+79161208115", "Да")),
    ("service.work.order", "action_service_notifications", "order", STAFF),
]


class TestRights(RightsCommon, MailingCommon):
    def test_roles_models_operations(self):
        text = self.env.ref("service_crm_sms.sms_template_slot_fixed")
        message = self._build_failed()
        self.check_table(
            RIGHTS,
            {
                "rule": (
                    self.rules.create(self._get_rule_values()),
                    {"channel": "preferred"},
                    self._get_rule_values(),
                ),
                "limits": (
                    self.limits,
                    {"daily_cap": 3},
                    {"company_id": self.env.company.id},
                ),
                "message": (
                    message,
                    {"state": "sent"},
                    {
                        "res_model": "crm.lead",
                        "res_id": message.res_id,
                        "recipient_key": "x",
                        "channel": "sms",
                        "state": "sent",
                    },
                ),
                "figure": (self._build_figure(), {"state": "sent"}, None),
                "text": (
                    self._build_text(text.model_id),
                    {
                        "name": "Да",
                        "sms_body": "Ждём вас, {{ object.partner_id.name }}",
                        "mail_subject": "{{ object.name }}",
                        "mail_body": "<p>Ждём</p>",
                    },
                    {
                        "name": "Да",
                        "model_id": text.model_id.id,
                        "sms_body": "Ждём {{ object.name }}",
                        "mail_subject": "{{ object.name }}",
                        "mail_body": "<p>Ждём</p>",
                    },
                ),
                "refused call": (
                    self.env["sms.gateway.refusal"].create(
                        {"gateway_id": self._build_gateway().id, "error": "x"}
                    ),
                    {"error": "y"},
                    {"gateway_id": self._build_gateway().id, "error": "z"},
                ),
                "gateway": (
                    self._build_gateway(),
                    {"rate": 5},
                    {"name": "Выход 2", "kind": "sandbox"},
                ),
                "price": (
                    self.env["sms.gateway.price"].create(
                        {"gateway_id": self._build_gateway().id, "price": 1}
                    ),
                    {"price": 2},
                    {"gateway_id": self._build_gateway().id, "price": 3},
                ),
                "early report": (
                    self.env["sms.gateway.report"].create(
                        {
                            "gateway_id": self._build_gateway().id,
                            "remote_id": "1",
                            "state": "sent",
                        }
                    ),
                    {"state": "failed"},
                    {
                        "gateway_id": self._build_gateway().id,
                        "remote_id": "2",
                        "state": "sent",
                    },
                ),
                "consent": (
                    self.env["service.message.consent"].create(
                        self._get_consent_values()
                    ),
                    {"note": "Да"},
                    self._get_consent_values(),
                ),
                "mailing": (
                    self.build_mailing(),
                    {"name": "Нет"},
                    self._get_mailing_values(),
                ),
                "queued SMS": (
                    self.env["sms.sms"].create({"number": "+7 495 1", "body": "Да"}),
                    {"body": "Нет"},
                    {"number": "+7 495 1", "body": "Да"},
                ),
                "text of SMS": (
                    self.env["sms.template"].create(
                        {"name": "Нет", "body": "Нет", "model_id": text.model_id.id}
                    ),
                    {"body": "Да"},
                    {
                        "name": "Да",
                        "body": "Да",
                        "model_id": text.model_id.id,
                    },
                ),
            },
        )

    def test_roles_steps(self):
        self.check_steps(STEPS, "service_crm_sms")

    def _get_consent_values(self):
        return {
            "partner_id": self.customer.id,
            "purpose": "advertising",
            "state": "given",
        }

    def _get_rule_values(self):
        return {
            "event": "slot_fixed",
            "audience": "customer",
            "channel": "sms",
            "template_id": self.text("slot_fixed").id,
        }

    def _build_text(self, model):
        return self.env["service.message.template"].create(
            {
                "name": "Нет",
                "model_id": model.id,
                "sms_body": "Нет",
                "mail_subject": "Нет",
                "mail_body": "<p>Нет</p>",
            }
        )

    def _get_mailing_values(self):
        return {
            "name": "Да",
            "template_id": self.text_news.id,
            "segment_ids": self.segment.ids,
        }

    def _build_mailing(self):
        return self.build_mailing()

    def _build_running(self):
        mailing = self.build_mailing()
        mailing.action_start()
        return mailing

    def _build_customer(self):
        return self.customer

    def _build_figure(self):
        message = self._build_failed()
        self.env.flush_all()
        return self.env["service.notification.report"].browse(message.id)

    def _build_ready_text(self):
        return self.text("received")

    def _build_rule(self):
        return self.rule("received")

    def _build_request(self):
        return self.build_request()

    def _build_order(self):
        return self.build_visit()

    def _build_sandbox(self):
        self._build_gateway()

    def _build_asked(self):
        self.enterContext(
            patch.object(TwilioGateway, "check", lambda gateway: "14.53 USD")
        )
        return self.env["sms.gateway"].create({"name": "Twilio", "kind": "twilio"})

    def _build_test_message(self):
        return self.env["sms.gateway.test"].create(
            {"gateway_id": self._build_gateway().id, "number": "+79161208115"}
        )

    def _build_gateway(self):
        return self.env["sms.gateway"].create({"name": "Выход", "kind": "sandbox"})

    def _build_failed(self):
        return self.messages.create(
            {
                "rule_id": self.rule("received").id,
                "res_model": "crm.lead",
                "res_id": self.build_request().id,
                "recipient_key": "x",
                "channel": "sms",
                "state": "failed",
                "reason": "server",
            }
        )
