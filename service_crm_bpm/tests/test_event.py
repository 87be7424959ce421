import base64
from datetime import datetime, timedelta

from freezegun import freeze_time
from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.service_crm.tests.common import requirement

from .test_timer import TimerCommon

MONDAY = datetime(2026, 11, 23, 7, 0)
PIXEL = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
        "awAAAABJRU5ErkJggg=="
    )
)


class WatchCommon(TimerCommon):
    """What is noted is looked at before a commit."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.robots._unregister_hook)  # no rollback does it

    def finish(self):
        """What a request does at its end."""
        self.env.cr.flush()

    def build_wait(self, kind, model="crm.lead", **values):
        """A published process: wait for an event, then a person's stage."""
        stage = {"kind": "event", "event_kind": kind, **values}
        return self.publish(self.build_process(model, {"wait": stage, "call": "work"}))

    def is_through(self, run):
        self.finish()
        return self.get_places(run) == ["call"]


@tagged("post_install", "-at_install")
class TestEvent(WatchCommon):
    """Stages that wait for an event."""

    def _post(self, record, author, kind="comment", text="Здравствуйте"):
        record.message_post(
            body=Markup("<p>%s</p>") % text,
            author_id=author.id,
            message_type=kind,
            subtype_xmlid="mail.mt_comment",
        )

    def test_a_reply_of_the_customer(self):
        requests = self.build_new(2, partner_id=self.customer.id)
        runs = self.start(self.build_wait("reply"), requests)
        self.assertEqual(self.get_open(runs).mapped("state"), ["waiting"] * 2)
        self._post(requests[0], self.user_manager.partner_id)
        self.assertFalse(self.is_through(runs[0]), "that was one of us")
        stranger = self.build_partner(name="Чужой")
        self._post(requests[0], stranger, "email")
        self.assertTrue(self.is_through(runs[0]))
        self.assertEqual(self.get_places(runs[1]), ["wait"])
        self.assertEqual(self.get_events(runs[0], "event"), [("event", "wait")])
        self._post(requests[0], stranger, "email")
        self.finish()
        self.assertEqual(self.get_path(runs[0]), ["start", "wait", "call"], "once")

    def test_mail_and_sms_are_told_apart(self):
        request = self.build_new()
        mail = self.start(self.build_wait("mail"), request)
        sms = self.start(self.build_wait("sms"), request)
        self._post(request, self.customer, "comment")
        self.assertFalse(self.is_through(mail) or self.is_through(sms))
        self._post(request, self.customer, "sms")
        self.assertTrue(self.is_through(sms))
        self.assertFalse(self.is_through(mail))
        self._post(request, self.customer, "email")
        self.assertTrue(self.is_through(mail))

    def test_only_messages_that_match(self):
        process = self.build_wait(
            "reply", event_domain="[('body', 'ilike', 'согласен')]"
        )
        request = self.build_new()
        run = self.start(process, request)
        self._post(request, self.customer, "email", "Я подумаю")
        self.assertFalse(self.is_through(run))
        self._post(request, self.customer, "email", "Да, согласен")
        self.assertTrue(self.is_through(run))

    def test_a_reply_is_heard_by_the_processes_of_the_customer(self):
        process = self.build_wait("reply", "res.partner")
        runs = self.start(process, self.customer + self.company_customer)
        self._post(self.build_new(), self.customer, "email")
        self.finish()
        self.assertEqual(self.get_places(runs), ["call", "call"])

    def test_a_call(self):
        request = self.build_new()
        run = self.start(self.build_wait("call"), request)
        for xmlid in ("mail.mail_activity_data_todo", "mail.mail_activity_data_call"):
            self.assertFalse(self.is_through(run))
            request.activity_schedule(xmlid, user_id=self.env.uid)._action_done()
        self.assertTrue(self.is_through(run))

    def _build_invoice(self, price=1000.0, **values):
        product = self.build_product()
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": product.id, "price_unit": price, "tax_ids": []}
                    )
                ],
                **values,
            }
        )

    def _pay(self, invoice, amount):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({"amount": amount}).action_create_payments()

    def test_a_payment(self):
        invoice, other = self._build_invoice(), self._build_invoice()
        (invoice + other).action_post()
        runs = self.start(self.build_wait("payment", "account.move"), invoice + other)
        customers = self.start(self.build_wait("payment", "res.partner"), self.customer)
        self._pay(invoice, 400)
        self.assertFalse(self.is_through(runs[0]), "a part")
        self._pay(invoice, 600)
        self.assertTrue(self.is_through(runs[0]))
        self.assertEqual(self.get_places(runs[1]), ["wait"])
        self.assertTrue(self.is_through(customers))

    @requirement("R129")
    def test_a_sum_that_is_needed_is_reached(self):
        contract = self.env["service.contract"].create(
            {
                "subject": "Договор",
                "partner_id": self.company_customer.id,
                "date_start": "2026-11-01",
                "amount_total": 5000,
            }
        )
        target = self.build_process(
            "service.contract",
            {
                "sum": {
                    "kind": "pause",
                    "pause_mode": "condition",
                    "pause_condition": "amount_paid >= 1000",
                },
                "reached": "automatic",
            },
        )
        self.build_field_robot(
            {"subject": "Набрано"},
            "service.contract",
            trigger="process",
            process_stage_id=self.get_stage(target, "reached").id,
        )
        run = self.start(self.publish(target), contract)
        invoice = self._build_invoice(5000, contract_id=contract.id)
        invoice.action_post()
        self._pay(invoice, 999.99)
        self.finish()
        self.assertEqual(contract.amount_paid, 999.99)
        self.assertEqual(self.get_places(run), ["sum"])
        self._pay(invoice, 0.01)
        self.finish()
        self.assertEqual(contract.amount_paid, 1000)
        self.assertEqual(run.state, "done")
        self.assertEqual(contract.subject, "Набрано")

    def test_a_signature(self):
        visit = self.build_work_order(request_id=self.build_new().id)
        own = self.start(self.build_wait("signature", "service.work.order"), visit)
        request = self.start(self.build_wait("signature"), visit.request_id)
        visit.signature = PIXEL
        self.assertTrue(self.is_through(own))
        self.assertTrue(self.is_through(request))

    def test_a_document(self):
        request = self.build_new(partner_id=self.customer.id)
        run = self.start(
            self.build_wait("document", event_domain="[('state', '=', 'issued')]"),
            request,
        )
        paper = self.env["service.document"].create(
            {
                "type_id": self.env["service.document.type"].search([], limit=1).id,
                "request_id": request.id,
            }
        )
        self.assertFalse(self.is_through(run))
        paper.sudo().state = "issued"
        self.assertTrue(self.is_through(run))

    def test_a_web_form(self):
        request = self.build_new(partner_id=self.customer.id)
        run = self.start(self.build_wait("form"), request)
        customer = self.start(self.build_wait("form", "res.partner"), self.customer)
        post = self.env["service.inbound"].create({"channel": "form", "name": "Форма"})
        self.assertFalse(self.is_through(run))
        post._set_done(request)
        self.assertTrue(self.is_through(run))
        self.assertTrue(self.is_through(customer))

    def test_a_change_of_the_document(self):
        field = self.get_field("crm.lead", "city")
        requests = self.build_new(3)
        any_city = self.start(
            self.build_wait("change", event_field_id=field.id), requests
        )
        tula = self.start(
            self.build_wait(
                "change",
                event_field_id=field.id,
                event_domain="[('city', '=', 'Тула')]",
            ),
            requests,
        )
        requests[0].city = "Тула"
        requests[1].city = "Омск"
        requests[2].street = "Ленина"
        self.finish()
        self.assertEqual(
            [self.get_places(run) for run in any_city], [["call"], ["call"], ["wait"]]
        )
        self.assertEqual(
            [self.get_places(run) for run in tula], [["call"], ["wait"], ["wait"]]
        )

    def test_any_change_of_the_document(self):
        requests = self.build_new(2)
        self.finish()
        runs = self.start(self.build_wait("change"), requests)
        requests[0].street = "Ленина"
        self.finish()
        self.assertEqual([self.get_places(r) for r in runs], [["call"], ["wait"]])

    def test_a_list_of_the_document(self):
        tags = self.get_field("crm.lead", "tag_ids")
        request = self.build_new()
        run = self.start(self.build_wait("change", event_field_id=tags.id), request)
        request.tag_ids = [Command.create({"name": "Срочно"})]
        self.assertTrue(self.is_through(run))

    def test_what_the_process_may_not_see_it_does_not_hear_of(self):
        # sees the own leads alone
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman"
        )
        stage = {"kind": "event", "event_kind": "change"}
        stage["event_domain"] = "[('city', '=', 'Тула')]"
        process = self.publish(
            self.build_process(stages={"wait": stage}, user_id=seller.id)
        )
        request = self.build_new(user_id=self.user_manager.id)
        run = self.start(process, request)
        request.city = "Тула"
        self.finish()
        self.assertEqual(self.get_places(run), ["wait"])

    def test_a_signal_of_another_process(self):
        sender = self.publish(
            self.build_process(
                stages={"tell": {"kind": "automatic", "event_signal": "товар пришёл"}}
            )
        )
        waiting = self.start(
            self.build_wait("signal", event_signal="товар пришёл"), self.build_new(2)
        )
        other = self.start(
            self.build_wait("signal", event_signal="иное"), self.build_new()
        )
        self.start(sender, self.build_new())
        self.assertEqual(self.get_places(waiting), ["call", "call"])
        self.assertEqual(self.get_places(other), ["wait"])

    def test_a_signal_stays_in_its_company(self):
        run = self.start(self.build_wait("signal", event_signal="x"), self.build_new())
        other = self.env["res.company"].create({"name": "Бета"})
        self.assertFalse(self.env["bpm.wait"]._signal("x", other))
        self.assertEqual(self.get_places(run), ["wait"])
        self.assertEqual(self.env["bpm.wait"]._signal("x", self.env.company), 1)
        self.assertEqual(self.get_places(run), ["call"])

    def _build_timeout(self):
        stage = {
            "kind": "event",
            "event_kind": "reply",
            "timeout_amount": 5,
            "timeout_unit": "days",
        }
        return self.publish(
            self.build_process(
                stages={"wait": stage, "call": "work", "close": "work"},
                ways=[
                    ("start", "wait"),
                    ("wait", "call"),
                    ("wait", "close", {"outcome": "timeout"}),
                    ("call", "end"),
                    ("close", "end"),
                ],
            )
        )

    def test_the_time_is_over(self):
        requests = self.build_new(2)
        with freeze_time(MONDAY):
            runs = self.start(self._build_timeout(), requests)
        with freeze_time(MONDAY + timedelta(days=4)):
            self._post(requests[0], self.customer, "email")
            self.finish()
            self.run_cron()
        self.assertEqual([self.get_places(r) for r in runs], [["call"], ["wait"]])
        with freeze_time(MONDAY + timedelta(days=5)):
            self.run_cron()
            self._post(requests[1], self.customer, "email")
            self.finish()
        self.assertEqual([self.get_places(r) for r in runs], [["call"], ["close"]])
        self.assertFalse(self.get_timers(runs))
        waits = self.env["bpm.wait"].search([("token_id.instance_id", "in", runs.ids)])
        self.assertFalse(waits)

    def test_pauses_end_when_their_document_changes(self):
        condition = self.build_pause(
            pause_mode="condition", pause_condition="expected_revenue > 1000"
        )
        dated = self.build_pause(pause_mode="field", pause_path="date_deadline")
        request = self.build_new(date_deadline="2026-12-10")
        with freeze_time(MONDAY):
            waiting = self.start(condition, request)
            paused = self.start(dated, request)
            request.write({"expected_revenue": 1000, "date_deadline": "2026-12-05"})
            self.finish()
            self.assertEqual(self.get_places(waiting), ["rest"])
            self.assertEqual(
                self.get_timers(paused).mapped("date_due"), [datetime(2026, 12, 4, 21)]
            )
            request.write({"expected_revenue": 1001, "date_deadline": False})
            self.finish()
        self.assertEqual(self.get_places(waiting), ["call"])
        self.assertEqual(
            self.get_timers(paused).mapped("date_due"), [datetime(2026, 12, 4, 21)]
        )

    def test_events_of_a_paused_run_are_kept(self):
        request = self.build_new()
        run = self.start(self.build_wait("reply"), request)
        run._pause("Отпуск")
        self._post(request, self.customer, "email")
        self.assertFalse(self.is_through(run))
        run._resume("Вернулись")
        self.assertTrue(self.is_through(run))

    def test_a_condition_that_cannot_be_understood_is_said(self):
        process = self.build_wait("change", event_domain="[('нет', '=', 1)]")
        with self.assertRaisesRegex(UserError, "cannot be understood"):
            self.start(process, self.build_new())
        with self.assertRaisesRegex(UserError, "cannot be understood"):
            self.get_stage(process, "wait")._get_wait()

    def test_a_model_nobody_watches_costs_nothing(self):
        write = self.registry["res.partner"].write
        self.assertFalse(getattr(write, "of_processes", False))
        self.start(self.build_wait("change", "res.partner"), self.customer)
        write = self.registry["res.partner"].write
        self.assertTrue(getattr(write, "of_processes", False))
        self.assertTrue(self.registry.registry_invalidated, "other processes are told")

    def test_queries_do_not_grow_with_the_batch(self):
        process = self.build_wait(
            "change", event_field_id=self.get_field("crm.lead", "city").id
        )
        counts = []
        for size in (2, 80):
            requests = self.build_new(size)
            runs = self.start(process, requests)
            self.finish()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            requests.city = "Тула"
            self.finish()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(self.get_places(runs), ["call"] * size)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)
