"""A performer's phone: his visits of today, and what the phone sends."""

import base64
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase
from odoo.tools import mute_logger

from ..tools.phone_time import to_milliseconds
from .common import ServiceCommon
from .mail_corpus import PNG

PHOTO = base64.b64encode(PNG).decode()


class MyDayCommon(HttpCase, ServiceCommon):
    """Visits of the performer, given to him, in the next hours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Where it is about eleven now: the visits of the next hours are of today.
        ahead = 11 - fields.Datetime.now().hour
        cls.zone = f"Etc/GMT{-ahead:+}"
        cls.users["performer"].tz = cls.performer.tz = cls.zone
        cls.lift = cls.build_product("Осмотр лифта", default_code="L-1")
        cls.roller = cls.build_product("Ролик двери", 18.0, type="consu")
        cls.visit = cls.build_given()

    @classmethod
    def build_given(cls, hours=1, performer=None, step="_action_assign", **values):
        """A visit that was given to the performer, so many hours from now."""
        start = fields.Datetime.now() + timedelta(hours=hours)
        visit = cls.build_work_order(
            performer_id=(performer or cls.performer).id,
            date_start=start,
            date_end=start + timedelta(minutes=30),
            override_reason="Срочно",
            line_ids=[
                fields.Command.create({"product_id": cls.lift.id}),
            ],
            **values,
        )
        getattr(visit, step)()
        return visit

    def setUp(self):
        super().setUp()
        self.number = 0
        # The limiter counts in a transaction of its own, for all tests together.
        self.patch(type(self.env["service.rate.limit"]), "_allow", lambda *args: True)

    def login(self, role="performer"):
        login = self.users[role].login
        self.authenticate(login, login)

    def call(self, path, **params):
        """What the server answers to the phone, or its error."""
        answer = self.url_open(
            f"/service/my-day/{path}",
            json={"jsonrpc": "2.0", "method": "call", "params": params},
        ).json()
        return answer.get("result", answer.get("error"))

    def read_day(self):
        return self.call("data")["day"]

    def prepare(self, visit, kind, file=None, minutes_ago=0, user=None, **values):
        """The post of an action, with a key of its own."""
        self.number += 1
        user = user or self.user_performer
        now = to_milliseconds(fields.Datetime.now())
        day = self.env["service.my.day"].with_user(user)
        return {
            "user": user.id,
            "key": f"phone-of-{user.id}-{self.number:08}",
            "kind": kind,
            "order": visit.id,
            "token": day._get_order_token(visit),
            "made": now - minutes_ago * 60_000,
            "sent": now,
            "values": {**values, **({"data": file} if file else {})},
        }

    def act(self, visit, kind, **given):
        return self.call("act", **self.prepare(visit, kind, **given))

    def do(self, visit, kind, **given):
        """An action that is taken; what the phone is told."""
        answer = self.act(visit, kind, **given)
        self.assertEqual(answer.get("state"), "done", answer)
        self.env.invalidate_all()
        return answer

    def refused(self, visit, kind, **given):
        """An action that is refused; the words of it."""
        answer = self.act(visit, kind, **given)
        self.assertEqual(answer.get("state"), "refused", answer)
        self.env.invalidate_all()
        return answer["text"]

    def muted(self):
        """Refusals are expected."""
        return mute_logger("odoo.http")
