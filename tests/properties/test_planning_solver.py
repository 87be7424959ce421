"""A solver library behind the planner: it may be missing, wrong or not understand."""

import sys
from dataclasses import replace

import pytest
from plan_verifier import find_faults
from planning_days import make_day
from planning_instances import OWN, read_instance
from service_tools import planning
from service_tools.planning import Job, Performer, Problem, Shift, Window, solve
from test_planning import make_problem

needs_python = sys.version_info >= (3, 11)  # so does the library


def ask(problem, **kwargs):
    found = solve(problem, seconds=60, seed=1, iterations=60, solver="pyvrp", **kwargs)
    assert find_faults(problem, found) == []
    return found


def test_it_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyvrp", None)
    found = ask(make_day(2, jobs=10, performers=3))
    assert (found.solver, found.notes) == ("default", ("solver_missing",))
    assert found.routes


def test_there_is_none_of_the_name():
    problem = make_day(2, jobs=10, performers=3)
    found = solve(problem, seconds=60, seed=1, iterations=20, solver="oracle")
    assert found.notes == ("solver_unknown",)
    assert found.routes == solve(problem, seconds=60, seed=1, iterations=20).routes


def test_it_fails_or_answers_nonsense(monkeypatch):
    problem = make_day(2, jobs=12, performers=3)

    def fail(model, run):
        raise RuntimeError("no memory")

    def answer(model, run):  # everything to everybody, in a row
        return [tuple(range(len(model.node_job)))] * len(model.shifts)

    monkeypatch.setitem(planning.SOLVERS, "bad", fail)
    monkeypatch.setitem(planning.SOLVERS, "odd", answer)
    said = []
    monkeypatch.setattr(planning._logger, "exception", lambda *args: said.append(args))
    found = solve(problem, seconds=60, seed=1, iterations=20, solver="bad")
    assert found.notes == ("solver_failed",) and "bad" in said[0]
    odd = solve(problem, seconds=60, seed=1, iterations=20, solver="odd")
    assert (odd.solver, odd.notes) == ("odd", ())
    assert find_faults(problem, odd) == [] == find_faults(problem, found)


if needs_python:

    def test_it_plans_whatever_it_is_asked():
        """Also what it cannot be told: breaks, lateness at a cost, an even load."""
        told = 0
        for seed in range(200):
            found = ask(make_problem(seed))
            assert (found.solver, found.notes) == ("pyvrp", ()), f"problem {seed}"
            told += len(found.routes)
        assert told > 200

    def test_breaks_and_late_jobs_are_planned_by_the_rules():
        problem = make_day(2, jobs=30, performers=6, lunch=True)
        jobs = [replace(job, late_cost=1.0) for job in problem.jobs]
        weights = replace(problem.weights, fairness=0.2)
        found = ask(replace(problem, jobs=jobs, weights=weights))
        assert (found.solver, found.notes) == ("pyvrp", ())
        assert all(len(route.breaks) == 1 for route in found.routes)

    def test_who_is_late_anyway_is_not_left_out():
        """Nobody can be there in time: the library is told so."""
        problem = Problem(
            [Job(key, 600, 0, [Window(0, 100)], late_cost=1.0) for key in range(3)],
            [Performer("anna")],
            [Shift("anna", "anna", 1000, 9000)],
            places=[None],
        )
        found = ask(problem)
        assert len(found.routes[0].visits) == 3

    @pytest.mark.parametrize("path", sorted(OWN.glob("*.vrp")), ids=lambda p: p.stem)
    def test_it_plans_our_instances(path):
        found = ask(read_instance(path))
        assert found.solver == "pyvrp" and not found.unplanned

    def test_the_same_seed_gives_the_same_plan_with_it():
        problem = make_day(2, jobs=30, performers=6)
        assert ask(problem) == ask(problem)

    def test_it_is_stopped_and_tells_its_progress():
        told = []
        problem = make_day(2, jobs=60, performers=12)
        found = solve(
            problem,
            seconds=60,
            iterations=10**9,
            solver="pyvrp",
            progress=told.append,
            should_stop=lambda: len(told) >= 2,
        )
        assert found.is_cut and len(told) == 2
        assert find_faults(problem, found) == []

    def test_a_job_of_several_windows_is_done_once():
        windows = [Window(0, 100), Window(5000, 6000), Window(9000, 9100)]
        problem = Problem(
            [Job(key, 60, 0, windows) for key in range(6)],
            [Performer("anna"), Performer("boris")],
            [Shift(who, who, 0, 10_000) for who in ("anna", "boris")],
            places=[None],
        )
        found = ask(problem)
        assert sum(len(route.visits) for route in found.routes) == 6
