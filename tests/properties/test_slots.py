"""Overloads of a performer: the sweep finds what counting each instant finds."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from service_tools.slots import Booking, find_overloads

DAY = datetime(2026, 11, 23)
hours = st.integers(0, 12).map(lambda hour: DAY + timedelta(hours=hour))
times = st.lists(st.tuples(hours, hours), max_size=8)


def count_at(bookings, instant):
    return sum(booking.start <= instant < booking.end for booking in bookings)


@given(times, st.integers(1, 3))
def test_overloaded_is_who_is_there_when_too_many_are(times, capacity):
    bookings = [Booking(key, *sorted(pair)) for key, pair in enumerate(times)]
    found = find_overloads(bookings, {b.key for b in bookings}, capacity)
    expected = {
        booking.key
        for booking in bookings
        for other in bookings
        if booking.start <= other.start < booking.end
        and count_at(bookings, other.start) > capacity
    }
    assert set(found) == expected


@given(times, st.integers(1, 3))
def test_who_was_not_asked_about_is_not_told(times, capacity):
    bookings = [Booking(key, *sorted(pair)) for key, pair in enumerate(times)]
    assert set(find_overloads(bookings, {0}, capacity)) <= {0}
    assert find_overloads(bookings, set(), capacity) == {}
