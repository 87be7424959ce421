import base64
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_portal import CustomerPageCommon

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestCustomerVisit(CustomerPageCommon):
    """The customer's page: the day of the visit, questions, photos, old links."""

    def build_day(self, *hours):
        """Requests with visits of the performer that day, at these hours UTC."""
        day = datetime(2026, 11, 23)
        requests = self.env["crm.lead"]
        for hour in hours:
            request = self.build_agreed_request()
            start = day + timedelta(hours=hour)
            self.build_visit(
                request,
                "assigned",
                done=0,
                date_start=start,
                date_end=start + timedelta(hours=1),
                override_reason="Так надо",
            )
            requests |= request
        return requests

    # -- arrival

    def test_arrival_follows_the_day(self):
        first, second = self.build_day(7, 9)
        visit, later = first.work_order_ids, second.work_order_ids
        with freeze_time("2026-11-23 06:30:00"):
            self.assertEqual(
                later._describe_arrival(later._get_arrival_windows()[later]),
                "12:00 PM–1:15 PM",
            )
        with freeze_time("2026-11-23 07:00:00"):
            visit.with_user(self.user_performer).action_on_the_way()
            self.assertEqual(visit.departed_at, datetime(2026, 11, 23, 7))
            visit.with_user(self.user_performer).action_start()
        with freeze_time("2026-11-23 09:40:00"):
            later.invalidate_recordset()
            since, until, delay = later._get_arrival_windows()[later]
            self.assertGreaterEqual(since, datetime(2026, 11, 23, 9, 40))
            self.assertGreater(until, since)
            self.assertGreaterEqual(delay, timedelta(minutes=40))
            values = second._prepare_customer_page_values()["visits"][0]
            self.assertTrue(values["delayed"])
            self.assertNotIn(visit, visit._get_arrival_windows())

    def test_arrival_before_the_day_is_what_was_agreed(self):
        request = self.build_planned_request()
        visit = request.work_order_ids
        request.team_id.arrival_minutes = 120
        self.assertIn("10:00 AM–12:00 PM", self.get_page(request).text)
        visit.write(
            {
                "window_start": visit.date_start - timedelta(hours=1),
                "window_end": visit.date_start + timedelta(hours=2),
            }
        )
        self.env.flush_all()
        self.assertIn("9:00 AM–12:00 PM", self.get_page(request).text)

    def test_arrivals_of_a_list_cost_the_same_queries(self):
        requests = self.build_day(6, 8, 10, 12)
        visits = requests.work_order_ids
        with freeze_time("2026-11-23 06:00:00"):
            visits[:1]._get_arrival_windows()
            self.env.invalidate_all()
            with self.assertQueryCount(12):
                visits[:1]._get_arrival_windows()
            self.env.invalidate_all()
            with self.assertQueryCount(12):
                visits._get_arrival_windows()

    def test_a_new_plan_forgets_that_somebody_set_off(self):
        request = self.build_planned_request()
        visit = request.work_order_ids
        visit.with_user(self.user_performer).action_on_the_way()
        self.assertTrue(visit.departed_at)
        visit.with_user(self.user_dispatcher).action_reschedule(
            reason="Пробки",
            date_start=visit.date_start + timedelta(days=1),
            override_reason="Так надо",
        )
        self.assertFalse(visit.departed_at)

    # -- rules

    def test_too_late_to_change(self):
        request = self.build_planned_request(days=1)
        request.team_id.customer_notice_hours = 240
        visit = request.work_order_ids
        page = self.get_page(request)
        self.assertIn("please call us", page.text)
        self.assertIn("Confirm the time", page.text)
        self.assertNotIn("Cancel the visit", page.text)
        for step in ("cancel", "reschedule"):
            answer = self.post(request, step, visit=visit.id, text="Не могу")
            self.assertEqual(answer.status_code, 400)
            self.assertIn("240 hours", answer.text)
        self.assertFalse(self.get_wishes(request))
        self.post(request, "confirm", visit=visit.id)
        self.assertTrue(visit.customer_confirmed)

    def test_customer_cancels_alone_where_the_team_allows(self):
        request = self.build_planned_request()
        request.team_id.customer_changes = "self"
        visit = request.work_order_ids
        answer = self.post(request, "cancel", visit=visit.id, text=" ")
        self.assertEqual(answer.status_code, 400)
        answer = self.post(request, "cancel", visit=visit.id, text="Уезжаем")
        self.assertIn("The visit is cancelled", answer.text)
        self.assertEqual(visit.state, "cancelled")
        self.assertIn("Уезжаем", visit.cancel_reason)
        self.assertIn("cancelled", self.get_wishes(request).summary)
        again = self.post(request, "cancel", visit=visit.id, text="Уезжаем")
        self.assertEqual(again.status_code, 400)

    # -- questions

    def test_question_and_answer(self):
        request = self.build_planned_request()
        office = request.with_user(self.user_dispatcher)
        office.question_ids = [
            fields.Command.create({"name": "Какой этаж?"}),
            fields.Command.create({"name": "Есть ли <лифт>?"}),
        ]
        self.env.cr.flush()
        self.assertEqual(request.question_state, "asked")
        log = self.env["service.phase.log"].search(
            [("res_id", "=", request.id), ("field_name", "=", "question_state")]
        )
        self.assertEqual(log.mapped("value"), ["asked"])
        first, second = request.question_ids
        page = self.get_page(request)
        self.assertIn("Какой этаж?", page.text)
        self.assertIn("Есть ли &lt;лифт&gt;?", page.text)
        answer = self.post(request, "answer", **{f"answer{first.id}": " "})
        self.assertEqual(answer.status_code, 400)
        answer = self.post(request, "answer", **{f"answer{first.id}": "Пятый"})
        self.assertIn("Thank you for your answer", answer.text)
        self.assertEqual(first.answer, "Пятый")
        self.assertTrue(first.answered_at)
        self.assertEqual(request.question_state, "asked")
        self.assertIn("Пятый", self.get_wishes(request).note)
        self.post(request, "answer", **{f"answer{second.id}": "Нет"})
        self.assertEqual(request.question_state, "answered")
        # answered once: a second post changes nothing
        self.post(request, "answer", **{f"answer{first.id}": "Шестой"})
        self.assertEqual(first.answer, "Пятый")

    def test_questions_of_others_are_out_of_reach(self):
        mine, other = self.build_planned_request(), self.build_planned_request(days=5)
        for request in mine | other:
            request.question_ids = [fields.Command.create({"name": "Этаж?"})]
        answer = self.post(
            mine, "answer", **{f"answer{other.question_ids.id}": "Первый"}
        )
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(other.question_ids.answer)

    # -- photos

    def post_photos(self, request, *photos, **data):
        self.get_page(request)
        return self.url_open(
            f"/service/r/{request.id}/{request.access_token}/photos",
            data={"csrf_token": self.get_csrf_token(), **data},
            files=[("photos", photo) for photo in photos],
        )

    def test_photos_reach_the_office(self):
        request = self.build_planned_request()
        answer = self.post_photos(
            request,
            ("Дверь.png", PIXEL, "image/png"),
            ("../../etc/passwd.png", PIXEL, "image/png"),
            text="Вот дверь",
        )
        self.assertIn("we have your photos", answer.text)
        message = request.message_ids[0]
        self.assertEqual(
            sorted(message.attachment_ids.mapped("name")), ["passwd.png", "Дверь.png"]
        )
        self.assertEqual(message.author_id, self.customer)
        self.assertIn(self.user_dispatcher.partner_id, message.notified_partner_ids)
        self.assertEqual(message.attachment_ids.mapped("public"), [False, False])

    def test_wrong_photos_are_refused_with_the_text_kept(self):
        request = self.build_planned_request()
        for photos in (
            [("a.svg", b"<svg onload='x'/>", "image/png")],
            [("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * (10 * 1024 * 1024), "image/png")],
            [(f"{n}.png", PIXEL, "image/png") for n in range(9)],
            [],
        ):
            answer = self.post_photos(request, *photos, text="Вот дверь")
            self.assertEqual(answer.status_code, 400)
            self.assertIn("Вот дверь", answer.text)
        self.assertFalse(request.message_ids.attachment_ids)

    def test_one_request_takes_so_many_photos(self):
        request = self.build_planned_request()
        eight = [(f"{n}.png", PIXEL, "image/png") for n in range(8)]
        for _round in range(5):
            self.assertEqual(self.post_photos(request, *eight).status_code, 200)
        self.assertNotIn('id="photos"', self.get_page(request).text)
        answer = self.post_photos(request, *eight)
        self.assertEqual(answer.status_code, 400)
        self.assertIn("many photos already", answer.text)

    # -- links

    def build_finished_request(self, days):
        request = self.build_planned_request()
        request.date_closed = fields.Datetime.now() - timedelta(days=days)
        self.env.flush_all()
        return request

    def test_old_links_say_so_and_can_be_renewed(self):
        request = self.build_finished_request(200)
        old = request.access_token
        page = self.get_page(request)
        self.assertEqual(page.status_code, 410)
        self.assertIn("This link is too old", page.text)
        self.assertNotIn(request.name, page.text)
        self.assertEqual(self.post(request, "message", text="x").status_code, 410)
        mails = self.env["mail.mail"].search([])
        answer = self.url_open(
            f"/service/r/{request.id}/{old}/renew",
            data={"csrf_token": self.get_csrf_token()},
        )
        self.assertIn("Look into your mail", answer.text)
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertNotEqual(request.access_token, old)
        self.assertIn(request.access_token, mail.body_html)
        self.assertNotIn(request.access_token, answer.text)
        self.assertEqual(self.get_page(request).status_code, 200)
        page = self.url_open(f"/service/r/{request.id}/{old}")
        self.assertEqual(page.status_code, 404)

    def test_an_old_link_stays_when_no_address_is_known(self):
        request = self.build_finished_request(200)
        request.email_from = request.partner_id.email = False
        self.env.flush_all()
        old = request.access_token
        self.get_page(request)
        self.url_open(
            f"/service/r/{request.id}/{old}/renew",
            data={"csrf_token": self.get_csrf_token()},
        )
        self.assertEqual(request.access_token, old, "nobody would get the new one")
        self.assertEqual(self.get_page(request).status_code, 410)

    def test_links_work_as_long_as_the_team_says(self):
        request = self.build_finished_request(100)
        self.assertEqual(self.get_page(request).status_code, 200)
        request.team_id.customer_link_days = 30
        self.env.flush_all()
        self.assertEqual(self.get_page(request).status_code, 410)
        request.team_id.customer_link_days = 0
        self.env.flush_all()
        self.assertEqual(self.get_page(request).status_code, 200)

    def test_the_own_login_opens_old_pages(self):
        request = self.build_finished_request(200)
        user = new_test_user(self.env, login="anna_old", groups="base.group_portal")
        user.partner_id = self.customer
        self.authenticate("anna_old", "anna_old")
        self.assertEqual(self.get_page(request).status_code, 200)
        new_test_user(self.env, login="other_old", groups="base.group_portal")
        self.authenticate("other_old", "other_old")
        self.assertEqual(self.get_page(request).status_code, 410)

    def test_a_new_link_locks_the_old_one_out(self):
        request = self.build_planned_request()
        old = request.access_token
        request.with_user(self.user_operator).action_renew_customer_link()
        self.env.flush_all()
        self.assertEqual(
            self.url_open(f"/service/r/{request.id}/{old}").status_code, 404
        )
        self.assertEqual(self.get_page(request).status_code, 200)
        with self.assertRaises(AccessError):
            request.with_user(self.user_performer).action_renew_customer_link()

    # -- free times

    def build_movable_request(self, changes="self"):
        request = self.build_planned_request()
        request.team_id.customer_changes = changes
        self.env.flush_all()
        return request

    def get_slots(self, request):
        return list(request._get_customer_slots(request.work_order_ids))

    def test_the_customer_takes_a_free_time(self):
        request = self.build_movable_request()
        visit = request.work_order_ids
        start = self.get_slots(request)[0]
        number = request._get_slot_number(start)
        self.assertIn(f'value="{number}"', self.get_page(request).text)
        answer = self.post(request, "slot", visit=visit.id, slot=number)
        self.assertIn("the new time is yours", answer.text)
        self.assertEqual(visit.date_start, start)
        self.assertEqual(visit.date_end, start + timedelta(hours=2))
        self.assertTrue(visit.customer_confirmed)
        self.assertFalse(visit.performer_confirmed)
        count = len(request.message_ids)
        self.post(request, "slot", visit=visit.id, slot=number)
        self.assertEqual(len(request.message_ids), count)

    def test_a_free_time_is_a_wish_where_the_dispatcher_decides(self):
        request = self.build_movable_request("ask")
        visit = request.work_order_ids
        planned, start = visit.date_start, self.get_slots(request)[0]
        number = request._get_slot_number(start)
        self.post(request, "slot", visit=visit.id, slot=number)
        self.assertEqual(visit.date_start, planned)
        self.assertEqual(request.wished_start, start)
        self.assertTrue(self.get_wishes(request))

    def test_a_time_taken_meanwhile_is_refused(self):
        request, other = self.build_movable_request(), self.build_planned_request(5)
        visit = request.work_order_ids
        # Not the visit's own day: two hours of it are still the customer's.
        start = next(
            slot
            for slot in self.get_slots(request)
            if slot.date() != visit.date_start.date()
        )
        other.work_order_ids.write(
            {"date_start": start, "date_end": start + timedelta(hours=2)}
        )
        self.env.flush_all()
        planned = visit.date_start
        for number in (request._get_slot_number(start), "0", "x", "9" * 11):
            answer = self.post(request, "slot", visit=visit.id, slot=number)
            self.assertEqual(answer.status_code, 400)
        self.assertEqual(visit.date_start, planned)

    def test_the_customer_hears_nothing_of_other_visits(self):
        request, other = self.build_movable_request(), self.build_planned_request(5)
        visit, busy = request.work_order_ids, other.work_order_ids
        # as if it had been taken between the look at the times and the step
        slots = {busy.date_start: {"performer": busy.performer_id.id}}
        self.patch(type(request), "_get_customer_slots", lambda *args: slots)
        number = request._get_slot_number(busy.date_start)
        answer = self.post(request, "slot", visit=visit.id, slot=number)
        self.assertEqual(answer.status_code, 400)
        self.assertIn("has been taken meanwhile", answer.text)
        self.assertNotIn(busy.name, answer.text)

    def test_posts_that_no_page_makes(self):
        request = self.build_movable_request()
        answer = self.post(request, "message", text="Код\0 12\r\nэтаж 3")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("этаж 3", request.message_ids[0].body)
        self.get_page(request)
        for step, field in (("message", "text"), ("rate", "stars"), ("slot", "slot")):
            answer = self.url_open(
                f"/service/r/{request.id}/{request.access_token}/{step}",
                data={"csrf_token": self.get_csrf_token()},
                files={field: ("a.txt", b"a")},
            )
            self.assertEqual(answer.status_code, 400, step)

    def test_who_looks_all_the_time_is_offered_no_times(self):
        request = self.build_movable_request()
        visit = request.work_order_ids
        shown = [request._prepare_customer_slots(visit, "UTC") for _look in range(61)]
        self.assertTrue(all(shown[:60]))
        self.assertFalse(shown[60])
        self.assertEqual(self.get_page(request).status_code, 200)

    def test_few_times_over_several_days(self):
        slots = self.get_slots(self.build_movable_request())
        self.assertEqual(slots, sorted(slots))
        self.assertLessEqual(len(slots), 6)
        self.assertGreaterEqual(len({slot.date() for slot in slots}), 3)
