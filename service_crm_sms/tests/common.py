import re
from datetime import datetime

from odoo import fields

from odoo.addons.service_crm.tests.common import ServiceCommon

CONFIRMED = {
    "customer_confirmed": datetime(2026, 11, 20),
    "performer_confirmed": datetime(2026, 11, 20),
}


class MessagesCommon(ServiceCommon):
    """The service team's people, all with mail address and phone, and their rules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.email = "office@service.example.com"
        cls.env.company.country_id = cls.env.ref("base.ru")
        cls.performer_partner = cls.user_performer.partner_id
        cls.performer_partner.write(
            {"phone": "+7 916 000-11-22", "country_id": cls.env.ref("base.ru").id}
        )
        cls.performer.service_capacity = 100
        cls.site = cls.build_partner(
            name="Entrance 2",
            type="other",
            parent_id=cls.company_customer.id,
            street="Lenina 5",
            city="Moscow",
            tz="Europe/Moscow",
        )
        cls.rules = cls.env["service.notification.rule"]
        cls.messages = cls.env["service.notification"]
        # Tests of anything else run by day and by night.
        cls.limits = cls.env["service.message.limit"].search([])
        cls.limits.write({"quiet_from": 0, "quiet_to": 0, "daily_cap": 0})

    @classmethod
    def rule(cls, name):
        """The ready rule of this name."""
        return cls.env.ref(f"service_crm_sms.rule_{name}")

    @classmethod
    def text(cls, name):
        """The ready text of this name."""
        return cls.env.ref(f"service_crm_sms.message_template_{name}")

    @classmethod
    def only_rule(cls, name, **values):
        """The ready rule of this name, all others switched off."""
        rule = cls.rule(name)
        (cls.rules.search([]) - rule).active = False
        rule.write(values)
        return rule

    @classmethod
    def build_request(cls, **values):
        values.setdefault("partner_id", cls.customer.id)
        values.setdefault("site_id", cls.site.id)
        return super().build_request(**values)

    @classmethod
    def build_visit(cls, **values):
        """A planned visit, Monday 12 to 14 in Moscow."""
        if "request_id" not in values:
            values["request_id"] = cls.build_request().id
        request = cls.env["crm.lead"].browse(values["request_id"])
        values.setdefault("partner_id", request.partner_id.id)
        return cls.build_work_order(
            **{
                "site_id": cls.site.id,
                "performer_id": cls.performer.id,
                "date_start": datetime(2026, 11, 23, 9),
                "date_end": datetime(2026, 11, 23, 11),
                **values,
            }
        )

    def sent(self, records, **values):
        """The log rows about the records, after the job wrote what was waiting."""
        self.send_messages()
        return self.messages.search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)]
            + [(name, "=", value) for name, value in values.items()]
        )

    def follow(self, text):
        """Where the short link in a text leads."""
        code = re.search(r"/r/(\w+)", text).group(1)
        return self.env["link.tracker"].get_url_from_code(code)

    def send_waiting(self):
        """What waits is due now: the job sends it."""
        waiting = self.messages.search([("state", "=", "waiting")])
        waiting.date_due = fields.Datetime.now()
        waiting._send_due()

    def sms_of(self, messages):
        """The rows of Odoo's SMS queue behind log rows."""
        return self.env["sms.sms"].search([("uuid", "in", messages.mapped("sms_uuid"))])
