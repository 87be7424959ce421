from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo.tests import BaseCase

from ..tools.slots import (
    Booking,
    find_absence,
    find_overloads,
    find_skill_gaps,
    hours_of_day,
    is_within_hours,
    occupied,
)


def at(hour, minute=0, day=23):
    return datetime(2026, 11, day, hour, minute)


def booking(key, start, end):
    return Booking(key, start, end)


class TestSlots(BaseCase):
    """The planning rules, without a database."""

    def overloads(self, bookings, checked, capacity=1):
        return find_overloads(bookings, set(checked), capacity)

    def test_one_after_the_other_is_no_overlap(self):
        day = [booking("a", at(9), at(10)), booking("b", at(10), at(11))]
        self.assertFalse(self.overloads(day, "ab"))

    def test_a_minute_of_overlap_is_an_overlap(self):
        day = [booking("a", at(9), at(10, 1)), booking("b", at(10), at(11))]
        self.assertEqual(self.overloads(day, "b"), {"b": ["a"]})

    def test_one_inside_the_other(self):
        day = [booking("a", at(9), at(17)), booking("b", at(12), at(13))]
        self.assertEqual(self.overloads(day, "b"), {"b": ["a"]})
        self.assertEqual(self.overloads(day, "a"), {"a": ["b"]})

    def test_capacity_counts_instants_not_pairs(self):
        # Each of a and c overlaps b, but never more than two run at once.
        chain = [
            booking("a", at(9), at(11)),
            booking("b", at(10), at(13)),
            booking("c", at(12), at(14)),
        ]
        self.assertFalse(self.overloads(chain, "abc", capacity=2))
        heap = [*chain, booking("d", at(10, 30), at(10, 45))]
        self.assertEqual(set(self.overloads(heap, "d", capacity=2)["d"]), {"a", "b"})
        self.assertFalse(self.overloads(heap, "abcd", capacity=3))

    def test_overload_of_others_is_not_ours(self):
        day = [
            booking("a", at(9), at(10)),
            booking("b", at(9), at(10)),
            booking("new", at(11), at(12)),
        ]
        self.assertFalse(self.overloads(day, ["new"]))

    def test_two_new_ones_of_one_batch(self):
        day = [booking("a", at(9), at(10)), booking("b", at(9, 30), at(10, 30))]
        self.assertEqual(self.overloads(day, "ab"), {"a": ["b"], "b": ["a"]})

    def test_empty_and_reversed_times_take_no_place(self):
        day = [booking("a", at(9), at(9)), booking("b", at(8), at(10))]
        self.assertFalse(self.overloads(day, "ab"))

    def test_occupied_time(self):
        plan = (at(10), at(12))
        self.assertEqual(occupied(plan), plan)
        self.assertIsNone(occupied((at(10), None)))
        self.assertIsNone(occupied((at(12), at(10))))
        # Done in half an hour: the rest of the time is free again.
        real = (at(10), at(10, 30))
        self.assertEqual(occupied(plan, real, finished=True), real)
        # Under way since 11:00: two hours from then on.
        self.assertEqual(occupied(plan, (at(11), None)), (at(11), at(13)))
        # Began early: taken from then until the planned end.
        self.assertEqual(occupied(plan, (at(9), None)), (at(9), at(12)))

    def test_absence_is_half_open(self):
        leaves = [(at(12), at(18), "Dentist"), (at(8), at(9), "Late train")]
        self.assertIsNone(find_absence(at(9), at(12), leaves))
        self.assertEqual(find_absence(at(11), at(12, 1), leaves)[2], "Dentist")
        self.assertEqual(find_absence(at(7), at(20), leaves)[2], "Late train")

    def test_working_hours(self):
        work = [(at(8), at(12)), (at(13), at(17)), (at(8, day=24), at(12, day=24))]
        self.assertTrue(is_within_hours(at(8), at(12), work))
        self.assertTrue(is_within_hours(at(11), at(14), work), "over the lunch break")
        self.assertFalse(is_within_hours(at(12), at(13), work), "in the lunch break")
        self.assertFalse(is_within_hours(at(7, 59), at(9), work))
        self.assertFalse(is_within_hours(at(16), at(17, 1), work))
        self.assertTrue(is_within_hours(at(14), at(10, day=24), work), "two days")
        self.assertFalse(is_within_hours(at(9), at(10), []))

    def test_shift_over_midnight(self):
        work = [(at(20), at(0, day=24)), (at(0, day=24), at(4, day=24))]
        self.assertTrue(is_within_hours(at(22), at(0, day=24), work))
        self.assertTrue(is_within_hours(at(23), at(1, day=24), work))
        self.assertFalse(is_within_hours(at(23), at(5, day=24), work))

    def test_spring_clock_change(self):
        # Berlin, 29 March 2026: 02:00 becomes 03:00; 01:00–04:00 lasts two hours.
        berlin = ZoneInfo("Europe/Berlin")
        since = datetime(2026, 3, 29, 1, tzinfo=berlin).astimezone(UTC)
        until = datetime(2026, 3, 29, 4, tzinfo=berlin).astimezone(UTC)
        self.assertEqual(until - since, timedelta(hours=2))
        self.assertTrue(
            is_within_hours(since, since + timedelta(hours=2), [(since, until)])
        )
        self.assertFalse(
            is_within_hours(since, since + timedelta(hours=3), [(since, until)])
        )

    def test_autumn_hour_that_comes_twice(self):
        # Berlin, 25 October 2026: 02:30 comes twice, and the two visits do not meet.
        berlin = ZoneInfo("Europe/Berlin")
        first = datetime(2026, 10, 25, 2, 30, fold=0, tzinfo=berlin).astimezone(UTC)
        second = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=berlin).astimezone(UTC)
        half = timedelta(minutes=30)
        day = [
            booking("a", first, first + half),
            booking("b", second, second + half),
        ]
        self.assertFalse(self.overloads(day, "ab"))

    def test_hours_of_day_on_far_clocks(self):
        kiritimati = ZoneInfo("Pacific/Kiritimati")  # UTC+14
        work = [
            (
                datetime(2026, 11, 23, 8, tzinfo=kiritimati).astimezone(UTC),
                datetime(2026, 11, 23, 12, tzinfo=kiritimati).astimezone(UTC),
            ),
            (
                datetime(2026, 11, 23, 12, tzinfo=kiritimati).astimezone(UTC),
                datetime(2026, 11, 23, 17, tzinfo=kiritimati).astimezone(UTC),
            ),
        ]
        self.assertEqual(
            hours_of_day(date(2026, 11, 23), work, kiritimati), [(time(8), time(17))]
        )
        self.assertFalse(hours_of_day(date(2026, 11, 24), work, kiritimati))

    def test_skills(self):
        held = {"gas": None, "power": date(2026, 11, 30)}
        today = date(2026, 11, 23)
        self.assertEqual(find_skill_gaps(["gas", "power"], held, today), ([], []))
        self.assertEqual(find_skill_gaps(["lift"], held, today), (["lift"], []))
        self.assertEqual(
            find_skill_gaps(["power"], held, date(2026, 12, 1)),
            ([], [("power", date(2026, 11, 30))]),
        )
        self.assertEqual(find_skill_gaps(["power"], held, date(2026, 11, 30)), ([], []))
