import json
import re
from datetime import datetime, timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged

from ..tools.phone_time import (
    is_sensible_visit,
    moment_of,
    read_moment,
    to_milliseconds,
)
from .common_my_day import PHOTO, MyDayCommon

NOON = datetime(2026, 11, 23, 12, 0)
MINUTE = 60_000


class TestPhoneTime(TransactionCase):
    def test_only_the_wait_counts_not_the_clock_of_the_phone(self):
        for clock in (0, 10**12, 4 * 10**12):  # 1970, 2001, 2096
            sent = clock + 90 * MINUTE
            self.assertEqual(
                moment_of(clock, sent, NOON), datetime(2026, 11, 23, 10, 30)
            )

    def test_what_cannot_be(self):
        for made, sent in (
            (5, 0),  # the clock was set back meanwhile
            (None, 1),
            ("a", "b"),
            (float("nan"), 1),
            ([], {}),
        ):
            self.assertEqual(moment_of(made, sent, NOON), NOON, (made, sent))
        self.assertEqual(moment_of(0, 10**15, NOON), NOON - timedelta(days=7))
        self.assertEqual(moment_of(-(10**400), 1, NOON), NOON)

    def test_moments_there_and_back(self):
        self.assertEqual(read_moment(to_milliseconds(NOON)), NOON)
        for wrong in (None, "x", 10**30, float("inf"), [1]):
            self.assertIsNone(read_moment(wrong))

    def test_visits_that_can_be(self):
        hour = timedelta(hours=1)
        self.assertTrue(is_sensible_visit(NOON - hour, NOON, NOON))
        for start, end in (
            (NOON, NOON),
            (NOON, NOON - hour),
            (NOON - hour, NOON + hour),
            (NOON - 40 * hour, NOON),
            (NOON - 200 * hour, NOON - 199 * hour),
        ):
            self.assertFalse(is_sensible_visit(start, end, NOON), (start, end))


