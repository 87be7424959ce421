from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import html2plaintext, mute_logger

from .common_portal import CustomerPageCommon


@tagged("post_install", "-at_install")
class TestCustomerPage(CustomerPageCommon):
    """The customer's page: what it shows, what it does, and to whom."""

    # -- what is shown

    def test_page_shows_who_comes_and_when(self):
        request = self.build_planned_request()
        page = self.get_page(request)
        self.assertEqual(page.status_code, 200)
        self.assertIn(request.name, page.text)
        self.assertIn(self.performer.name, page.text)
        self.assertIn("10:00", page.text)  # 7:00 UTC in Moscow
        self.assertIn("Moscow", page.text)
        self.assertIn("+7 495 000-11-22", page.text)
        self.assertIn("Lift inspection", page.text)
        self.assertEqual(page.headers["X-Robots-Tag"], "noindex")
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_strangers_learn_nothing(self):
        request = self.build_planned_request()
        plain = self.env["crm.lead"].create({"name": "Тайна", "team_id": False})
        plain._portal_ensure_token()
        for request_id, token in (
            (request.id, "wrong"),
            (request.id, "не токен"),
            (request.id, plain.access_token),
            (plain.id, plain.access_token),
            (request.id + 100000, request.access_token),
        ):
            page = self.url_open(f"/service/r/{request_id}/{token}")
            self.assertEqual(page.status_code, 404)
            self.assertNotIn(request.name, page.text)
            self.assertNotIn("Тайна", page.text)
        for query in ("", "?access_token=", "?access_token=wrong"):
            page = self.url_open(f"/service/r/{request.id}{query}")
            self.assertEqual(page.status_code, 404)
        answer = self.post(request, "confirm", token="wrong")
        self.assertEqual(answer.status_code, 404)
        self.assertEqual(self.post(request, "unlink").status_code, 404)

    def test_link_as_odoo_writes_it(self):
        request = self.build_planned_request()
        page = self.url_open(request.get_portal_url())
        self.assertEqual(page.status_code, 200)
        self.assertIn(request.service_number, page.text)
        self.assertTrue(page.url.endswith(f"/{request.id}/{request.access_token}"))

    def test_post_without_csrf_token_is_refused(self):
        request = self.build_planned_request()
        with mute_logger("odoo.http"):
            answer = self.url_open(
                f"/service/r/{request.id}/{request.access_token}/message",
                data={"text": "x"},
            )
        self.assertEqual(answer.status_code, 400)
        self.assertNotIn("x", request.message_ids.mapped("preview"))

    def test_cancelled_request_is_read_only(self):
        request = self.build_planned_request()
        visit = request.work_order_ids
        reason = self.env["crm.lost.reason"].create({"name": "Передумали"})
        request.action_set_lost(lost_reason_id=reason.id)
        visit.state = "cancelled"
        page = self.get_page(request)
        self.assertEqual(page.status_code, 200)
        self.assertIn("cancelled", page.text)
        self.assertNotIn("<form", page.text)
        self.assertEqual(self.post(request, "message", text="x").status_code, 400)
        answer = self.post(request, "confirm", visit=visit.id)
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(visit.customer_confirmed)

    # -- what the customer does

    def test_confirm_once(self):
        request = self.build_planned_request()
        visit = request.work_order_ids
        answer = self.post(request, "confirm", visit=visit.id)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("the time is confirmed", answer.text)
        confirmed = visit.customer_confirmed
        self.assertTrue(confirmed)
        note = request.message_ids[0]
        self.assertEqual(note.author_id, self.customer)
        self.assertIn("10:00", note.body)
        count = len(request.message_ids)
        self.post(request, "confirm", visit=visit.id)
        self.assertEqual(visit.customer_confirmed, confirmed)
        self.assertEqual(len(request.message_ids), count)

    def test_a_visit_of_another_request_is_out_of_reach(self):
        request = self.build_planned_request()
        other = self.build_planned_request(days=5)
        for step in ("confirm", "reschedule"):
            answer = self.post(request, step, visit=other.work_order_ids.id, text="x")
            self.assertEqual(answer.status_code, 400)
        self.assertFalse(other.work_order_ids.customer_confirmed)
        self.assertFalse(self.get_wishes(other))

    def test_another_time(self):
        request = self.build_planned_request()
        visit = request.work_order_ids
        visit.customer_confirmed = fields.Datetime.now()
        wished = (fields.Datetime.now() + timedelta(days=9)).strftime("%Y-%m-%dT18:30")
        data = {"visit": visit.id, "text": "После шести", "wished": wished}
        answer = self.post(request, "reschedule", **data)
        self.assertIn("We will get back to you", answer.text)
        wish = self.get_wishes(request)
        self.assertEqual(wish.user_id, self.user_dispatcher)
        note = html2plaintext(wish.note)
        self.assertIn("После шести", note)
        self.assertIn("18:30", note)
        self.assertEqual(request.wished_start.hour, 15)
        self.assertFalse(visit.customer_confirmed)
        count = len(request.message_ids)
        self.post(request, "reschedule", **data)
        self.assertEqual(len(self.get_wishes(request)), 1)
        self.assertEqual(len(request.message_ids), count)

    def test_the_step_answers_the_wish(self):
        request = self.build_planned_request()
        visit = request.work_order_ids
        self.post(request, "reschedule", visit=visit.id, text="Позже")
        page = self.get_page(request)
        self.assertIn("We have your wish", page.text)
        self.assertTrue(self.get_wishes(request))
        visit.with_user(self.user_dispatcher).action_reschedule(
            reason="Клиент просил",
            date_start=visit.date_start + timedelta(days=1),
            override_reason="Так надо",
        )
        self.assertFalse(self.get_wishes(request))
        self.assertIn("Please confirm", self.get_page(request).text)

    def test_wrong_input_keeps_what_was_typed(self):
        request = self.build_planned_request()
        visit = request.work_order_ids
        for data, words in (
            ({"text": "", "wished": ""}, "few words"),
            ({"text": "Вечером", "wished": "2001-01-01T10:00"}, "in the future"),
            ({"text": "Вечером", "wished": "завтра"}, "day and time"),
        ):
            answer = self.post(request, "reschedule", visit=visit.id, **data)
            self.assertEqual(answer.status_code, 400)
            self.assertIn(words, answer.text)
            self.assertIn(data["text"], answer.text)
        self.assertFalse(self.get_wishes(request))
        for bad in ("", "0", "99", "1' OR 1=1", "9" * 30, "²"):
            answer = self.post(request, "confirm", visit=bad)
            self.assertEqual(answer.status_code, 400, bad)

    def test_cancel_needs_a_reason_and_asks_the_dispatcher(self):
        request = self.build_planned_request()
        visit = request.work_order_ids
        answer = self.post(request, "cancel", visit=visit.id, text=" ")
        self.assertEqual(answer.status_code, 400)
        self.post(request, "cancel", visit=visit.id, text="Уже не нужно")
        wish = self.get_wishes(request)
        self.assertIn("cancel", wish.summary)
        self.assertIn("Уже не нужно", wish.note)
        self.assertEqual(visit.state, "assigned")

    def test_message_reaches_the_office(self):
        request = self.build_planned_request()
        text = "Код домофона 12\n<script>alert(1)</script>"
        self.post(request, "message", text=text)
        self.post(request, "message", text=text)
        messages = request.message_ids.filtered(
            lambda m: "Код домофона" in (m.body or "")
        )
        self.assertEqual(len(messages), 1)
        self.assertEqual(messages.author_id, self.customer)
        self.assertIn("&lt;script&gt;", messages.body)
        self.assertIn(self.user_dispatcher.partner_id, messages.notified_partner_ids)

    def test_message_of_somebody_unknown(self):
        request = self.build_request(contact_name="Пётр", email_from="p@example.com")
        silent = self.build_request(contact_name="Иван")
        for lead in request | silent:
            lead._portal_ensure_token()
            answer = self.post(lead, "message", text="Когда приедете?")
            self.assertEqual(answer.status_code, 200)
            self.assertFalse(lead.message_ids[0].author_id)
        self.assertIn("p@example.com", request.message_ids[0].email_from)

    def test_whoever_is_logged_in_writes_in_the_own_name(self):
        request = self.build_planned_request()
        self.authenticate("service_dispatcher", "service_dispatcher")
        self.post(request, "message", text="Клиент просил передать")
        self.assertEqual(
            request.message_ids[0].author_id, self.user_dispatcher.partner_id
        )

    def test_flood_is_stopped_with_the_text_kept(self):
        request = self.build_planned_request()
        token = self.get_csrf_token()
        url = f"/service/r/{request.id}/{request.access_token}/message"
        for number in range(31):
            answer = self.url_open(
                url, data={"csrf_token": token, "text": f"Сообщение {number}"}
            )
        self.assertEqual(answer.status_code, 429)
        self.assertIn("Сообщение 30", answer.text)
        self.assertFalse(
            request.message_ids.filtered(lambda m: "Сообщение 30" in (m.body or ""))
        )

    def test_invoice_then_stars(self):
        request = self.build_planned_request()
        self.assertEqual(self.post(request, "rate", stars="5").status_code, 400)
        request.work_order_ids.line_ids.quantity_done = 1
        self.close_works(request)
        invoice = self.get_invoices(request)
        self.assertNotIn("/my/invoices/", self.get_page(request).text)
        invoice.action_post()
        page = self.get_page(request)
        self.assertIn(f"/my/invoices/{invoice.id}?access_token=", page.text)
        self.assertIn("See and pay", page.text)
        self.assertEqual(self.post(request, "rate", stars="7").status_code, 400)
        self.assertEqual(self.post(request, "rate", stars="").status_code, 400)
        answer = self.post(request, "rate", stars="2", text="Долго ждали")
        self.assertIn("Thank you for your rating", answer.text)
        self.assertEqual(request.service_stars, "2")
        self.assertEqual(request.rating_last_feedback, "Долго ждали")
        rated = request.message_ids.filtered("rating_ids")
        self.assertEqual(rated.author_id, self.customer)
        self.post(request, "rate", stars="5")
        self.assertEqual(request.service_stars, "2")
        self.pay(invoice)
        self.assertEqual(request.service_phase, "done")
        page = self.get_page(request)
        self.assertIn("Долго ждали", page.text)
        self.assertNotIn("See and pay", page.text)

    def test_odoos_own_rating_link_counts_the_same(self):
        request = self.build_planned_request()
        self.close_works(request)
        token = request._rating_get_access_token()
        self.url_open(f"/rate/{token}/5")
        answer = self.url_open(
            f"/rate/{token}/submit_feedback",
            data={
                "csrf_token": self.get_csrf_token(),
                "rate": 1,
                "feedback": "Не приехали",
            },
        )
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(request.service_rating_state, "rated")
        self.assertEqual(request.service_stars, "1")

    def test_offer_to_answer(self):
        request = self.build_request(partner_id=self.customer.id, type="opportunity")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "opportunity_id": request.id,
                "order_line": [
                    fields.Command.create({"product_id": self.inspection.id})
                ],
            }
        )
        request._portal_ensure_token()
        self.assertNotIn("/my/orders/", self.get_page(request).text)
        order.action_quotation_sent()
        page = self.get_page(request)
        self.assertIn(f"/my/orders/{order.id}?access_token=", page.text)
        self.assertIn("Read and answer the offer", page.text)
        order.validity_date = fields.Date.today() - timedelta(days=1)
        page = self.get_page(request)
        self.assertIn("has expired", page.text)
        self.assertNotIn("Read and answer the offer", page.text)

    # -- who logs in

    def test_own_requests_only(self):
        mine = self.build_planned_request()
        colleague = self.build_partner(
            "Коллега", parent_id=self.company_customer.id, email="k@alfa.example.com"
        )
        ours = self.build_planned_request(days=5, customer=colleague)
        theirs = self.build_planned_request(
            days=7, customer=self.build_partner("Beta LLC")
        )
        theirs.name = "Чужая заявка"
        user = new_test_user(self.env, login="anna_portal", groups="base.group_portal")
        self.customer.user_ids = user
        user.partner_id = self.customer
        self.authenticate("anna_portal", "anna_portal")
        page = self.url_open("/my/service")
        self.assertEqual(page.status_code, 200)
        for request in mine | ours:
            self.assertIn(request.service_number or request.name, page.text)
            self.assertIn(f"/service/r/{request.id}/", page.text)
        self.assertNotIn("Чужая заявка", page.text)
        self.assertNotIn(f"/service/r/{theirs.id}/", page.text)
        page = self.url_open(f"/service/r/{theirs.id}/{mine.access_token}")
        self.assertEqual(page.status_code, 404)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["service_request_count"]}
        )
        self.assertEqual(counters["service_request_count"], 2)

    def test_request_of_another_company(self):
        company = self.env["res.company"].create(
            {"name": "Второй сервис", "phone": "+7 812 333-44-55"}
        )
        self.env["account.chart.template"].try_loading(
            "generic_coa", company, install_demo=False
        )
        for user in self.env.user | self.user_manager | self.user_dispatcher:
            user.company_ids |= company
        self.performer.company_id = False
        request = self.build_planned_request(company_id=company.id)
        page = self.get_page(request)
        self.assertIn("+7 812 333-44-55", page.text)
        self.assertNotIn("+7 495 000-11-22", page.text)
        answer = self.post(request, "confirm", visit=request.work_order_ids.id)
        self.assertIn("the time is confirmed", answer.text)

    def test_the_zone_is_named_by_its_city_as_the_reader_says_it(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        requests = self.env["crm.lead"].with_context(lang="en_US")
        for zone, city in (
            ("Europe/Moscow", "Moscow"),
            ("America/Argentina/Buenos_Aires", "Buenos Aires"),
            ("Etc/GMT+3", "GMT+3"),
            ("UTC", "UTC"),
        ):
            self.assertEqual(requests._get_zone_name(zone), city)
        russian = requests.with_context(lang="ru_RU")
        self.assertEqual(russian._get_zone_name("Europe/Moscow"), "Москва")
