"""Walks three requests through a running demo, as its people would.

Everything goes through the doors that people and servers use: the mail gateway, the
public pages in Chromium, and RPC as each role. Run by ``python3 tests/sandbox walk``.
"""

import argparse
import shutil
import sys
import time
import uuid
import xmlrpc.client
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

from playwright.sync_api import sync_playwright

PHONE = {"width": 390, "height": 844}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
MAIL = """\
From: {name} <{address}>
To: service@example.com
Subject: Boiler makes noise
Message-ID: <{key}@walk.example.com>
Content-Type: text/plain; charset=utf-8

Since yesterday the boiler makes noise. Please call: {phone}
"""


class Demo:
    """The running demo, called as one of its users."""

    def __init__(self, address, database):
        self.address = address
        self.database = database
        self.common = xmlrpc.client.ServerProxy(f"{address}/xmlrpc/2/common")
        self.models = xmlrpc.client.ServerProxy(
            f"{address}/xmlrpc/2/object", allow_none=True
        )
        self.uids = {}

    def wait(self, seconds):
        """Until the demo answers, `seconds` at most."""
        until = time.monotonic() + seconds
        while True:
            try:
                return self.common.version()
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)

    def call(self, role, model, method, /, *args, **kwargs):
        if role not in self.uids:
            self.uids[role] = self.common.authenticate(self.database, role, role, {})
        try:
            return self.models.execute_kw(
                self.database, self.uids[role], role, model, method, args, kwargs
            )
        except xmlrpc.client.Fault as fault:
            # Odoo cannot marshal None: the step itself was taken.
            if "cannot marshal None" in fault.faultString:
                return None
            raise SystemExit(f"{role}: {method}: {fault.faultString}") from fault

    def read(self, record_id, *names, role="admin", model="crm.lead"):
        [values] = self.call(role, model, "read", [record_id], list(names))
        return values[names[0]] if len(names) == 1 else values

    def find(self, model, domain, role="admin"):
        ids = self.call(role, model, "search", domain, limit=1, order="id desc")
        return ids[0] if ids else None


