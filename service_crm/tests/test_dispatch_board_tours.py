"""The dispatch board in a real browser: drag, undo, conflict, a colleague, a phone."""

import json
from datetime import timedelta
from urllib.parse import quote

from odoo import fields
from odoo.fields import Command
from odoo.http import request
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestDispatchBoardTours(ServiceCommon, HttpCase):
    """Tomorrow: one visit at nine, two jobs to be planned, two performers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        hours = cls.env["resource.calendar"].create(
            {
                "name": "Every day",
                "tz": "UTC",
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Day",
                                "dayofweek": str(day),
                                "hour_from": 8,
                                "hour_to": 17,
                                "day_period": "morning",
                            }
                        )
                        for day in range(7)
                    ),
                ],
            }
        )
        for user in cls.users.values():
            user.tz = "UTC"
        cls.second = cls.build_performer(name="Олег Второй")
        (cls.performer + cls.second).calendar_id = hours
        skill = cls.env["service.skill"].create({"name": "High voltage"})
        wiring = cls.build_product("Wiring", service_skill_ids=skill.ids)
        cls.tomorrow = fields.Datetime.now().replace(
            hour=0, minute=0, second=0, microsecond=0
        ) + timedelta(days=1)
        orders = {}
        for name in ("Alfa Lifts", "Beta Boilers", "Gamma Mall"):
            orders[name.split()[0].lower()] = cls.build_work_order(
                partner_id=cls.build_partner(name=name).id, planned_hours=1
            )
        cls.alfa, cls.beta, cls.gamma = orders.values()
        cls.gamma.line_ids = [Command.create({"product_id": wiring.id})]
        cls.beta.write(
            {
                "performer_id": cls.performer.id,
                "date_start": cls.tomorrow + timedelta(hours=9),
                "date_end": cls.tomorrow + timedelta(hours=10),
            }
        )

    def assertCanOpenTestCursor(self):
        # The colleague comes with a key of her own, and without the browser's cookies.
        if request and "Authorization" in request.httprequest.headers:
            return None
        return super().assertCanOpenTestCursor()

    def walk(self, tour, **options):
        self.browser_size = options.pop("size", "1440x900")
        self.touch_enabled = self.browser_size == "390x844"
        self.start_tour(
            "/odoo/dispatch-board", tour, login=self.user_dispatcher.login, **options
        )
        self.env.invalidate_all()

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
