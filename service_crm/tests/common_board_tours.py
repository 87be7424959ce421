"""The dispatch board in a browser: who works, and what is planned."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .common import ServiceCommon, TourCase


class BoardToursCommon(ServiceCommon, TourCase):
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

    @classmethod
    def plan_tomorrow(cls, customer, performer, hour):
        """One more visit of an hour."""
        return cls.build_work_order(
            partner_id=cls.build_partner(name=customer).id,
            performer_id=performer.id,
            date_start=cls.tomorrow + timedelta(hours=hour),
            date_end=cls.tomorrow + timedelta(hours=hour + 1),
        )

    def get_hours(self, visit):
        """From when to when, as hours of tomorrow."""
        hour = timedelta(hours=1)
        start, end = visit.date_start - self.tomorrow, visit.date_end - self.tomorrow
        return start / hour, end / hour

    def walk(self, tour, **options):
        self.browser_size = options.pop("size", "1440x900")
        self.touch_enabled = self.browser_size == "390x844"
        self.start_tour(
            "/odoo/dispatch-board", tour, login=self.user_dispatcher.login, **options
        )
        self.env.invalidate_all()
