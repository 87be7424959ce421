"""The dispatch board in a real browser: drag, undo, conflict, a colleague, a phone."""

import json
from datetime import timedelta
from urllib.parse import quote

from odoo import fields
from odoo.http import request
from odoo.tests import new_test_user, tagged

from .common_board_tours import BoardToursCommon


@tagged("post_install", "-at_install")
class TestDispatchBoardTours(BoardToursCommon):
    """One dispatcher, a colleague of hers, a phone."""

    def assertCanOpenTestCursor(self):
        # The colleague comes with a key of her own, and without the browser's cookies.
        if request and "Authorization" in request.httprequest.headers:
            return None
        return super().assertCanOpenTestCursor()

    def test_drag_refusal_reason_undo_and_keyboard(self):
        self.walk("service_board_drag")
        self.assertEqual(self.alfa.performer_id, self.second)
        self.assertEqual(self.alfa.date_start, self.tomorrow + timedelta(hours=14))
        self.assertEqual(self.gamma.performer_id, self.performer)
        self.assertEqual(self.gamma.override_reason, "Works with a master")
        self.assertEqual(self.beta.performer_id, self.second)
        self.assertEqual(
            self.beta.date_start, self.tomorrow + timedelta(hours=9, minutes=15)
        )
        self.assertEqual(self.beta._get_duration(), timedelta(hours=1))

    def test_colleague_is_seen_at_once_and_never_overwritten(self):
        colleague = new_test_user(
            self.env,
            login="service_colleague",
            groups="service_crm.group_service_dispatcher",
            tz="UTC",
        )
        key = (
            self.env["res.users.apikeys"]
            .with_user(colleague)
            ._generate(None, "board", fields.Datetime.now() + timedelta(days=1))
        )
        self.walk(
            "service_board_colleague",
            cookies={"service_board_test": quote(json.dumps({"key": key}))},
        )
        self.assertEqual(self.beta.performer_id, self.second)
        self.assertEqual(self.beta.date_start, self.tomorrow + timedelta(hours=14))

    def test_list_of_performers_on_a_phone(self):
        self.walk("service_board_phone", size="390x844")


@tagged("post_install", "-at_install")
class TestDispatchBoardHands(BoardToursCommon):
    """Bars pulled longer, several at once, and all of it by the keyboard."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.delta = cls.plan_tomorrow("Delta Farm", cls.performer, 11)
        cls.epsilon = cls.plan_tomorrow("Epsilon Works", cls.second, 11)

    def test_resize(self):
        self.walk("service_board_resize")
        self.assertEqual(self.get_hours(self.beta), (9, 10.75))
        self.assertEqual(self.get_hours(self.delta), (11, 12))

    def test_several_move_together_or_not_at_all(self):
        self.walk("service_board_several")
        self.assertEqual(self.beta.performer_id, self.performer)
        self.assertEqual(self.get_hours(self.beta), (9, 10))
        self.assertEqual(self.get_hours(self.delta), (11, 12))
        self.assertEqual((self.alfa + self.gamma).performer_id, self.second)
        self.assertEqual(self.get_hours(self.alfa), (14, 15))
        self.assertEqual(self.get_hours(self.gamma), (15, 16))
        self.assertEqual(self.gamma.override_reason, "Under guidance")

    def test_everything_by_the_keyboard(self):
        self.walk("service_board_keyboard")
        self.assertEqual(self.get_hours(self.beta), (9, 10))
        self.assertEqual(self.get_hours(self.delta), (11, 12))
        self.assertTrue(self.alfa.performer_id)
