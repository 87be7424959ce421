"""Real Chromium beside the tests: several people at once, each with an own device."""

import resource
from contextlib import contextmanager
from shutil import which

from playwright.sync_api import expect, sync_playwright

from odoo import http

CHROMIUM = which("chromium") or which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 60_000  # how fast the machine is proves nothing
expect.set_options(timeout=PATIENCE)
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
TABLET = {"viewport": {"width": 1180, "height": 820}, "has_touch": True}
DESK = {"viewport": {"width": 1440, "height": 900}}


@contextmanager
def whole_memory():
    """Odoo limits its own memory; a browser started from it needs more."""
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limits[1], limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


class RealBrowser:
    """Beside an ``HttpCase``: devices of people who are logged in."""

    test_cursor_lock_timeout = PATIENCE // 1000

    def start_chromium(self):
        """The browser of this test; what goes wrong in a page is in ``errors``."""
        with whole_memory():
            play = sync_playwright().start()
        self.addCleanup(play.stop)
        self.browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        self.addCleanup(self.browser.close)
        self.errors = []

    def open_device(self, user, device):
        """A page of the user; the sessions of the others stay."""
        if "odoobot_state" in user:
            user.sudo().odoobot_state = "disabled"  # no chat window over the page
        self.session = None
        self.authenticate(user.login, user.login)
        self.addCleanup(http.root.session_store.delete, self.session)
        context = self.browser.new_context(**device, timezone_id="UTC")
        self.addCleanup(context.close)
        cookie = {"name": "session_id", "value": self.session.sid}
        context.add_cookies([{**cookie, "url": self.base_url()}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    @contextmanager
    def answering(self):
        """The server answers whoever asks meanwhile, and the test asks nothing.

        Afterwards it refuses: what a browser still asks for would wait for the
        transaction of the test, and be found waiting in the next one.
        """
        self.env.flush_all()
        with self.allow_requests(all_requests=True):
            try:
                yield
            finally:
                self.http_request_allow_all = False
                self._wait_remaining_requests(PATIENCE // 1000)
        self.env.invalidate_all()

    @contextmanager
    def serving(self):
        """The server answers the browsers; then nobody looks at a page any more."""
        with self.answering():
            yield
            for context in self.browser.contexts:
                for page in context.pages:
                    page.goto("about:blank")

    def visit(self, page, path):
        page.goto(f"{self.base_url()}{path}")
