from datetime import datetime

from freezegun import freeze_time

from odoo.fields import Command

from .common import MessagesCommon

NOON = datetime(2026, 11, 23, 10)


class MailingCommon(MessagesCommon):
    """A group of customers, a text for them, and who agreed to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.resource_calendar_id.tz = "Europe/Moscow"
        cls.env["sms.gateway"].search([]).active = False
        cls.gateway = cls.env["sms.gateway"].create({"name": "Box", "kind": "sandbox"})
        cls.people = cls.env["res.partner"].create(
            [
                {
                    "name": f"Клиент {number}",
                    "phone": f"+7 916 000-10-{number:02d}",
                    "email": f"client{number}@x.example.com",
                    "country_id": cls.env.ref("base.ru").id,
                    "lang": "en_US",
                }
                for number in range(6)
            ]
        )
        cls.segment = cls.env["service.segment"].create(
            {"name": "Boilers", "partner_ids": [Command.set(cls.people.ids)]}
        )
        cls.text_news = cls.env["service.message.template"].create(
            {
                "name": "Boilers in autumn",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "purpose": "advertising",
                "sms_body": "{{ object.name }}, проверим котёл до зимы?",
                "mail_subject": "Котёл до зимы",
                "mail_body": "<p>Проверим котёл?</p>",
            }
        )
        cls.mailings = cls.env["service.mailing"]

    @classmethod
    def agree(cls, partners, state="given"):
        cls.env["service.message.consent"].create(
            [
                {"partner_id": p.id, "purpose": "advertising", "state": state}
                for p in partners
            ]
        )

    @classmethod
    def build_mailing(cls, **values):
        return cls.mailings.create(
            {
                "name": "Autumn",
                "template_id": cls.text_news.id,
                "segment_ids": [Command.set(cls.segment.ids)],
                "channel": "sms",
                "per_hour": 0,
                **values,
            }
        )

    def run_portions(self, mailing, at=NOON, limit=20):
        """The job, as often as it is due."""
        with freeze_time(at):
            for _portion in range(limit):
                if not mailing.filtered_domain(mailing._get_due_domain()):
                    break
                mailing._send_portion()

    def start(self, mailing, at=NOON, **run):
        with freeze_time(at):
            mailing.with_user(self.user_manager).action_start()
        self.run_portions(mailing, at, **run)
        return mailing.notification_ids.sorted("id")

    def told(self, messages):
        return messages.filtered(lambda m: m.state not in ("suppressed", "failed"))