@tagged("post_install", "-at_install")
class TestMyDayPage(MyDayCommon):
    """Who gets which page and which data."""

    def test_a_stranger_is_asked_to_log_in(self):
        answer = self.url_open("/service/my-day", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])
        with self.muted():
            for path in ("data", "act", "items"):
                self.assertEqual(self.call(path)["code"], 100, path)

    def test_every_other_role_is_told_whose_page_it_is(self):
        others = {
            role: new_test_user(self.env, f"{role}_login", groups=f"base.group_{role}")
            for role in ("user", "portal")
        }
        self.users = {**self.users, **others}
        for role in ("operator", "manager", "dispatcher", "user", "portal"):
            with self.subTest(role=role):
                self.login(role)
                answer = self.url_open("/service/my-day")
                self.assertEqual(answer.status_code, 403)
                own = str(self.users[role].id)
                self.assertEqual(answer.headers["X-Service-User"], own)
                self.assertIn("This page is for performers", answer.text)
                self.assertNotIn("my_day_config", answer.text)
                for path in ("data", "items"):
                    self.assertEqual(
                        self.call(path), {"refused": "This page is for performers."}
                    )
                post = self.prepare(
                    self.visit, "step", step="accept", user=self.users[role]
                )
                self.assertIn("refused", self.call("act", **post))
        self.assertFalse(self.visit.performer_confirmed)
        self.assertFalse(self.env["service.phone.action"].search([]))

    def test_the_page_is_closed_and_keeps_nobodys_day(self):
        self.login()
        answer = self.url_open("/service/my-day")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["X-Service-User"], str(self.user_performer.id))
        self.assertIn("default-src 'self'", answer.headers["Content-Security-Policy"])
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertNotIn("Alfa", answer.text)
        self.assertNotIn(self.visit.name, answer.text)
        cookie = f"service_my_day={self.user_performer.id};"
        self.assertIn(cookie, answer.headers["Set-Cookie"])
        answer = self.url_open("/web/session/logout", allow_redirects=False)
        self.assertIn("service_my_day=;", answer.headers["Set-Cookie"])

    def get_day_cookie(self, answer):
        """What an answer says about whose day the browser keeps."""
        cookies = answer.headers.get("Set-Cookie", "")
        found = re.search(r"service_my_day=(\d*);.*?Max-Age=(\d+)", cookies)
        return found and (found[1], int(found[2]))

    def test_the_kept_day_is_over_with_the_session(self):
        self.env["ir.config_parameter"].set_param(
            "sessions.max_inactivity_seconds", 1800
        )
        mine = str(self.user_performer.id), 1800
        self.login()
        self.assertEqual(self.get_day_cookie(self.url_open("/service/my-day")), mine)
        post = {"jsonrpc": "2.0", "method": "call", "params": {}}
        answer = self.url_open("/service/my-day/data", json=post)
        self.assertEqual(self.get_day_cookie(answer), mine)
        answer = self.url_open("/service/service-worker.js")
        self.assertIsNone(self.get_day_cookie(answer), "it is still his")
        # whoever logs in after him in the same browser, wherever he goes then
        kept = {"service_my_day": mine[0]}
        colleague = new_test_user(
            self.env, "colleague", groups="service_crm.group_service_performer"
        )
        self.users = {**self.users, "colleague": colleague}
        self.login("colleague")
        answer = self.url_open("/service/my-day", cookies=kept)
        self.assertEqual(self.get_day_cookie(answer), (str(colleague.id), 1800))
        self.login("operator")
        answer = self.url_open("/service/service-worker.js", cookies=kept)
        self.assertEqual(self.get_day_cookie(answer), ("", 0))
        # and when nobody is logged in any more
        self.authenticate(None, None)
        answer = self.url_open("/web/login", cookies=kept)
        self.assertEqual(self.get_day_cookie(answer), ("", 0))

    def test_a_name_is_text_and_no_script(self):
        self.user_performer.name = "</script><script>alert(1)</script>"
        self.login()
        self.assertNotIn("<script>alert", self.url_open("/service/my-day").text)

    def test_the_page_is_small(self):
        """All of it, the scripts of the bundle included."""
        self.login()
        page = self.url_open("/service/my-day")
        size = len(page.content) + len(self.url_open("/service/my-day/data").content)
        links = self.env["ir.qweb"]._get_asset_links("service_crm.assets_my_day")
        self.assertEqual(len(links), 2)
        size += sum(len(self.url_open(link).content) for link in links)
        self.assertLess(size, 150_000)

    def test_the_worker_may_serve_the_page_and_knows_its_version(self):
        answer = self.url_open("/service/service-worker.js")
        self.assertEqual(answer.headers["Service-Worker-Allowed"], "/service/")
        self.assertTrue(answer.headers["Content-Type"].startswith("text/javascript"))
        self.assertRegex(answer.text, r'^const VERSION = "[0-9a-f]{12}";')
        bundle = re.search(r'^const BUNDLE = "(\S+)";$', answer.text, re.MULTILINE)[1]
        script = self.url_open(bundle).text
        self.assertIn("@service_crm/my_day/worker/background", script)

    def test_the_day_in_order_with_what_is_left_of_earlier_ones(self):
        yesterday = self.build_given(hours=-26)
        handed_in = self.build_given(hours=-50)
        handed_in.state = "done"
        later = self.build_given(hours=50)
        self.build_given(hours=24 * 30)
        colleague = self.build_performer(
            new_test_user(
                self.env, "colleague", groups="service_crm.group_service_performer"
            )
        )
        self.build_given(performer=colleague)
        draft = self.build_given(hours=3)
        draft.state = "draft"
        self.login()
        day = self.read_day()
        self.assertEqual(
            [order["id"] for order in day["orders"]],
            [yesterday.id, self.visit.id, later.id],
        )
        self.assertEqual(day["zone"], self.zone)
        order = day["orders"][1]
        self.assertEqual(order["customer"], "Anna Petrova")
        self.assertEqual(order["phone"], "+7 495 120-81-15")
        self.assertEqual(order["lines"][0]["name"], "Осмотр лифта")
        self.assertEqual(order["lines"][0]["code"], "L-1")
        self.assertTrue(order["mine"])
        self.assertEqual(order["start"], to_milliseconds(self.visit.date_start))
        self.assertIn(self.roller.id, [item["id"] for item in day["items"]])

    def test_the_phone_offers_the_performers_steps_only(self):
        self.login()
        steps = {step["name"]: step for step in self.read_day()["steps"]}
        self.assertEqual(
            set(steps),
            {"accept", "refuse", "on_the_way", "start", "done", "customer_absent"},
        )
        self.assertEqual(steps["start"]["sources"], ["assigned", "on_the_way"])
        self.assertTrue(steps["refuse"]["needs_reason"])

    def test_more_visits_cost_no_more_queries(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(1000):
                before = self.env.cr.sql_log_count
                day = self.env["service.my.day"].with_user(self.user_performer)
                found = len(day._read_day()["orders"])
                return found, self.env.cr.sql_log_count - before

        count()
        one, few = count()
        for hours in range(2, 12):
            self.build_given(hours=hours)
        count()  # making them emptied caches
        many, more = count()
        self.assertEqual((one, many), (1, 11))
        self.assertLessEqual(more, few)

    def test_materials_are_found_by_every_word(self):
        self.env["product.product"].create(
            {"name": "Ролик окна", "type": "consu", "sale_ok": False}
        )
        self.login()
        found = self.call("items", text="ролик двер")["items"]
        self.assertEqual([item["id"] for item in found], self.roller.ids)
        self.assertEqual(self.call("items", text={"a": 1}).keys(), {"user", "items"})
        self.assertFalse(self.call("items", text="%_x")["items"])

    def test_too_much_at_once_waits(self):
        self.patch(type(self.env["service.rate.limit"]), "_allow", lambda *args: False)
        self.login()
        self.assertIn("wait", self.act(self.visit, "step", step="accept"))
        self.assertFalse(self.visit.performer_confirmed)


@tagged("post_install", "-at_install")
class TestMyDayActions(MyDayCommon):
    """What the phone sends: done with the performer's rights, at the real time."""

    def setUp(self):
        super().setUp()
        self.login()

    def test_the_whole_job(self):
        visit = self.visit
        line = visit.line_ids
        problem = self.env["service.problem.code"].create({"name": "Дверь скрипит"})
        self.do(visit, "step", step="accept")
        self.do(visit, "step", step="on_the_way")
        self.do(visit, "step", step="start")
        self.do(visit, "line", line=line.id, quantity=1)
        added = self.do(visit, "material", item=self.roller.id, quantity=2.5)
        self.do(visit, "report", text="Смазал\x00 петли\nЗаменил ролик")
        self.do(visit, "problems", ids=[problem.id])
        self.do(visit, "photo", file=PHOTO, when="before")
        self.do(visit, "photo", file=PHOTO, when="after")
        self.do(visit, "signature", file=PHOTO, name="Анна Петрова")
        answer = self.do(visit, "step", step="done")
        self.assertEqual(answer["order"]["state"], "done")
        self.assertEqual(visit.state, "done")
        self.assertEqual(visit.report, "Смазал петли\nЗаменил ролик")
        self.assertEqual(visit.problem_code_ids, problem)
        self.assertEqual(visit.signed_by, "Анна Петрова")
        self.assertTrue(visit.signature)
        self.assertEqual(
            visit.photo_ids.sorted("id").mapped("name"), ["Before 1.png", "After 2.png"]
        )
        self.assertEqual(visit.photo_ids[0].res_id, visit.id)
        material = visit.line_ids - line
        self.assertEqual(material.ids, [added["result"]["line"]])
        self.assertEqual((material.quantity_planned, material.quantity_done), (0, 2.5))
        self.assertTrue(line.is_done)

    def test_the_same_key_again_does_nothing_twice(self):
        post = self.prepare(self.visit, "material", item=self.roller.id, quantity=1)
        first = self.call("act", **post)
        self.assertEqual(self.call("act", **post)["result"], first["result"])
        self.assertEqual(self.call("act", **{**post, "kind": "report"}), first)
        self.assertEqual(len(self.visit.line_ids), 2)
        refusal = self.prepare(self.visit, "step", step="done")
        first = self.call("act", **refusal)
        self.assertEqual(first["state"], "refused")
        self.env.invalidate_all()
        self.assertFalse(self.visit.activity_ids)  # he puts it right himself
        self.do(self.visit, "step", step="start")
        again = self.call("act", **refusal)
        self.assertEqual((again["state"], again["text"]), ("refused", first["text"]))

    def test_a_line_added_without_connection_is_known_by_its_key(self):
        post = self.prepare(self.visit, "material", name="Болт М8", quantity=1)
        self.assertEqual(self.call("act", **post)["state"], "done")
        self.do(self.visit, "line", line=post["key"], quantity=4)
        line = self.visit.line_ids.filtered(lambda line: line.name == "Болт М8")
        self.assertEqual(line.quantity_done, 4)
        self.assertIn(
            "no longer part", self.refused(self.visit, "line", line="x", quantity=1)
        )

    def test_steps_keep_the_time_they_were_taken_at(self):
        now = fields.Datetime.now()
        self.do(self.visit, "step", step="accept", minutes_ago=130)
        self.do(self.visit, "step", step="on_the_way", minutes_ago=110)
        self.do(self.visit, "step", step="start", minutes_ago=90)
        self.visit.report = "Готово"
        self.do(self.visit, "step", step="done", minutes_ago=15)
        departed = now - self.visit.departed_at
        self.assertAlmostEqual(departed.total_seconds(), 110 * 60, delta=30)
        start = now - self.visit.actual_start
        end = now - self.visit.actual_end
        self.assertAlmostEqual(start.total_seconds(), 90 * 60, delta=30)
        self.assertAlmostEqual(end.total_seconds(), 15 * 60, delta=30)
        notes = " ".join(self.visit.message_ids.mapped("body"))
        self.assertIn("without connection", notes)

    def test_the_performer_corrects_the_time_when_he_hands_in(self):
        now = fields.Datetime.now()
        self.do(self.visit, "step", step="start", minutes_ago=10)
        self.visit.report = "Готово"
        start, end = now - timedelta(hours=2), now - timedelta(hours=1)
        text = self.refused(
            self.visit,
            "step",
            step="done",
            start=to_milliseconds(end),
            end=to_milliseconds(start),
        )
        self.assertIn("check the time", text)
        self.assertEqual(self.visit.state, "in_progress")
        self.do(
            self.visit,
            "step",
            step="done",
            start=to_milliseconds(start),
            end=to_milliseconds(end),
        )
        self.assertEqual(self.visit.actual_start, start.replace(microsecond=0))
        self.assertEqual(self.visit.actual_end, end.replace(microsecond=0))
        notes = " ".join(self.visit.message_ids.mapped("body"))
        self.assertIn("Time by the performer", notes)

    def test_cannot_do_says_why(self):
        self.assertIn("Say why", self.refused(self.visit, "step", step="refuse"))
        answer = self.do(self.visit, "step", step="refuse", reason="Болею")
        self.assertIsNone(answer["order"])
        self.assertEqual(self.visit.state, "draft")
        self.assertFalse(self.visit.performer_id)
        other = self.build_given(hours=5)
        self.do(other, "step", step="on_the_way")
        self.do(other, "step", step="customer_absent", reason="Никто не открыл")
        self.assertEqual(other.state, "draft")
        self.assertIn("Никто не открыл", " ".join(other.message_ids.mapped("body")))

    def test_what_is_the_dispatchers_is_not_for_the_phone(self):
        for step in ("close", "cancel", "reschedule", "send_back", "nothing", ["x"]):
            self.assertIn(
                "not for performers",
                self.refused(self.visit, "step", step=step, reason="x"),
            )
        self.assertEqual(self.visit.state, "assigned")

    def test_the_dispatcher_took_the_visit_away_meanwhile(self):
        colleague = self.build_performer(name="Олег")
        posts = [
            self.prepare(self.visit, "step", step="start", minutes_ago=30),
            self.prepare(self.visit, "photo", file=PHOTO, minutes_ago=20),
            self.prepare(self.visit, "report", text="Готово", minutes_ago=10),
        ]
        self.visit.with_user(self.user_dispatcher).action_reschedule(
            "Срочный вызов",
            self.visit.date_start + timedelta(hours=1),
            performer_id=colleague.id,
            override_reason="Срочно",
        )
        for post in posts:
            answer = self.call("act", **post)
            self.assertEqual(answer["state"], "refused")
            self.assertEqual(answer["text"], "The dispatcher gave this visit to Олег.")
            self.assertIsNone(answer["order"])
        self.env.invalidate_all()
        self.assertFalse(self.visit.actual_start or self.visit.photo_ids)
        kept = (
            self.env["service.phone.action"]
            .with_user(self.user_dispatcher)
            .search([("work_order_id", "=", self.visit.id)], order="id")
        )
        self.assertEqual(
            kept.mapped("what"), ["Start", "Photo", "What was done: Готово"]
        )
        self.assertTrue(kept[1].file_ids.raw)
        self.assertEqual(len(self.visit.activity_ids), 1)
        self.assertIn("Not taken from the phone", self.visit.message_ids[0].body)
        kept.action_settle()
        self.assertTrue(all(kept.mapped("is_settled")))

    def test_a_cancelled_visit_says_so_and_others_go_on(self):
        other = self.build_given(hours=4)
        self.visit.with_user(self.user_dispatcher).action_cancel("Клиент отказался")
        text = self.refused(self.visit, "step", step="on_the_way")
        self.assertEqual(text, "The visit was cancelled: Клиент отказался")
        self.do(other, "step", step="on_the_way")

    def test_somebody_elses_visit(self):
        """Neither done, nor told, nor noted there."""
        colleague = self.build_performer(name="Олег")
        other = self.build_given(hours=4, performer=colleague)
        noted = len(other.message_ids)
        for token in ("", "x" * 32, None, 7):
            post = {**self.prepare(other, "report", text="Взлом"), "token": token}
            answer = self.call("act", **post)
            self.assertEqual(answer["state"], "refused")
            self.assertNotIn("Олег", answer["text"])
            self.assertIsNone(answer["order"])
        stolen = self.prepare(self.visit, "report", text="Взлом")
        self.assertEqual(
            self.call("act", **{**stolen, "order": other.id})["state"], "refused"
        )
        self.env.invalidate_all()
        self.assertFalse(other.report)
        self.assertEqual(len(other.message_ids), noted)

    def test_nobody_speaks_for_who_was_logged_in_before(self):
        post = self.prepare(self.visit, "report", text="Готово")
        answer = self.call("act", **{**post, "user": self.user_dispatcher.id})
        self.assertEqual(answer, {"user": self.user_performer.id})
        self.assertFalse(self.env["service.phone.action"].search([]))

    def test_wrong_input_is_refused_in_words(self):
        for kind, values in (
            ("line", {"line": self.visit.line_ids.id, "quantity": -1}),
            ("line", {"line": self.visit.line_ids.id, "quantity": "nan"}),
            ("line", {"line": self.visit.line_ids.id, "quantity": 1e300}),
            ("line", {"line": [], "quantity": 1}),
            ("material", {"quantity": 1}),
            ("material", {"item": "1; DROP", "quantity": 1}),
            ("material", {"item": 2**40, "quantity": 1}),
            ("photo", {}),
            ("photo", {"data": "%%%"}),
            ("photo", {"data": "PHN2Zz4="}),
            ("photo", {"data": "JVBERi0="}),
            ("photo", {"data": "A" * (12 * 1024 * 1024 - 2000)}),
            ("signature", {"data": PHOTO}),
            ("problems", {"ids": "all"}),
            ("paper", {"paper": 1, "data": PHOTO}),
        ):
            with self.subTest(kind=kind, values=str(values)[:60]):
                self.assertTrue(self.refused(self.visit, kind, **values))
        self.assertEqual(len(self.visit.line_ids), 1)
        self.assertFalse(self.visit.photo_ids)
        for post in (
            {"kind": "nothing"},
            {"key": "short"},
            {"key": ["x" * 20]},
            {"values": []},
            {"kind": {"a": 1}},
            {"kind": ["report"]},
        ):
            whole = {**self.prepare(self.visit, "report", text="x"), **post}
            self.assertIn("not understand", self.call("act", **whole)["text"])

    def test_nothing_larger_than_the_limit_comes_in(self):
        with self.muted():
            answer = self.url_open(
                "/service/my-day/act",
                data=json.dumps({"params": {"data": "A" * 13 * 1024 * 1024}}),
                headers={"Content-Type": "application/json"},
            )
        error = answer.json()["error"]["data"]["name"]
        self.assertIn("RequestEntityTooLarge", error)

    def test_a_form_of_another_site_does_nothing(self):
        """Only JSON is taken, which no foreign page can post with the cookie."""
        with self.muted():
            answer = self.url_open(
                "/service/my-day/act", data={"user": self.user_performer.id}
            )
        self.assertEqual(answer.status_code, 415)

    def test_papers_are_scanned_and_made(self):
        request = self.build_request(partner_id=self.customer.id)
        visit = self.build_given(hours=3, request_id=request.id)
        kind = self.env.ref("service_crm.document_type_act")
        paper = self.env["service.document"].create(
            {"type_id": kind.id, "work_order_id": visit.id, "request_id": request.id}
        )
        order = next(o for o in self.read_day()["orders"] if o["id"] == visit.id)
        self.assertEqual([row["id"] for row in order["papers"]], paper.ids)
        answer = self.do(visit, "paper", paper=paper.id, file=PHOTO)
        self.assertEqual(paper.scan_ids.ids, [answer["result"]["scan"]])
        self.assertEqual(paper.scan_ids.res_model, "service.document")
        self.do(visit, "papers")

    def test_who_goes_along_sees_the_visit_and_leaves_the_steps(self):
        leader = self.build_performer(name="Олег")
        visit = self.build_given(
            hours=4, performer=leader, helper_ids=[Command.link(self.performer.id)]
        )
        order = next(o for o in self.read_day()["orders"] if o["id"] == visit.id)
        self.assertFalse(order["mine"])
        self.assertEqual((order["lead"], order["together"]), ("Олег", "Олег"))
        self.do(visit, "photo", file=PHOTO)
        with self.muted():
            self.assertIn(
                "for the performer", self.refused(visit, "step", step="start")
            )
        self.assertEqual(visit.state, "assigned")

    def test_a_job_offered_to_several(self):
        colleague = self.build_performer(name="Олег")
        visits = self.env["service.work.order"]
        for hours in (4, 6, 8):
            start = fields.Datetime.now() + timedelta(hours=hours)
            visits |= self.build_work_order(
                date_start=start,
                date_end=start + timedelta(hours=1),
                override_reason="Срочно",
            )
        for visit in visits:
            visit.with_user(self.user_dispatcher).action_offer_to(
                (self.performer | colleague).ids, "first", reason="Срочно"
            )
        offers = self.read_day()["offers"]
        self.assertEqual(len(offers), 3)
        nothing = self.env["service.work.order"]
        first, second, third = (offer["id"] for offer in offers)
        self.do(nothing, "offer", offer=first, accept=True)
        self.assertEqual(visits[0].performer_id, self.performer)
        self.assertIn(
            "Say why", self.refused(nothing, "offer", offer=second, accept=False)
        )
        self.do(nothing, "offer", offer=second, accept=False, reason="Болею")
        self.assertFalse(visits[1].performer_id)
        visits[2].offer_ids.filtered(
            lambda offer: offer.performer_id == colleague
        )._action_accept()
        self.env.flush_all()
        self.assertTrue(self.refused(nothing, "offer", offer=third, accept=True))
        self.assertEqual(visits[2].performer_id, colleague)
        self.assertFalse(self.read_day()["offers"])

    def test_a_photo_is_taken_away(self):
        photo = self.do(self.visit, "photo", file=PHOTO)["result"]["photo"]
        self.do(self.visit, "unphoto", photo=photo)
        self.assertFalse(self.visit.photo_ids)

    def test_problems_that_were_archived_meanwhile_are_kept(self):
        codes = self.env["service.problem.code"].create(
            [{"name": "Шум"}, {"name": "Запах", "active": False}]
        )
        self.do(self.visit, "problems", ids=[*codes.ids, 0, 10**9])
        self.assertEqual(
            self.visit.with_context(active_test=False).problem_code_ids, codes
        )

    def test_what_is_old_is_forgotten(self):
        self.do(self.visit, "report", text="Готово")
        self.refused(self.visit, "step", step="done")
        rows = self.env["service.phone.action"].search([])
        rows._gc_actions()
        self.assertEqual(len(rows.exists()), 2)
        old = fields.Datetime.now() - timedelta(days=100)
        self.env.cr.execute(
            "UPDATE service_phone_action SET create_date = %s WHERE id IN %s",
            (old, tuple(rows.ids)),
        )
        rows.invalidate_recordset()
        rows._gc_actions()
        self.assertEqual(rows.exists().mapped("state"), ["refused"])

    def test_another_company(self):
        company = self.env["res.company"].create({"name": "Бета"})
        self.user_performer.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        self.assertFalse(self.read_day()["orders"])
        self.assertTrue(self.refused(self.visit, "report", text="Готово"))
