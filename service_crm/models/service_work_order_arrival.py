from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

from ..tools.arrival import Stop, predict, round_down

AHEAD = ("offered", "assigned", "on_the_way")


class ServiceWorkOrder(models.Model):
    """Work order: when the performer will arrive, by how his day really goes."""

    _inherit = "service.work.order"

    departed_at = fields.Datetime("Set Off At", copy=False, readonly=True)
    arrival_label = fields.Char(
        "Arrives",
        compute="_compute_arrival_label",
        help="The hours in which the performer is expected, as the customer sees them.",
    )

    @api.depends("date_start", "state", "departed_at", "window_start", "window_end")
    @api.depends_context("tz", "lang", "uid")
    def _compute_arrival_label(self):
        windows = self._get_arrival_windows()
        for order in self:
            order.arrival_label = order._describe_arrival(windows.get(order))

    def _action_on_the_way(self):
        """Who sets off notes when."""
        result = super()._action_on_the_way()
        self.write({"departed_at": fields.Datetime.now()})
        return result

    def _prepare_plan_change(self, vals):
        """Another time or performer: nobody has set off for it yet."""
        values = super()._prepare_plan_change(vals)
        return values if values is vals else {"departed_at": False, **values}

    def _get_arrival_windows(self):
        """When the performers of these visits arrive, by how their day goes.

        Visits of another day have the hours agreed, or the planned start and the usual
        width of the team. A constant number of queries.

        :return: ``{order: (since, until, delay)}``, naive UTC and a timedelta; nothing
            for visits without a time, begun or over
        """
        orders = self.filtered(lambda order: order.date_start and order.state in AHEAD)
        days = orders._get_days_under_way()
        windows = {}
        for order in orders:
            arrival = days.get(order.id)
            if arrival:
                windows[order] = arrival.since, arrival.until, arrival.delay
                continue
            since = order.window_start or round_down(order.date_start)
            until = order.window_end or since + order._get_arrival_width()
            windows[order] = since, max(since, until), timedelta(0)
        return windows

    def _get_arrival_width(self):
        """Usual width of the window customers are told. Extension point.

        :return: timedelta
        """
        self.ensure_one()
        # sudo: the setting of a team, for customers too
        return timedelta(minutes=self.sudo().team_id.arrival_minutes or 60)

    def _get_days_under_way(self):
        """Arrivals of those of these visits that are today: ``{id: Arrival}``."""
        now = fields.Datetime.now()
        today = self.filtered(lambda order: order._is_today(now))
        if not today:
            return {}
        arrivals = {}
        mine = today.grouped("performer_id")
        for performer, stops in today._read_days(now).items():
            width = max(order._get_arrival_width() for order in mine[performer])
            arrivals.update(predict(stops, now, width))
        return {order.id: arrivals[order.id] for order in today if order.id in arrivals}

    def _is_today(self, now):
        """Whether the visit is today on the performer's clock, or under way."""
        self.ensure_one()
        if not self.performer_id or not isinstance(self.id, int):
            return False
        day = self._localize(self.date_start).date()
        return self.state == "on_the_way" or day == self._localize(now).date()

    def _read_days(self, now):
        """The whole day of the performers of these visits, with the ways between.

        :return: ``{performer: [Stop]}``
        """
        since, until = self._get_day_limits(now)
        # sudo: what the performer does before, of customers nobody is told about
        visits = self.sudo().search(
            [
                ("performer_id", "in", self.performer_id.ids),
                ("state", "not in", ("draft", "cancelled")),
                ("date_start", ">=", since),
                ("date_start", "<", until),
            ],
            order="date_start, id",
        )
        travel = self.env["service.travel"]
        homes = {
            performer: performer.service_start_id or performer.company_id.partner_id
            for performer in visits.performer_id
        }
        places = travel._get_places(visits.site_id.union(*homes.values()))
        days = defaultdict(list)
        for performer, orders in visits.grouped("performer_id").items():
            stops = [places.get(order.site_id.id) for order in orders]
            home = places.get(homes[performer].id)
            ways = travel._get_matrix([home, *stops[:-1]], stops)
            for number, order in enumerate(orders):
                # A mistyped end must not turn time back.
                end = max(order.date_end or order.date_start, order.date_start)
                days[performer.sudo(False)].append(
                    Stop(
                        order.id,
                        order.date_start,
                        end,
                        order.departed_at,
                        order.actual_start,
                        order.actual_end,
                        ways[number][number][0],
                    )
                )
        return days

    def _get_day_limits(self, now):
        """Naive UTC limits of today on the clocks of all these performers."""
        limits = []
        for name in set(self.performer_id.mapped("tz")):
            zone = pytz.timezone(name or "UTC")
            day = pytz.utc.localize(now).astimezone(zone).date()
            limits += [
                zone.localize(datetime.combine(day + timedelta(days=more), time.min))
                .astimezone(pytz.utc)
                .replace(tzinfo=None)
                for more in (0, 1)
            ]
        under_way = self.filtered(lambda order: order.state == "on_the_way")
        return min([*limits, *under_way.mapped("date_start")]), max(limits)

    def _describe_arrival(self, window, tz=None):
        """``10:20–11:00`` on the customer's clock; nothing without a window."""
        self.ensure_one()
        if not window:
            return False
        tz = tz or self._get_customer_tz()
        since, until = (self._format_slot_time(moment, tz) for moment in window[:2])
        return since if since == until else f"{since}–{until}"
