"""What a planner's problem can say, one thing at a time."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from plan_verifier import find_faults
from planning_days import get_route_cost, make_day, plan_in_order
from planning_instances import OWN, read_instance
from service_tools.planning import (
    Break,
    Job,
    Performer,
    Present,
    Problem,
    Shift,
    Travel,
    Weights,
    Window,
    get_matrices,
    solve,
)

MINUTE, HOUR = 60, 3600
DAY = 24 * HOUR
TEN_MINUTES = [[0, 600], [600, 0]]  # two places


def plan(jobs, shifts, steps=200, **kwargs):
    """A plan without faults; places 0 and 1 are ten minutes apart."""
    people = kwargs.pop("performers", None)
    if people is None:
        people = [Performer(who) for who in dict.fromkeys(s.performer for s in shifts)]
    kwargs.setdefault("seconds", TEN_MINUTES)
    kwargs.setdefault("metres", [[0, 9000], [9000, 0]])
    problem = Problem(jobs, people, shifts, **kwargs)
    found = solve(problem, seconds=20, seed=1, iterations=steps)
    assert find_faults(problem, found) == []
    return found


def day(who="anna", number=0, **kwargs):
    start = number * DAY + 8 * HOUR
    return Shift(f"{who}-{number}", who, start, start + 9 * HOUR, 0, 0, **kwargs)


def get_visits(found):
    return {visit.job: visit for route in found.routes for visit in route.visits}


def get_reasons(found):
    return {left.job: (left.reason, left.detail) for left in found.unplanned}


def get_owners(found):
    return {v.job: route.performer for route in found.routes for v in route.visits}


# -- time -------------------------------------------------------------------------
def test_leaves_as_late_as_the_first_window_allows():
    window = Window(10 * HOUR, 10 * HOUR)
    (route,) = plan([Job("a", HOUR, 1, [window])], [day()]).routes
    assert (route.start, route.end) == (10 * HOUR - 600, 11 * HOUR + 600)
    assert route.travel_seconds == 1200 and route.travel_metres == 18_000


def test_the_lunch_is_taken_whole_between_travel_and_work():
    lunch = Break(12 * HOUR, 13 * HOUR, 45 * MINUTE)
    jobs = [Job(number, 2 * HOUR, number % 2) for number in range(3)]
    found = plan(jobs, [day(breaks=[lunch])])
    ((start, end),) = found.routes[0].breaks
    assert not found.unplanned
    assert 12 * HOUR <= start and end <= 13 * HOUR and end - start == 45 * MINUTE


def test_no_job_where_the_break_must_be():
    whole = Break(8 * HOUR, 17 * HOUR, 9 * HOUR)
    found = plan([Job("a", HOUR, 0)], [day(breaks=[whole])])
    assert get_reasons(found) == {"a": ("no_window", ("anna",))}


def test_each_job_on_a_day_of_its_windows():
    jobs = [
        Job(number, 3 * HOUR, 1, [Window(number * DAY, number * DAY + 20 * HOUR)])
        for number in range(3)
    ]
    found = plan(jobs, [day(number=number) for number in range(3)])
    assert [route.shift for route in found.routes] == ["anna-0", "anna-1", "anna-2"]
    assert all(len(route.visits) == 1 for route in found.routes)


def test_a_second_window_is_used_when_the_first_is_taken():
    windows = [Window(9 * HOUR, 9 * HOUR), Window(14 * HOUR, 15 * HOUR)]
    jobs = [Job("a", HOUR, 0, windows[:1]), Job("b", HOUR, 0, windows)]
    visits = get_visits(plan(jobs, [day()]))
    assert visits["a"].start == 9 * HOUR and visits["b"].start >= 14 * HOUR


@pytest.mark.parametrize(
    ("evening", "hours"), [("2026-10-24 22:00", 9), ("2026-03-28 22:00", 7)]
)
def test_a_night_shift_when_the_clocks_change_is_as_long_as_it_lasts(evening, hours):
    zone = ZoneInfo("Europe/Berlin")
    since = datetime.fromisoformat(evening).replace(tzinfo=zone)
    until = since.replace(day=since.day + 1, hour=6)
    shift = Shift("night", "anna", int(since.timestamp()), int(until.timestamp()))
    jobs = [Job(number, HOUR, 0, skip_cost=100.0) for number in range(10)]
    found = plan(jobs, [shift])
    assert len(get_visits(found)) == hours
    assert {reason for reason, _detail in get_reasons(found).values()} == {"full"}


def test_late_only_where_it_is_allowed_and_then_told():
    at_nine = [Window(9 * HOUR, 9 * HOUR)]
    jobs = [Job(key, HOUR, 0, at_nine, late_cost=1.0) for key in "ab"]
    found = plan(jobs, [day()])
    assert sorted(v.late_seconds for v in get_visits(found).values()) == [0, HOUR]
    assert found.costs["late"] == 60
    strict = plan([Job(key, HOUR, 0, at_nine) for key in "ab"], [day()])
    assert len(strict.unplanned) == 1


# -- who --------------------------------------------------------------------------
def test_only_those_with_the_skill_the_level_and_a_valid_paper():
    people = [
        Performer("low", {"lift": 1}),
        Performer("old", {"lift": 3}, {"lift": 12 * HOUR}),
        Performer("other", {"gas": 3}),
        Performer("good", {"lift": 2}),
    ]
    shifts = [day(who.key) for who in people]
    jobs = [Job("a", HOUR, 1, skills={"lift": 2})]
    assert get_owners(plan(jobs, shifts, performers=people)) == {"a": "good"}
    found = plan(jobs, shifts[:3], performers=people[:3])
    assert get_reasons(found) == {"a": ("no_performer", ("lift",))}


def test_the_preferred_performer_when_it_costs_no_more():
    shifts = [day("anna"), day("boris")]
    job = Job("a", HOUR, 1, performer_costs={"boris": -5.0})
    assert get_owners(plan([job], shifts)) == {"a": "boris"}
    far = Job("a", HOUR, 1, excluded=frozenset(["boris"]), performers=frozenset())
    assert get_reasons(plan([far], shifts)) == {"a": ("no_performer", ())}


def test_an_even_load_where_it_is_asked_for():
    jobs = [Job(number, HOUR, 0) for number in range(6)]
    shifts = [day("anna", cost=1.0), day("boris", cost=1.0)]
    assert len(plan(jobs, shifts).routes) == 1
    even = plan(jobs, shifts, weights=Weights(fairness=1.0))
    assert [len(route.visits) for route in even.routes] == [3, 3]


def test_capacity_and_longest_duration():
    jobs = [Job(number, HOUR, 0, demand=2) for number in range(6)]
    found = plan(jobs, [day(capacity=5)])
    assert len(get_visits(found)) == 2
    assert len(get_visits(plan(jobs, [day(max_seconds=3 * HOUR)]))) == 3


# -- what is left out -----------------------------------------------------------------
def test_an_optional_job_is_left_out_when_the_way_costs_more():
    jobs = [Job("far", HOUR, 1, skip_cost=19.0), Job("near", HOUR, 0, skip_cost=19.0)]
    found = plan(jobs, [day()])
    assert list(get_visits(found)) == ["near"]
    assert get_reasons(found) == {"far": ("cost", ("anna",))}


def test_the_higher_priority_when_there_is_room_for_one():
    jobs = [Job(number, 8 * HOUR, 0, priority=number == 3) for number in range(5)]
    assert list(get_visits(plan(jobs, [day()]))) == [3]


def test_why_not():
    jobs = [
        Job("night", HOUR, 0, [Window(2 * HOUR, 3 * HOUR)]),
        Job("long", 10 * HOUR, 0),
        Job("x", 8 * HOUR, 0),
        Job("y", 8 * HOUR, 0),
    ]
    reasons = get_reasons(plan(jobs, [day()]))
    assert reasons["night"] == reasons["long"] == ("no_window", ("anna",))
    assert [r for key, (r, _who) in reasons.items() if key in "xy"] == ["full"]


# -- the present plan -----------------------------------------------------------------
def test_a_fixed_visit_stays_and_the_others_go_round_it():
    fixed = Job(
        "fixed",
        2 * HOUR,
        1,
        [Window(0, 1)],
        skills={"lift": 1},
        present=Present("anna", 11 * HOUR),
        fixed=True,
    )
    jobs = [fixed, *(Job(number, HOUR, 0) for number in range(5))]
    found = plan(jobs, [day("anna"), day("boris", cost=1000.0)])
    assert not found.unplanned
    assert get_owners(found)["fixed"] == "anna"
    assert get_visits(found)["fixed"].start == 11 * HOUR


def test_a_fixed_visit_that_cannot_be_is_told_and_its_time_stays_free():
    jobs = [
        Job("first", HOUR, 0, present=Present("anna", 10 * HOUR), fixed=True),
        Job("near", HOUR, 1, present=Present("anna", 11 * HOUR), fixed=True),
        Job("same", 3 * HOUR, 0, present=Present("anna", 10 * HOUR), fixed=True),
        *(Job(number, HOUR, 0) for number in range(8)),
    ]
    lunch = Break(12 * HOUR, 15 * HOUR, 30 * MINUTE)
    for breaks in ([], [lunch]):
        found = plan(jobs, [day(breaks=breaks)])
        reasons = get_reasons(found)
        assert reasons["near"] == reasons["same"] == ("fixed_conflict", ("anna",))
        times = [
            (v.start, v.end) for v in get_visits(found).values() if v.job != "first"
        ]
        assert all(end <= 10 * HOUR or start >= 13 * HOUR for start, end in times)
        assert len(times) == (6 if not breaks else 5)
        assert len(found.routes[0].breaks) == len(breaks)


def test_a_visit_people_know_of_moves_only_when_it_is_worth_it():
    known = Job("known", HOUR, 1, present=Present("anna", 12 * HOUR, 30.0, 30.0))
    found = plan([known], [day("anna"), day("boris")])
    visit = get_visits(found)["known"]
    assert (visit.start, visit.is_moved, visit.is_shifted) == (12 * HOUR, False, False)
    need = Job("need", HOUR, 1, [Window(12 * HOUR, 12 * HOUR)])
    moved = plan([known, need], [day("anna"), day("boris", cost=100.0)])
    visit = get_visits(moved)["known"]
    assert (visit.is_moved, visit.is_shifted, visit.is_new) == (False, True, False)
    assert moved.costs["change"] == 30


# -- places -----------------------------------------------------------------------
def test_times_follow_from_coordinates_unless_a_matrix_is_given():
    places = [(52.52, 13.40), (48.14, 11.58), None]  # Berlin, Munich, nobody knows
    seconds, metres = get_matrices(places, Travel(kmh=100, detour=1.0))
    assert 503_000 < metres[0][1] < 505_500 and metres[0][1] == metres[1][0]
    assert abs(seconds[0][1] - metres[0][1] * 3.6 / 100) < 1
    assert (seconds[0][2], metres[2][1], seconds[2][2]) == (1800, 15_000, 0)


def test_a_day_may_begin_anywhere_and_a_place_be_unknown():
    shift = Shift("s", "anna", 0, 2 * HOUR)
    assert plan([Job("a", 2 * HOUR, 1)], [shift]).travel_seconds == 0
    assert plan([Job("a", HOUR)], [day()]).travel_seconds == 3600


@pytest.mark.parametrize(
    "change",
    [
        {"jobs": [Job("a", 1), Job("a", 1)]},
        {"jobs": [Job("a", -1)]},
        {"jobs": [Job("a", 1, place=5)]},
        {"jobs": [Job("a", 1, windows=[Window(2, 1)])]},
        {"jobs": [Job("a", 1, fixed=True)]},
        {"shifts": [Shift("s", "nobody", 0, 1)]},
        {"shifts": [Shift("s", "anna", 2, 1)]},
        {"shifts": [Shift("s", "anna", 0, 9, breaks=[Break(0, 2, 3)])]},
        {"seconds": [[0, 1]], "metres": [[0, 1]]},
        {"seconds": [[-1]], "metres": [[0]]},
    ],
)
def test_a_problem_that_contradicts_itself_is_refused(change):
    parts = {"jobs": [], "performers": [Performer("anna")], "shifts": [], **change}
    with pytest.raises(ValueError):
        solve(Problem(**parts), seconds=1)


# -- the search -------------------------------------------------------------------
def test_progress_is_told_and_the_search_can_be_stopped():
    told = []
    problem = make_day(1, jobs=40, performers=8)
    found = solve(
        problem,
        seconds=60,
        seed=1,
        iterations=10**9,
        progress=told.append,
        should_stop=lambda: len(told) >= 3,
    )
    assert found.is_cut and len(told) == 3
    assert [step.share for step in told] == sorted(step.share for step in told)
    assert [step.cost for step in told] == sorted((s.cost for s in told), reverse=True)
    assert told[-1].planned == len(get_visits(found))
    assert find_faults(problem, found) == []


def test_time_ends_the_search():
    problem = make_day(1, jobs=40, performers=8)
    found = solve(problem, seconds=0, seed=1, iterations=10**9)
    assert found.is_cut and find_faults(problem, found) == []


def test_the_same_plan_in_another_process():
    code = (
        "import runpy, sys; runpy.run_path(sys.argv[1] + '/conftest.py')\n"
        "from planning_days import make_day\n"
        "from service_tools.planning import solve\n"
        "plan = solve(make_day(3, lunch=True), 60, 7, iterations=150)\n"
        "print([(r.shift, [v.job for v in r.visits]) for r in plan.routes], plan.cost)"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parent)],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1


@pytest.mark.parametrize("lunch", [False, True])
def test_a_day_costs_far_less_than_planned_in_order(lunch):
    problem = make_day(0, lunch=lunch)
    found = solve(problem, seconds=120, seed=1, iterations=1500)
    assert find_faults(problem, found) == []
    assert found.cost < 0.7 * plan_in_order(problem)


def test_the_day_in_order_counts_travel_and_lateness():
    shift = day()
    jobs = [Job("a", HOUR, 1, [Window(9 * HOUR, 10 * HOUR)])] * 2
    assert get_route_cost(shift, jobs, TEN_MINUTES) == 20
    early = [Job("a", HOUR, 1, [Window(9 * HOUR, 9 * HOUR)])] * 2
    assert get_route_cost(shift, early, TEN_MINUTES) == 80
    assert (
        get_route_cost(shift, [Job("a", 9 * HOUR, 1, [Window(0, 9)])], TEN_MINUTES)
        is None
    )


@pytest.mark.parametrize("path", sorted(OWN.glob("*.vrp")), ids=lambda path: path.stem)
def test_our_instances_are_planned_whole(path):
    problem = read_instance(path)
    found = solve(problem, seconds=120, seed=1, iterations=300)
    assert find_faults(problem, found) == [] and not found.unplanned
