from pytz import UTC, timezone

from odoo import models
from odoo.tools import format_date, format_datetime, format_time

from ..tools import slots


class ServiceWorkOrder(models.Model):
    """Work order: what speaks against a time, in words."""

    _inherit = "service.work.order"

    def _localize(self, moment):
        """A moment on the clock of the performer."""
        tz = timezone(self.performer_id.tz or "UTC")
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
        if self.performer_id.service_capacity > 1:
            return self.env._(
                "%(performer)s takes at most %(number)s jobs at once and has at that "
                "time: %(orders)s.",
                performer=self.performer_id.name,
                number=self.performer_id.service_capacity,
                orders=texts,
            )
        return self.env._(
            "%(performer)s is already booked at that time: %(orders)s.",
            performer=self.performer_id.name,
            orders=texts,
        )

    def _describe_absence(self, absence):
        leave = absence[2]
        return self.env._(
            "%(performer)s is absent %(time)s%(reason)s.",
            performer=self.performer_id.name,
            time=self._describe_slot(
                leave.date_from, leave.date_to, self.performer_id.tz or "UTC"
            ),
            reason=f" ({leave.name})" if leave.name else "",
        )

    def _describe_hours(self, work):
        tz = timezone(self.performer_id.tz or "UTC")
        day = self._localize(self.date_start).date()
        hours = slots.hours_of_day(day, work[self.performer_id._origin.id], tz)
        values = {
            "performer": self.performer_id.name,
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
