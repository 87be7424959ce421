"""When a performer arrives, by the day as it goes."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from service_tools.arrival import Stop, predict

DAY = datetime(2026, 11, 23, 9, 0)
HOUR = timedelta(hours=1)


def at(hours):
    return DAY + timedelta(hours=hours)


def test_as_planned():
    stops = [Stop("a", at(0), at(1)), Stop("b", at(2), at(3), way=600)]
    arrivals = predict(stops, at(-1), HOUR)
    assert arrivals["a"].since == at(0)
    assert arrivals["a"].until == at(1)
    assert arrivals["b"].expected == at(2)
    assert not arrivals["b"].delay


def test_a_job_that_takes_longer_moves_all_after_it():
    stops = [
        Stop("a", at(0), at(1), begun=at(0.5)),
        Stop("b", at(1.5), at(2.5), way=1200),
        Stop("c", at(3), at(4), way=600),
    ]
    arrivals = predict(stops, at(2), HOUR)
    assert arrivals["b"].expected == at(2) + timedelta(seconds=1200)
    assert arrivals["b"].delay == timedelta(minutes=50)
    assert arrivals["c"].expected == at(3) + timedelta(minutes=30)
    assert "a" not in arrivals


def test_a_job_done_early_makes_nobody_come_before_the_time():
    stops = [
        Stop("a", at(0), at(2), begun=at(0), ended=at(1)),
        Stop("b", at(3), at(4), way=600),
    ]
    assert predict(stops, at(1), HOUR)["b"].expected == at(3)


def test_on_the_way_is_a_narrow_window():
    stops = [Stop("a", at(2), at(3), departed=at(1.5), way=1500)]
    arrival = predict(stops, at(1.6), HOUR)["a"]
    assert arrival.expected == at(1.5) + timedelta(seconds=1500)
    assert arrival.until - arrival.since == timedelta(minutes=20)


def test_who_is_overdue_on_the_way_arrives_now():
    stops = [Stop("a", at(2), at(3), departed=at(1), way=600)]
    assert predict(stops, at(2.5), HOUR)["a"].expected == at(2.5)


times = st.integers(0, 600).map(lambda minutes: DAY + timedelta(minutes=minutes))


@st.composite
def days(draw):
    starts = sorted(draw(st.lists(times, min_size=1, max_size=6)))
    stops = []
    for key, start in enumerate(starts):
        begun = draw(st.none() | times)
        ended = begun and draw(st.none() | st.just(begun + HOUR))
        stops.append(
            Stop(
                key,
                start,
                start + timedelta(minutes=draw(st.integers(0, 240))),
                draw(st.none() | times),
                begun,
                ended,
                draw(st.integers(0, 7200)),
            )
        )
    return stops


@given(days(), times)
def test_never_in_the_past_nor_before_the_plan(stops, now):
    arrivals = predict(stops, now, HOUR)
    assert arrivals.keys() == {stop.key for stop in stops if not stop.begun}
    for stop in stops:
        arrival = arrivals.get(stop.key)
        if arrival:
            assert arrival.expected >= now
            assert arrival.since <= arrival.expected <= arrival.until
            assert stop.departed or arrival.expected >= stop.start
            assert arrival.delay >= timedelta(0)
            assert arrival.since.minute % 5 == 0
