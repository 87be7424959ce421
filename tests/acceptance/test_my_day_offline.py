"""A performer's phone in a dead zone, in real Chromium: nothing lost, nothing twice."""

import io
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from time import monotonic
from unittest.mock import patch

from PIL import Image
from playwright.sync_api import Error, expect
from real_browser import PATIENCE, PHONE, RealBrowser

from odoo import fields
from odoo.http import Response
from odoo.tests import new_test_user, tagged

from odoo.addons.service_crm.controllers.my_day import ServiceMyDay
from odoo.addons.service_crm.tests.common_my_day import MyDayCommon

ACT = "**/service/my-day/act"
DATA = "**/service/my-day/data"
# What is too small to press, or wider than the screen.
MISFITS = """() => {
    const small = [...document.querySelectorAll('button, a, label.o_day_button, input')]
        .filter((one) => one.offsetParent && one.type !== 'file')
        .filter((one) => {
            const { height, width } = one.getBoundingClientRect();
            return height < 44 || width < 44;
        })
        .map((one) => one.textContent.trim() || one.className);
    const wide = document.documentElement.scrollWidth > window.innerWidth;
    return small.concat(wide ? ['the page is wider than the screen'] : []);
}"""
# Nothing is being sent or read.
QUIET = "async () => !(await navigator.locks.query()).held.length"
# How many rows the phone keeps in a store.
COUNT = """async (name) => {
    const open = indexedDB.open('service_my_day');
    const db = await new Promise((resolve) => {
        open.onsuccess = () => resolve(open.result);
    });
    const rows = db.transaction(name).objectStore(name).count();
    const count = await new Promise((resolve) => {
        rows.onsuccess = () => resolve(rows.result);
    });
    db.close();
    return count;
}"""
NOTHING = f"async (name) => await ({COUNT})(name) === 0"
KEPT = """async () => {
    await navigator.serviceWorker.ready;
    const names = await caches.keys();
    for (const name of names) {
        const cache = await caches.open(name);
        const urls = (await cache.keys()).map((request) => request.url);
        if (urls.some((url) => url.endsWith('/my-day')) && urls.length > 2) {
            return true;
        }
    }
    return false;
}"""


def wait_until(page, script, *args):
    """Wait for what a script comes to say; its promises are awaited."""
    end = monotonic() + PATIENCE / 1000
    while not page.evaluate(script, *args):
        assert monotonic() < end, script
        page.wait_for_timeout(50)


def answer_with(status, route):
    """A page of a server in trouble, or of a proxy."""
    route.fulfill(status=status, body="<h1>Sorry</h1>")


