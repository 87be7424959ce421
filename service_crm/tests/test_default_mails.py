from datetime import datetime
from unittest.mock import patch

from odoo.tools import mute_logger

from .common import ServiceCommon

CONFIRMED = {
    "customer_confirmed": datetime(2026, 11, 20),
    "performer_confirmed": datetime(2026, 11, 20),
}
SENDER = "odoo.addons.service_crm.models.service_phase_mail"


class TestDefaultMails(ServiceCommon):
    """The mails of service_crm alone, by the method that queues them: addons with
    their own messages replace when it is called, not what it does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.email = "office@service.example.com"
        cls.request = cls.build_request(partner_id=cls.customer.id)
        cls.site = cls.build_partner(
            name="Entrance 2",
            type="other",
            parent_id=cls.company_customer.id,
            street="Lenina 5",
            city="Moscow",
            tz="Europe/Moscow",
        )

    @classmethod
    def build_request(cls, **values):
        return super().build_request(**{"stage_id": cls.stages["new"].id, **values})

    def entries(self, records, **values):
        """Rows that were written when the records entered."""
        return self.env["service.phase.log"].search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)]
            + [(name, "=", value) for name, value in values.items()]
        )

    def enter(self, records, field_name="stage_id"):
        """Rows of an entry, written without telling any listener."""
        log = self.env["service.phase.log"]
        with patch.object(type(log), "_service_entered", lambda rows: None):
            return log._log_entries(records, field_name)

    def build_visit(self, **values):
        """A work order on site, Monday 12 to 14 in Moscow."""
        with patch.object(
            type(self.env["service.phase.log"]), "_service_entered", lambda rows: None
        ):
            return self.build_work_order(
                **{
                    "request_id": self.request.id,
                    "site_id": self.site.id,
                    "performer_id": self.performer.id,
                    "date_start": datetime(2026, 11, 23, 9),
                    "date_end": datetime(2026, 11, 23, 11),
                    **values,
                }
            )

    def queue(self, rows):
        """The mails that are queued for the rows."""
        mails = self.env["mail.mail"]
        known = mails.search([])
        rows._queue_default_mails()
        return mails.search([]) - known

    def test_nobody_waits_for_texts(self):
        """Entries are marked; the job that writes is woken, and writes each once."""
        self.send_messages()
        cron = self.env.ref("service_crm.ir_cron_service_messages")
        triggers = self.env["ir.cron.trigger"]
        woken = triggers.search_count([("cron_id", "=", cron.id)])
        request = self.build_request(partner_id=self.customer.id)
        self.assertTrue(self.entries(request).message_pending)
        self.assertGreater(triggers.search_count([("cron_id", "=", cron.id)]), woken)
        known = self.env["mail.mail"].search([])
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        mails = self.env["mail.mail"].search([]) - known
        self.assertFalse(self.entries(request).message_pending)
        about = mails.filtered(lambda m: m.model == "crm.lead")
        self.assertEqual(about.mapped("res_id"), request.ids)

    def test_no_rule_no_wait(self):
        self.send_messages()
        with (
            patch.object(
                type(self.env["service.phase.log"]),
                "_is_message_entry",
                lambda log, vals: False,
            ),
            patch.object(type(self.env["ir.cron"]), "_trigger") as trigger,
        ):
            self.request.stage_id = self.stages["dispatch"]
        self.assertFalse(trigger.called)

    def test_failing_entry_does_not_stay_pending(self):
        request = self.build_request(partner_id=self.customer.id)

        def fail(rows):
            if request.id in rows.mapped("res_id"):
                raise ValueError("Нет связи")

        log = type(self.env["service.phase.log"])
        with patch.object(log, "_send_messages", fail), self.assertLogs(SENDER):
            self.send_messages()
        row = self.entries(request)
        self.assertFalse(row.message_pending)
        self.assertEqual(row.message_error, "Нет связи")

    def test_received(self):
        self.request.service_number = "SR/2026/00042"
        mail = self.queue(self.entries(self.request))
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertEqual(mail.state, "outgoing")
        self.assertIn("SR/2026/00042", mail.subject)
        self.assertIn("SR/2026/00042", mail.body_html)
        link = f"/service/r/{self.request.id}/{self.request.access_token}"
        self.assertIn(f'href="{self.request.get_base_url()}{link}"', mail.body_html)
        self.assertIn("office@service.example.com", mail.email_from)
        self.assertIn("auto-generated", mail.headers)
        self.assertNotIn("False", mail.body_html)

    def test_received_by_unknown_sender(self):
        request = self.build_request(
            email_from="Пётр <petr@new.example.com>", contact_name="Пётр"
        )
        mail = self.queue(self.entries(request))
        self.assertFalse(mail.recipient_ids)
        self.assertEqual(mail.email_to, "Пётр <petr@new.example.com>")
        self.assertIn("Пётр", mail.body_html)
        self.assertNotIn("False", mail.body_html)

    def test_nobody_to_write_to(self):
        request = self.build_request(name="Call back", phone="+7 495 999-00-11")
        self.assertFalse(self.queue(self.entries(request)))

    def test_request_is_confirmed_once(self):
        self.assertEqual(len(self.queue(self.entries(self.request))), 1)
        self.assertFalse(self.queue(self.enter(self.request)))

    def test_assigned_goes_to_the_performer(self):
        visit = self.build_visit(state="assigned", instruction="Door drive\nand belt")
        self.performer.tz = "Asia/Yekaterinburg"
        mail = self.queue(self.enter(visit, "state"))
        self.assertEqual(mail.recipient_ids, self.user_performer.partner_id)
        body = str(mail.body_html)
        # from 9 to 11 in UTC
        self.assertIn("Monday, 23 November, 2:00 PM–4:00 PM", body)
        self.assertIn("Lenina 5", body)
        self.assertIn(self.customer.phone, body)
        self.assertIn(f"model=service.work.order&amp;res_id={visit.id}", body)
        self.assertNotIn("False", body)

    def test_subcontractor_without_login(self):
        partner = self.build_partner(name="Fix Ltd", email="fix@sub.example.com")
        crew = self.build_performer(name="Fix crew", partner_id=partner.id)
        visit = self.build_visit(state="assigned", performer_id=crew.id)
        mail = self.queue(self.enter(visit, "state"))
        self.assertEqual(mail.recipient_ids, partner)

    def test_slot_fixed_in_the_customers_time(self):
        visit = self.build_visit(**CONFIRMED)
        mail = self.queue(self.enter(visit, "slot_state"))
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn("Monday, 23 November, 12:00 PM–2:00 PM", mail.body_html)
        self.assertIn(self.performer.name, mail.body_html)

    def test_slot_tentative_is_not_told(self):
        visit = self.build_visit(customer_confirmed=datetime(2026, 11, 20))
        self.assertFalse(self.queue(self.enter(visit, "slot_state")))

    def test_visit_over_midnight_and_without_end(self):
        visit = self.build_visit(
            date_end=datetime(2026, 11, 24, 9),
            override_reason="Works through the night",
        )
        text = visit._get_slot_text("Europe/Moscow")
        self.assertIn("Monday, 23 November", text)
        self.assertIn("Tuesday, 24 November", text)
        visit.date_end = False
        self.assertIn("23 November", visit._get_slot_text("Europe/Moscow"))
        visit.date_start = False
        self.assertNotIn("False", visit._get_slot_text())

    def test_ready_and_rating(self):
        self.request.stage_id = self.stages["closing"]
        rows = self.entries(self.request, phase="closing")
        self.assertIn("done", self.queue(rows).subject)
        template = self.env.ref("service_crm.mail_template_rate")
        recipients = self.request._get_service_recipients("customer")
        mail = template._queue_service_mails({self.request.id: recipients[0]})
        self.assertIn("#rate", mail[self.request.id].body_html)

    def test_language_of_the_recipient(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        template = self.env.ref("service_crm.mail_template_slot_fixed")
        template.with_context(
            lang="ru_RU"
        ).subject = "Мастер: {{ object._get_slot_text(object._get_customer_tz()) }}"
        self.customer.lang = "ru_RU"
        self.performer.service_capacity = 2
        other = self.build_partner(name="John", email="john@x.example.com")
        visits = self.build_visit(**CONFIRMED) + self.build_visit(
            partner_id=other.id, request_id=False, **CONFIRMED
        )
        mails = self.queue(self.enter(visits, "slot_state"))
        by_partner = {mail.recipient_ids: mail for mail in mails}
        self.assertIn("понедельник, 23 ноября", by_partner[self.customer].subject)
        self.assertIn("Monday, 23 November", by_partner[other].subject)

    def test_broken_template_stops_nothing(self):
        template = self.env.ref("service_crm.mail_template_received")
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            self.env.cr.execute(
                "UPDATE mail_template SET subject = "
                "jsonb_build_object('en_US', '{{ 1 / len(object.name or []) }}')"
                " WHERE id = %s",
                [template.id],
            )
        self.env.invalidate_all()
        good = self.build_request(partner_id=self.customer.id)
        bad = self.build_request(partner_id=self.customer.id)
        self.env.cr.execute("UPDATE crm_lead SET name = '' WHERE id = %s", [bad.id])
        self.env.invalidate_all()
        rows = self.entries(good + bad)
        with (
            self.assertLogs(SENDER) as logs,
            mute_logger("odoo.addons.mail.models.mail_render_mixin"),
        ):
            mails = self.queue(rows)
        self.assertEqual(len(logs.output), 1)
        self.assertEqual(mails.mapped("res_id"), good.ids)
        self.assertIn("was not sent", bad.message_ids[0].body)

    def test_switched_off_template(self):
        self.env.ref("service_crm.mail_template_received").active = False
        self.assertFalse(self.queue(self.entries(self.request)))

    def test_queries_do_not_grow(self):
        def count(number):
            requests = self.env["crm.lead"].create(
                [
                    {
                        "name": f"Request {index}",
                        "team_id": self.team.id,
                        "partner_id": self.customer.id,
                        "stage_id": self.stages["new"].id,
                    }
                    for index in range(number)
                ]
            )
            rows = self.entries(requests)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows._queue_default_mails()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(2)  # warm caches
        self.assertEqual(count(5), count(40))
