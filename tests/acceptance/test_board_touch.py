"""The dispatch board under a finger, in real Chromium with a touch screen."""

import re

from playwright.sync_api import expect
from real_browser import TABLET, RealBrowser

from odoo.tests import tagged

from odoo.addons.service_crm.tests.common_board_tours import BoardToursCommon

SECOND = "Олег Второй"
# Where that hour of tomorrow is in the row of a performer.
SPOT = """([performer, hour]) => {
    const day = document.querySelectorAll('.o_board_day')[1].getBoundingClientRect();
    const rows = [...document.querySelectorAll('.o_board_line')];
    const row = rows.find((one) => one.textContent.includes(performer));
    const box = row.getBoundingClientRect();
    return {
        x: day.left + (day.width * (hour - 8)) / 10 + 1,
        y: box.top + box.height / 2,
    };
}"""
SCROLLED = "document.querySelector('.o_board_scroll').scrollTop"
FRAME = "() => new Promise((done) => requestAnimationFrame(() => done()))"
# The board has taken the room there is.
AT_REST = """() => {
    const scroll = document.querySelector('.o_board_scroll');
    const canvas = scroll?.querySelector('.o_board_canvas');
    return canvas && canvas.offsetWidth >= scroll.clientWidth - 1;
}"""


@tagged("post_install", "-at_install")
class TestBoardTouch(RealBrowser, BoardToursCommon):
    """A finger scrolls; held for a moment it takes a visit in hand."""

    def setUp(self):
        super().setUp()
        self.delta = self.plan_tomorrow("Delta Farm", self.performer, 11)
        for number in range(25):  # more than fit on the screen
            self.build_performer(name=f"Ян {number}")
        self.start_chromium()
        self.page = self.open_device(self.user_dispatcher, TABLET)
        self.finger = self.page.context.new_cdp_session(self.page)

    def open_board(self):
        self.visit(self.page, "/odoo/dispatch-board")
        self.page.wait_for_selector(".o_board_bar")
        self.page.wait_for_function(AT_REST)

    def bar(self, customer):
        return self.page.locator(
            ".o_board_bar:not(.o_board_pending)", has_text=customer
        )

    def middle(self, locator, share=0.5):
        box = locator.bounding_box()
        return {
            "x": box["x"] + box["width"] * share,
            "y": box["y"] + box["height"] / 2,
        }

    def spot(self, performer, hour):
        return self.page.evaluate(SPOT, [performer, hour])

    def touch(self, kind, *points):
        self.finger.send(
            "Input.dispatchTouchEvent",
            {"type": f"touch{kind}", "touchPoints": list(points)},
        )
        if kind != "Start":  # a finger that moves is not to wait as one that holds
            self.page.evaluate(FRAME)

    def slide(self, start, end, steps=8, rest=4):
        """The finger moves, then rests: what it scrolls does not go on by itself."""
        for step in range(1, steps + rest + 1):
            way = min(1, step / steps)
            place = {key: start[key] + (end[key] - start[key]) * way for key in end}
            self.touch("Move", place)

    def hold(self, place):
        """The finger stays until the visit is in hand."""
        self.touch("Start", place)
        self.page.wait_for_selector(".o_board_shield", state="attached")

    def drag(self, start, end):
        self.hold(start)
        self.slide(start, end)
        self.touch("End")

    def test_a_finger_scrolls_and_a_held_one_drags(self):
        page = self.page
        with self.serving():
            self.open_board()
            start = self.middle(self.bar("Beta"))
            below = {**start, "y": start["y"] + 300}
            self.touch("Start", below)
            self.slide(below, {**below, "y": below["y"] - 200})
            self.touch("End")
            page.wait_for_function(f"() => {SCROLLED} > 100")
            page.evaluate("document.querySelector('.o_board_scroll').scrollTo(0, 0)")
            # The same from a visit: it is not taken along.
            start = self.middle(self.bar("Beta"))
            self.touch("Start", start)
            self.slide(start, {**start, "y": start["y"] - 150})
            expect(page.locator(".o_board_ghost")).to_have_count(0)
            self.touch("End")
            page.wait_for_function(f"() => {SCROLLED} > 50")
            page.evaluate("document.querySelector('.o_board_scroll').scrollTo(0, 0)")
            # Held, it comes along, and nothing scrolls.
            self.drag(self.middle(self.bar("Beta")), self.spot(SECOND, 14))
            expect(page.locator(".o_notification", has_text="Beta")).to_be_visible()
            self.assertLess(page.evaluate(SCROLLED), 2)
            expect(self.bar("Beta")).to_be_visible()
        self.assertEqual(self.beta.performer_id, self.second)
        # Where the finger held the bar it lets it go: half an hour after its start.
        self.assertEqual(self.get_hours(self.beta), (13.5, 14.5))
        self.assertEqual(self.errors, [])

    def test_several_and_longer_with_a_finger(self):
        page = self.page
        with self.serving():
            self.open_board()
            # Held and let go: selected. From then on a tap adds others.
            place = self.middle(self.bar("Beta"))
            self.hold(place)
            self.touch("End")
            expect(page.locator(".o_board_selected")).to_have_count(1)
            self.bar("Delta").tap()
            expect(page.locator(".o_board_count")).to_contain_text("2 selected")
            self.drag(self.middle(self.bar("Beta")), self.spot(SECOND, 10))
            expect(
                page.locator(".o_notification", has_text="Beta").filter(
                    has_text="Delta"
                )
            ).to_be_visible()
            expect(page.locator(".o_board_selected")).to_have_count(0)
            # A day alone has room for a finger at the end of a bar.
            page.locator("[aria-label='Days shown'] button").first.tap()
            expect(page.locator(".o_board_day")).to_have_count(1)
            page.locator("button[aria-label=Later]").tap()
            expect(self.bar("Delta")).to_be_visible()
            end = self.middle(self.bar("Delta").locator("[data-side=end]"))
            hour = page.locator(".o_board_day").bounding_box()["width"] / 10
            self.drag(end, {**end, "x": end["x"] + hour})
            expect(self.bar("Delta")).to_have_attribute(
                "aria-label", re.compile("11:30.*1:30")
            )
            # A tap opens the work order.
            self.bar("Beta").tap()
            expect(page.locator(".modal .o_form_view")).to_be_visible()
            page.locator(".modal .btn-close").tap()
        self.assertEqual((self.beta + self.delta).performer_id, self.second)
        self.assertEqual(self.get_hours(self.beta), (9.5, 10.5))
        self.assertEqual(self.get_hours(self.delta), (11.5, 13.5))
        self.assertEqual(self.errors, [])