def take_photo():
    """What a phone's camera makes: large, on its side, with data of its own."""
    image = Image.effect_noise((3200, 2400), 60).convert("RGB")
    exif = image.getexif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Camera of Sergey"
    content = io.BytesIO()
    image.save(content, "JPEG", exif=exif)
    return {"name": "лифт.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


@tagged("post_install", "-at_install")
class TestMyDayOffline(RealBrowser, MyDayCommon):
    """One Chromium per test; it keeps its data between pages, as a phone does."""

    def setUp(self):
        super().setUp()
        self.photo = take_photo()
        self.second = self.build_given(hours=3)
        self.start_chromium()
        self.phone = self.browser.new_context(**PHONE)
        self.addCleanup(self.phone.close)

    @contextmanager
    def on_phone(self):
        """The server answers the browser; what it is sending comes to an end."""
        with self.answering():
            yield
            for page in self.phone.pages:
                wait_until(page, QUIET)
                page.wait_for_timeout(300)  # what the worker still fetches

    def log_in(self, role="performer"):
        self.login(role)
        self.phone.add_cookies(
            [
                {
                    "name": "session_id",
                    "value": self.session.sid,
                    "url": self.base_url(),
                }
            ]
        )

    def open_page(self):
        page = self.phone.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{self.base_url()}/service/my-day")
        page.wait_for_selector(".o_day_head")
        return page

    def open_online(self):
        """The page with the day on it, kept for when there is no connection."""
        page = self.open_page()
        page.wait_for_selector(".o_day_card")
        wait_until(page, KEPT)
        self.wait_saved(page)
        return page

    def cut(self, page):
        self.phone.set_offline(True)
        expect(page.locator(".o_day_sync")).to_contain_text("No connection")

    def reconnect(self):
        self.phone.set_offline(False)

    def wait_saved(self, page, timeout=PATIENCE):
        expect(page.locator(".o_day_sync")).to_have_text("✓ all saved", timeout=timeout)

    def wait_kept(self, page, count):
        expect(page.locator(".o_day_sync")).to_contain_text(f"{count} kept")

    def press(self, page, name, exact=True):
        page.get_by_role("button", name=name, exact=exact).first.click()

    def open_job(self, page, visit):
        page.goto(f"{self.base_url()}/service/my-day#job={visit.id}")
        page.wait_for_selector(".o_day_back")

    def do_the_job(self, page):
        """Everything between accepting and handing in."""
        self.open_job(page, self.visit)
        for step in ("Accept", "On My Way", "Start"):
            self.press(page, step)
        page.get_by_role("checkbox").first.click()
        self.press(page, "+ Material")
        page.get_by_placeholder("Name or number").fill("Ролик")
        page.locator(".o_day_row", has_text="Ролик двери").click()
        self.press(page, "More")
        self.press(page, "Add")
        page.locator("textarea").fill("Заменил ролик")
        page.locator("textarea").blur()
        for label in ("Before", "After"):
            button = page.locator("label.o_day_button", has_text=label)
            button.locator("input").set_input_files([self.photo])
        expect(page.locator(".o_day_photo")).to_have_count(2)
        self.press(page, "Let the customer sign")
        pad = page.locator(".o_day_pad").bounding_box()
        page.mouse.move(pad["x"] + 30, pad["y"] + 30)
        page.mouse.down()
        page.mouse.move(pad["x"] + 150, pad["y"] + 60, steps=5)
        page.mouse.up()
        page.get_by_placeholder("Name of who signs").fill("Анна Петрова")
        self.press(page, "Signed")
        expect(page.locator("text=Signed by Анна Петрова")).to_be_visible()

    def hand_in(self, page):
        self.press(page, "Hand in")
        self.press(page, "Done, hand in")
        expect(page.locator(".o_day_state_done")).to_be_visible()

    def assert_done_once(self):
        visit = self.visit
        self.assertEqual(visit.state, "done")
        self.assertEqual(visit.report, "Заменил ролик")
        self.assertEqual(len(visit.photo_ids), 2)
        for photo in visit.photo_ids:
            self.assertLess(len(photo.raw), len(self.photo["buffer"]))
            self.assertNotIn(b"Camera of Sergey", photo.raw)
            image = Image.open(io.BytesIO(photo.raw))
            self.assertEqual(image.size, (1200, 1600))
        self.assertEqual(visit.signed_by, "Анна Петрова")
        self.assertEqual(
            [(line.product_id, line.quantity_done) for line in visit.line_ids],
            [(self.lift, 1), (self.roller, 2)],
        )
        actions = self.env["service.phone.action"].search([])
        self.assertEqual(set(actions.mapped("state")), {"done"})
        self.assertEqual(self.errors, [])

    def test_cut_off_reloaded_killed_and_connected_again(self):
        self.visit.team_id.require_signature = True
        self.log_in()
        with self.on_phone():
            page = self.open_online()
            self.cut(page)
            self.do_the_job(page)
            page.reload()
            page.wait_for_selector(".o_day_back")
            self.wait_kept(page, 9)
            self.hand_in(page)
            self.wait_kept(page, 10)
            page.close(run_before_unload=False)
        self.assertEqual(self.visit.state, "assigned")
        with self.on_phone():
            page = self.open_page()
            self.wait_kept(page, 10)
            expect(page.locator(".o_day_state_done")).to_be_visible()
            self.reconnect()
            self.wait_saved(page)
        self.assert_done_once()
        self.assertLess(self.visit.actual_start, self.visit.actual_end)

    def test_sent_although_the_tab_is_closed(self):
        """The worker sends when the connection is back: in order, each once."""
        self.log_in()
        with self.on_phone():
            page = self.open_online()
            self.cut(page)
            self.open_job(page, self.visit)
            for step in ("Accept", "On My Way", "Start"):
                self.press(page, step)
            label = page.locator("label.o_day_button", has_text="Before")
            label.locator("input").set_input_files([self.photo])
            self.wait_kept(page, 4)
            self.open_job(page, self.second)
            self.press(page, "Accept")
            self.wait_kept(page, 5)
            page.close(run_before_unload=False)
            self.reconnect()
            self.dispatch_sync()
        self.assertEqual(self.visit.state, "in_progress")
        self.assertEqual(len(self.visit.photo_ids), 1)
        self.assertTrue(self.second.performer_confirmed)
        actions = self.env["service.phone.action"].search([], order="id")
        steps = ["Accept", "On My Way", "Start", "Photo", "Accept"]
        self.assertEqual(actions.mapped("what"), steps)
        self.assertEqual(set(actions.mapped("state")), {"done"})
        with self.on_phone():
            page = self.open_page()
            self.wait_saved(page)
        self.assertEqual(self.env["service.phone.action"].search([]), actions[::-1])
        self.assertEqual(self.errors, [])

    def dispatch_sync(self):
        """What the browser does when the connection is back; until all is sent."""
        other = self.phone.new_page()
        # a page of the server which is not the performer's
        other.goto(f"{self.base_url()}/service_crm/static/description/icon.png")
        session = self.phone.new_cdp_session(other)
        known = []
        session.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: known.extend(event["registrations"]),
        )
        session.send("ServiceWorker.enable")
        end = monotonic() + PATIENCE / 1000
        while not (own := [r for r in known if r["scopeURL"].endswith("/service/")]):
            assert monotonic() < end, known
            other.wait_for_timeout(50)
        session.send(
            "ServiceWorker.dispatchSyncEvent",
            {
                "origin": self.base_url(),
                "registrationId": own[-1]["registrationId"],
                "tag": "service-my-day",
                "lastChance": False,
            },
        )
        wait_until(other, NOTHING, "queue")
        other.close()

    def test_the_browser_sends_by_itself(self):
        """The page cannot reach the server, the worker it woke can."""
        self.log_in()
        with self.on_phone():
            page = self.open_online()
            page.route(ACT, lambda route: route.abort())
            self.open_job(page, self.visit)
            self.press(page, "Accept")
            wait_until(page, NOTHING, "queue")
            page.unroute(ACT)
        self.assertTrue(self.visit.performer_confirmed)
        self.assertEqual(len(self.env["service.phone.action"].search([])), 1)

    def test_nobody_sees_the_day_when_the_session_is_over(self):
        self.log_in()
        with self.on_phone():
            page = self.open_online()
            self.cut(page)
            self.open_job(page, self.visit)
            self.press(page, "Accept")
            self.wait_kept(page, 1)
            self.phone.clear_cookies(name="session_id")
            self.reconnect()
            page.wait_for_url("**/web/login**")
            self.assertEqual(page.evaluate(COUNT, "days"), 0)
            self.assertEqual(page.evaluate(COUNT, "queue"), 1)
            self.phone.set_offline(True)
            page.goto("about:blank")
            with suppress(Error):  # nothing is kept of the page either
                page.goto(f"{self.base_url()}/service/my-day")
            page.wait_for_load_state()
            expect(page.locator("body")).not_to_contain_text("Anna Petrova")
            page.close()
            self.phone.set_offline(False)
        self.assertFalse(self.visit.performer_confirmed)
        self.log_in()
        with self.on_phone():
            page = self.open_page()
            self.wait_saved(page)
        self.assertTrue(self.visit.performer_confirmed)

    def test_whoever_logs_in_next_sees_nothing_without_connection(self):
        """Also when he has not opened his own day yet."""
        self.log_in()
        with self.on_phone():
            page = self.open_online()
            page.close()
        self.log_in("operator")
        with self.on_phone():
            page = self.phone.new_page()
            page.goto(f"{self.base_url()}/service/service-worker.js")
            self.phone.set_offline(True)
            page.goto(f"{self.base_url()}/service/my-day")
            expect(page.locator("body")).to_contain_text("You have logged out")
            self.assertNotIn("Anna Petrova", page.content())
            wait_until(page, NOTHING, "days")
            self.phone.set_offline(False)
            expect(page.locator("h1")).to_have_text("This page is for performers")

    def test_the_answer_is_lost_on_the_way_back(self):
        """The server did it, the phone does not know: it asks again, once is done.

        In a browser that sends nothing by itself.
        """
        self.log_in()
        self.phone.add_init_script("delete ServiceWorkerRegistration.prototype.sync")
        lost = []

        def lose(route):
            route.fetch()
            lost.append(route.request.post_data_json["params"]["key"])
            route.abort()

        with self.on_phone():
            page = self.open_online()
            self.open_job(page, self.visit)
            page.route(ACT, lose)
            self.press(page, "+ Material")
            page.get_by_placeholder("Name or number").fill("Болт М8")
            page.locator(".o_day_row", has_text="not in the catalogue").click()
            self.press(page, "Add")
            expect(page.locator(".o_day_sync")).to_contain_text("1 kept")
            page.unroute(ACT)
            self.press(page, "No connection", exact=False)
            self.wait_saved(page)
        self.assertTrue(lost)
        self.assertEqual(len(self.visit.line_ids), 2)
        self.assertEqual(
            self.env["service.phone.action"].search([]).mapped("key"), lost[:1]
        )

    def test_a_server_in_trouble_is_no_lost_connection(self):
        """An error page of the server or of a proxy: everything waits and goes on.

        In a browser that sends nothing by itself.
        """
        self.log_in()
        self.phone.add_init_script("delete ServiceWorkerRegistration.prototype.sync")
        with self.on_phone():
            page = self.open_online()
            self.open_job(page, self.visit)
            for status, step in ((500, "Accept"), (403, "On My Way")):
                fail = partial(answer_with, status)
                page.route(ACT, fail)
                page.route(DATA, fail)
                self.press(page, step)
                expect(page.locator(".o_day_sync")).to_have_text(
                    "Server problem · 1 kept"
                )
                note = page.locator(".o_day_note[role=status]")
                expect(note).to_contain_text("Nothing is lost")
                page.unroute(ACT)
                page.unroute(DATA)
                self.wait_saved(page, timeout=2 * PATIENCE)  # it pauses
                expect(note).to_have_count(0)
        self.assertEqual(self.visit.state, "on_the_way")
        actions = self.env["service.phone.action"].search([], order="id")
        self.assertEqual(actions.mapped("what"), ["Accept", "On My Way"])
        self.assertEqual(self.errors, [])

    def test_a_page_of_a_proxy_does_not_take_the_kept_one(self):
        self.log_in()
        with self.on_phone():
            page = self.open_online()
            # what a proxy says comes without the server's mark
            with patch.object(
                ServiceMyDay, "_close_page", lambda *args: Response("Sorry", status=403)
            ):
                page.reload()
                page.wait_for_selector(".o_day_card")
                self.wait_saved(page)
            self.cut(page)
            page.reload()
            page.wait_for_selector(".o_day_card")
        self.assertEqual(self.errors, [])

    def test_a_conflict_is_shown_and_the_rest_goes_on(self):
        self.log_in()
        with self.on_phone():
            page = self.open_online()
            self.cut(page)
            self.open_job(page, self.visit)
            self.press(page, "Accept")
            label = page.locator("label.o_day_button", has_text="Before")
            label.locator("input").set_input_files([self.photo])
            self.open_job(page, self.second)
            self.press(page, "Accept")
            self.wait_kept(page, 3)
        self.visit.with_user(self.user_dispatcher).action_cancel("Клиент отказался")
        with self.on_phone():
            self.reconnect()
            self.wait_saved(page)
            notes = page.locator(".o_day_note.o_day_red")
            expect(notes).to_have_count(2)
            expect(notes.first).to_contain_text("Accept")
            expect(notes.first).to_contain_text("cancelled: Клиент отказался")
            page.reload()
            expect(notes).to_have_count(2)
            self.press(page, "Understood")
            expect(notes).to_have_count(1)
        self.assertTrue(self.second.performer_confirmed)
        kept = self.env["service.phone.action"].with_user(self.user_dispatcher)
        kept = kept.search([("state", "=", "refused")], order="id")
        self.assertEqual(kept.mapped("what"), ["Accept", "Photo"])
        self.assertTrue(kept[1].file_ids.raw)

    def test_whoever_comes_next_sees_nothing_and_sends_nothing(self):
        colleague = new_test_user(
            self.env, "colleague", groups="service_crm.group_service_performer"
        )
        self.users = {**self.users, "colleague": colleague}
        self.log_in()
        with self.on_phone():
            page = self.open_online()
            self.cut(page)
            self.open_job(page, self.visit)
            self.press(page, "Accept")
            self.wait_kept(page, 1)
            page.close()
        self.log_in("colleague")
        with self.on_phone():
            self.reconnect()
            page = self.open_page()
            self.wait_saved(page)
            expect(page.locator(".o_day_card")).to_have_count(0)
            page.close()
        self.assertFalse(self.visit.performer_confirmed)
        self.log_in()
        with self.on_phone():
            page = self.open_page()
            self.wait_saved(page)
        self.assertTrue(self.visit.performer_confirmed)

    def test_logging_out_takes_the_day_off_the_phone(self):
        self.log_in()
        with self.on_phone():
            page = self.open_online()
            page.goto(f"{self.base_url()}/web/session/logout?redirect=/web/login")
            self.phone.set_offline(True)
            page.goto(f"{self.base_url()}/service/my-day")
            expect(page.locator("body")).to_contain_text("You have logged out")
            self.assertNotIn("Anna Petrova", page.content())
            wait_until(page, NOTHING, "days")

    def test_a_thumb_finds_everything(self):
        """Nothing smaller than 44 px, nothing wider than the screen."""
        self.visit.site_id.street = "Набережная Космонавта Сверхдлинноназваниева, 145"
        self.visit.instruction = "Код домофона 12 " * 20
        self.build_given(hours=-30)
        self.env["service.problem.code"].create({"name": "Дверь не закрывается"})
        self.log_in()
        opened = fields.Datetime.now()
        with self.on_phone():
            page = self.open_online()
            self.assertEqual(page.evaluate(MISFITS), [])
            self.open_job(page, self.visit)
            self.assertEqual(page.evaluate(MISFITS), [])
            for step in ("Accept", "On My Way", "Start"):
                self.press(page, step)
            self.assertEqual(page.evaluate(MISFITS), [])
            for button in ("+ Material", "Hand in", "Let the customer sign", "Menu"):
                self.press(page, button)
                page.wait_for_selector("dialog[open]")
                self.assertEqual(page.evaluate(MISFITS), [], button)
                self.press(page, "Close")
            self.wait_saved(page)
        self.assertGreater(self.visit.actual_start, opened - timedelta(minutes=1))
