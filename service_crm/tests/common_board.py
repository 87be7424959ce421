from datetime import datetime, timedelta

from freezegun import freeze_time

from ..tools import board
from .common import ServiceCommon

MONDAY = datetime(2030, 1, 7)  # a week nobody else plans in
NOW = datetime(2030, 1, 7, 6)


def at(hour, day=0, minute=0):
    """A time of that week, UTC."""
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


def ms(hour, day=0, minute=0):
    """The same as browsers count it."""
    return board.to_milliseconds(at(hour, day, minute))


class BoardCommon(ServiceCommon):
    """A week with two performers, at six o'clock on Monday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOW)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.second = cls.build_performer(name="Олег", tz="UTC")
        for user in cls.users.values():
            user.tz = "UTC"
        # Hours of the week: everybody has them from eight to five.
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Eight to five",
                "tz": "UTC",
                "attendance_ids": [
                    (5, 0, 0),
                    *(
                        (
                            0,
                            0,
                            {
                                "name": "Day",
                                "dayofweek": str(day),
                                "hour_from": 8,
                                "hour_to": 17,
                                "day_period": "morning",
                            },
                        )
                        for day in range(5)
                    ),
                ],
            }
        )
        (cls.performer + cls.second).calendar_id = cls.calendar
        cls.board = cls.env["service.dispatch.board"].with_user(cls.user_dispatcher)

    @classmethod
    def plan(cls, hour=9, day=0, hours=1, performer=None, **values):
        """A visit of that week."""
        return cls.build_work_order(
            performer_id=(performer or cls.performer).id,
            date_start=at(hour, day),
            date_end=at(hour + hours, day),
            **values,
        )

    @classmethod
    def load(cls, domain=(), user=None, start=None, days=7, group_by=""):
        """What the board shows of that week."""
        start = ms(0) if start is None else start
        model = cls.board.with_user(user) if user else cls.board
        return model.action_load(
            list(domain), start, start + days * board.DAY, group_by
        )

    @classmethod
    def move(cls, order, hour=9, day=0, who=None, hours=1, **values):
        """The move of an order as the dispatcher sees it now."""
        cls.env.flush_all()
        return {
            "id": order.id,
            "version": order.plan_version,
            "performer": (who or cls.performer).id,
            "start": ms(hour, day),
            "end": ms(hour + hours, day),
            **values,
        }

    def row(self, result, performer):
        return next(row for row in result["rows"] if row["id"] == performer.id)
