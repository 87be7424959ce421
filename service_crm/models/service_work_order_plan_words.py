from pytz import UTC, timezone

from odoo import models
from odoo.tools import format_date, format_datetime, format_time

from ..tools import slots


class ServiceWorkOrder(models.Model):
    """Work order: what speaks against a time, in words."""

    _inherit = "service.work.order"

    def _localize(self, moment, person=None):
        """A moment on the clock of the performer, or of who goes along."""
        tz = timezone((person or self.performer_id).tz or "UTC")
        return UTC.localize(moment).astimezone(tz)

    def _describe_slot(self, start, end, tz):
        """``Mon 23 Nov, 10:00–11:30`` on the clocks of that time zone."""
        day = format_datetime(self.env, start, tz=tz, dt_format="EEE d MMM, HH:mm")
        same_day = (
            UTC.localize(start).astimezone(timezone(tz)).date()
            == UTC.localize(end).astimezone(timezone(tz)).date()
        )
        pattern = "HH:mm" if same_day else "EEE d MMM, HH:mm"
        return f"{day}–{format_datetime(self.env, end, tz=tz, dt_format=pattern)}"

    def _describe_overload(self, others):
        person = self._get_overloaded(others)
        visible = self.env.companies
        texts = "; ".join(
            "{}, {}".format(
                other.name,
                other._describe_slot(
                    other.actual_start or other.date_start,
                    other.actual_end or other.date_end,
                    self.env.tz.zone,
                ),
            )
            if other.company_id in visible
            else self.env._("work for another company")
            for other in others
        )
        if person.service_capacity > 1:
            return self.env._(
                "%(performer)s takes at most %(number)s jobs at once and has at that "
                "time: %(orders)s.",
                performer=person.name,
                number=person.service_capacity,
                orders=texts,
            )
        return self.env._(
            "%(performer)s is already booked at that time: %(orders)s.",
            performer=person.name,
            orders=texts,
        )

    def _describe_gone(self):
        """Why the performer is sent nowhere any more, or nothing."""
        performer = self.performer_id
        if not performer or (performer.active and performer.is_performer):
            return False
        return self.env._(
            "%(performer)s is not a performer, or not any more: choose another one.",
            performer=performer.name,
        )

    def _get_overloaded(self, others):
        """Who of those who go has these other orders at that time."""
        self.ensure_one()
        people = (self.performer_id | self.booked_ids)._origin
        for other in others:
            people &= other.booked_ids._origin
        return people[:1] or self.performer_id

    def _describe_absence(self, absence, person=None):
        leave = absence[2]
        person = person or self.performer_id
        return self.env._(
            "%(performer)s is absent %(time)s%(reason)s.",
            performer=person.name,
            time=self._describe_slot(
                leave.date_from, leave.date_to, person.tz or "UTC"
            ),
            reason=f" ({leave.name})" if leave.name else "",
        )

    def _describe_hours(self, work, person=None):
        person = person or self.performer_id
        tz = timezone(person.tz or "UTC")
        day = self._localize(self.date_start, person).date()
        hours = slots.hours_of_day(day, work[person._origin.id], tz)
        values = {
            "performer": person.name,
            "day": format_date(self.env, day, date_format="EEE d MMM"),
            "hours": ", ".join(
                f"{format_time(self.env, since, time_format='HH:mm')}–"
                f"{format_time(self.env, until, time_format='HH:mm')}"
                for since, until in hours
            ),
            "slot": self._describe_slot(self.date_start, self.date_end, tz.zone),
            "tz": tz.zone,
        }
        if hours:
            return self.env._(
                "%(performer)s works on %(day)s %(hours)s; the visit is planned for "
                "%(slot)s (%(tz)s).",
                **values,
            )
        return self.env._(
            "%(performer)s does not work on %(day)s; the visit is planned for "
            "%(slot)s (%(tz)s).",
            **values,
        )

    def _describe_missing_people(self):
        return self.env._(
            "The job takes %(needed)s people and %(going)s go: add helpers or send a "
            "crew.",
            needed=self.crew_size,
            going=self.crew_size - self._get_missing_people(),
        )
