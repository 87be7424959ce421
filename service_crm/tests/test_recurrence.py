from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo.tests import BaseCase

from ..tools.recurrence import (
    Rule,
    at_clock,
    drop_covered,
    find_days,
    move_day,
    place_days,
)


def year(rule, since=date(2027, 1, 1)):
    return find_days(rule, since, since + timedelta(days=365))


class TestRecurrence(BaseCase):
    """The rule of recurring visits, without a database."""

    def test_intervals(self):
        quarter = Rule(date(2027, 1, 15), "month", 3)
        self.assertEqual(
            year(quarter), [date(2027, month, 15) for month in (1, 4, 7, 10)]
        )
        self.assertEqual(
            [day.day for day in year(Rule(date(2027, 1, 31)))],
            [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31],
        )
        leap = Rule(date(2028, 2, 29), "year")
        found = find_days(leap, date(2028, 1, 1), date(2032, 12, 31))
        self.assertEqual([day.day for day in found], [29, 28, 28, 28, 29])

    def test_weeks(self):
        rule = Rule(date(2027, 1, 6), "week", 2, weekdays=(0, 2))
        found = find_days(rule, date(2027, 1, 1), date(2027, 2, 5))
        # The week of the first visit counts, but not its Monday, which was before.
        days = [(1, 6), (1, 18), (1, 20), (2, 1), (2, 3)]
        self.assertEqual(found, [date(2027, month, day) for month, day in days])
        self.assertEqual(len(year(Rule(date(2027, 1, 6), "week"))), 52)

    def test_day_of_the_week_in_the_month(self):
        third_friday = Rule(date(2027, 1, 15), by_weekday=True)
        self.assertEqual(year(third_friday)[1], date(2027, 2, 19))
        last_sunday = Rule(date(2027, 1, 31), by_weekday=True)
        self.assertEqual(year(last_sunday)[1:3], [date(2027, 2, 28), date(2027, 3, 28)])

    def test_ends(self):
        self.assertEqual(len(year(Rule(date(2027, 1, 1), "day", count=5))), 5)
        self.assertEqual(
            year(Rule(date(2027, 1, 1), "day", 7, last=date(2027, 1, 8)))[-1],
            date(2027, 1, 8),
        )
        self.assertEqual(year(Rule(date(2029, 1, 1))), [])

    def test_windows_fit_together(self):
        for rule in (
            Rule(date(2026, 12, 31)),
            Rule(date(2026, 11, 30), "week", 3, weekdays=(1, 5)),
            Rule(date(2026, 11, 30), by_weekday=True),
        ):
            whole = find_days(rule, date(2027, 1, 1), date(2028, 1, 1))
            parts, since = [], date(2027, 1, 1)
            for number in range(366):
                day = since + timedelta(days=number)
                parts += find_days(rule, day, day)
            self.assertEqual(parts, whole)

    def test_holidays(self):
        holiday = {date(2027, 1, 7), date(2027, 1, 8)}

        def is_off(day):
            return day in holiday or day.weekday() > 4

        day = date(2027, 1, 7)  # Thursday
        self.assertEqual(move_day(day, is_off, "anyway"), day)
        self.assertIsNone(move_day(day, is_off, "skip"))
        self.assertEqual(move_day(day, is_off, "next"), date(2027, 1, 11))
        self.assertEqual(move_day(day, is_off, "previous"), date(2027, 1, 6))
        self.assertIsNone(move_day(day, lambda _day: True, "next"))

    def test_a_moved_day_meets_no_other(self):
        days = [date(2027, 1, number) for number in range(6, 13)]
        placed = place_days(days, lambda day: day.weekday() > 4, "next")
        targets = [target for _day, target in placed]
        self.assertEqual(len(targets), len(set(targets)))
        self.assertEqual(targets, [day for day in days if day.weekday() < 5])

    def test_agreed_visits_stand_for_their_days(self):
        rule = Rule(date(2027, 1, 20), "month", 1)
        days = year(rule)
        left = drop_covered(days, {date(2027, 3, 10)}, rule)
        self.assertEqual(set(days) - set(left), {date(2027, 3, 20)})
        self.assertEqual(drop_covered(days, {date(2020, 1, 1)}, rule), days)

    def test_the_clock_stays_over_changes(self):
        zone = ZoneInfo("Europe/Berlin")
        self.assertEqual(
            at_clock(date(2027, 3, 26), 9.5, zone), datetime(2027, 3, 26, 8, 30)
        )
        self.assertEqual(
            at_clock(date(2027, 3, 29), 9.5, zone), datetime(2027, 3, 29, 7, 30)
        )
        # 02:30 does not exist on the day the clocks go forward, and comes twice when
        # they go back.
        self.assertEqual(
            at_clock(date(2027, 3, 28), 2.5, zone), datetime(2027, 3, 28, 1, 30)
        )
        self.assertEqual(
            at_clock(date(2027, 10, 31), 2.5, zone), datetime(2027, 10, 31, 0, 30)
        )
        self.assertEqual(
            at_clock(date(2027, 1, 1), 9, ZoneInfo("Pacific/Auckland")),
            datetime(2026, 12, 31, 20),
        )