class Walk:
    def __init__(self, demo, browser, screens):
        self.demo = demo
        self.browser = browser
        self.screens = screens
        self.visits = 0
        ahead = timedelta(days=40 + int(time.time()) % 3000)
        self.start = datetime.now(timezone.utc) + ahead

    def by_mail(self):
        """A stranger writes; the manager makes contact and company."""
        key = uuid.uuid4().hex
        address = f"{key[:8]}@walk.example.com"
        raw = MAIL.format(
            name="Vera Walker", address=address, key=key, phone="+7 495 222-33-44"
        )
        for _delivery in range(2):  # a mail server may hand it over twice
            self.demo.call(
                "admin",
                "mail.thread",
                "message_process",
                False,
                xmlrpc.client.Binary(raw.encode()),
            )
        found = self.demo.call(
            "admin", "crm.lead", "search", [("email_normalized", "=", address)]
        )
        assert len(found) == 1, f"{len(found)} requests of one mail"
        return self.by_manager(found[0], "Walker Heating")

    def by_form(self):
        """A stranger fills the public form on a phone."""
        with self.page("form") as page:
            page.goto(f"{self.demo.address}/service/request")
            page.fill("[name=need]", "The boiler does not ignite")
            page.fill("[name=place]", "Moscow, Arbat 1")
            page.fill("[name=name]", "Pavel Walker")
            page.fill("[name=phone]", f"+7 916 {int(time.time()) % 10_000_000:07}")
            page.click("form.o_service_form button[type=submit]")
            page.wait_for_selector(".o_service_form_done:not(.d-none)")
            number = page.inner_text("[data-answer=number]")
        request = self.demo.find("crm.lead", [("service_number", "=", number)])
        assert request, f"{number} was promised, and is not there"
        return self.by_manager(request, "Walker House")

    def by_call(self):
        """A known customer calls; the operator notes it and passes it on."""
        found = self.demo.call(
            "operator", "service.console", "action_console_find", "+74951208116"
        )
        card = found["card"]
        dispatcher = self.demo.find("res.users", [("login", "=", "dispatcher")])
        filed = self.demo.call(
            "operator",
            "service.console",
            "action_console_file",
            {
                "partner_id": card["id"],
                "name": "Light of the lift cabin",
                "service_need": "The light in the cabin flickers",
                "dispatcher_id": dispatcher,
            },
        )
        assert filed["passed"], "a known customer's request goes to the dispatcher"
        return filed["id"]

    def by_manager(self, request, company):
        """Operator takes and hands over; the manager completes and passes on."""
        demo = self.demo
        demo.call("operator", "crm.lead", "action_take", [request])
        demo.call("operator", "crm.lead", "action_pass_to_manager", [request])
        values = {
            "partner_name": f"{company} {request}",
            "service_need": "Repair of the boiler",
            "dispatcher_id": demo.find("res.users", [("login", "=", "dispatcher")]),
        }
        demo.call("manager", "crm.lead", "write", [request], values)
        demo.call("manager", "crm.lead", "action_convert_new", [request])
        demo.call("manager", "crm.lead", "action_pass_to_dispatch", [request])
        return request

    def to_the_end(self, request):
        """Price, agreement, visit, invoice, payment, rating."""
        demo = self.demo
        product = demo.find("product.product", [("name", "ilike", "diagnosis")])
        demo.call(
            "dispatcher",
            "crm.lead",
            "write",
            [request],
            {"request_line_ids": [(0, 0, {"product_id": product, "quantity": 2})]},
        )
        demo.call("dispatcher", "crm.lead", "action_ask_approvals", [request])
        self.plan(request)
        self.agree(request)
        [visit] = demo.read(request, "work_order_ids")
        for step in ("action_accept", "action_on_the_way", "action_start"):
            demo.call("performer", "service.work.order", step, [visit])
        lines = demo.read(visit, "line_ids", model="service.work.order")
        for line in lines:
            demo.call(
                "performer", "service.work.order.line", "write", [line],
                {"quantity_done": 2},
            )  # fmt: skip
        demo.call(
            "performer", "service.work.order", "write", [visit], {"report": "Done."}
        )
        demo.call("performer", "service.work.order", "action_done", [visit])
        demo.call("dispatcher", "service.work.order", "action_close", [visit])
        self.pay(request)
        self.rate(request)
        phase, paid, rated = (
            demo.read(request, name)
            for name in ("service_phase", "service_payment_state", "rating_last_value")
        )
        assert (phase, paid, rated) == ("done", "paid", 5), (phase, paid, rated)

    def plan(self, request):
        demo = self.demo
        demo.call("dispatcher", "crm.lead", "action_create_work_order", [request])
        [visit] = demo.read(request, "work_order_ids")
        self.visits += 1
        # Far ahead, and elsewhere at each walk: nobody is booked there.
        start = self.start + timedelta(hours=self.visits * 3)
        values = {
            "performer_id": demo.find(
                "resource.resource", [("user_id.login", "=", "performer")]
            ),
            "date_start": start.strftime("%Y-%m-%d %H:00:00"),
            "override_reason": "Agreed on the phone",
        }
        demo.call("dispatcher", "service.work.order", "write", [visit], values)
        for step in ("action_assign", "action_confirm_customer"):
            demo.call("dispatcher", "service.work.order", step, [visit])

    def agree(self, request):
        pending = self.demo.call(
            "dispatcher",
            "service.approval",
            "search",
            [("request_id", "=", request), ("state", "=", "pending")],
        )
        for approval in pending:
            self.demo.call(
                "dispatcher",
                "service.approval",
                "action_approve",
                [approval],
                spoken_with="The customer",
                method="phone",
            )
        assert self.demo.read(request, "service_phase") == "agreed"

    def pay(self, request):
        demo = self.demo
        order = demo.find("sale.order", [("opportunity_id", "=", request)])
        invoices = demo.read(order, "invoice_ids", model="sale.order")
        assert len(invoices) == 1, f"{len(invoices)} invoices"
        demo.call("manager", "account.move", "action_post", invoices)
        wizard = demo.call(
            "admin",
            "account.payment.register",
            "create",
            {},
            context={"active_model": "account.move", "active_ids": invoices},
        )
        demo.call(
            "admin", "account.payment.register", "action_create_payments", [wizard]
        )

    def rate(self, request):
        """Five stars on the customer's own page, on a phone."""
        url = self.demo.call("admin", "crm.lead", "get_portal_url", [request])
        with self.page(f"rate-{request}") as page:
            page.goto(self.demo.address + url)
            page.click("#rate label[for$='5']")
            page.fill("#rate_text", "Quick and kind")
            page.click("#rate button[type=submit]")
            page.wait_for_selector(".o_service_flash")

    @contextmanager
    def page(self, name):
        context = self.browser.new_context(viewport=PHONE, is_mobile=True)
        # The first page of a fresh Odoo waits for its assets to be made.
        context.set_default_timeout(120_000)
        page = context.new_page()
        try:
            yield page
        finally:
            if self.screens:
                page.screenshot(path=self.screens / f"{name}.png", full_page=True)
            context.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("database")
    parser.add_argument("--screens", type=Path)
    parser.add_argument("--patience", type=int, default=0, help="seconds")
    arguments = parser.parse_args()
    if arguments.screens:
        arguments.screens.mkdir(parents=True, exist_ok=True)
    demo = Demo(arguments.address, arguments.database)
    demo.wait(arguments.patience)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS
        )
        walk = Walk(demo, browser, arguments.screens)
        for door in (walk.by_mail, walk.by_form, walk.by_call):
            request = door()
            walk.to_the_end(request)
            number = demo.read(request, "service_number")
            print(f"{door.__name__[3:]:5} {number}  closed, invoiced, paid, rated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
