"""Plan the visits of some days: who goes where, when, in which order.

Plain Python data in, plain Python data out; neither Odoo nor a database is needed::

    problem = Problem(
        places=[(55.75, 37.62), (55.76, 37.60)],  # latitude, longitude
        jobs=[Job("A", 3600, place=1, windows=[Window(9 * 3600, 11 * 3600)])],
        performers=[Performer("anna", skills={"lift": 3})],
        shifts=[Shift("anna-mon", "anna", 8 * 3600, 17 * 3600, 0, 0)],
    )
    plan = solve(problem, seconds=10, seed=1)

**Units.** Instants are whole seconds since one moment the caller chooses (the Unix
epoch, say): elapsed time, so that no change of the clocks is a special case. Durations
are whole seconds, distances whole metres, and costs are numbers worth that many minutes
of travel. Keys are any hashable values, unique among their kind.

**Rules** a plan never breaks: a job is done once, by a performer who may do it (skills
with level and last day, allowed and excluded ones), it begins inside one of its windows
(later only with a ``late_cost``, and then it is reported), inside a shift, with the
travel before and after it, breaks taken whole and apart from travel and work, capacity
and longest duration of a shift kept, fixed visits where and when they are. What cannot
be done so is left out, with the reason.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from . import planning_search, planning_solver
from .planning_data import (
    NOTES,
    REASONS,
    Break,
    Job,
    Performer,
    Plan,
    Present,
    Problem,
    Progress,
    Route,
    Shift,
    Unplanned,
    Visit,
    Weights,
    Window,
)
from .planning_model import Model
from .planning_result import make_plan
from .planning_run import Run
from .planning_travel import PROVIDERS, Travel, get_matrices

__all__ = [
    "NOTES",
    "PROVIDERS",
    "REASONS",
    "SOLVERS",
    "Break",
    "Job",
    "Performer",
    "Plan",
    "Present",
    "Problem",
    "Progress",
    "Route",
    "Shift",
    "Travel",
    "Unplanned",
    "Visit",
    "Weights",
    "Window",
    "get_matrices",
    "solve",
]

_logger = logging.getLogger(__name__)

# A registry: name → function(model, run) that gives sequences of nodes by shift.
SOLVERS = {"pyvrp": planning_solver.solve_with_pyvrp}


def solve(
    problem: Problem,
    seconds: float = 10.0,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    iterations: int | None = None,
    solver: str = "default",
) -> Plan:
    """A good plan for the problem; never one that breaks a rule.

    :param seconds: longest time the search takes
    :param seed: of the random choices
    :param progress: called about every fifth of a second
    :param should_stop: asked as often; true ends the search, the best plan so far is
        given
    :param iterations: steps of a search; by default as many as an ordinary machine
        does in about two thirds of the seconds
    :param solver: a name in :data:`SOLVERS`, or "default"
    :raise ValueError: the problem contradicts itself: unknown keys, indices beyond the
        places, windows or shifts that end before they start

    The same problem, seed and iterations give the same plan, on any machine: time only
    cuts the search short (``Plan.is_cut``).
    """
    run = Run(
        seconds=seconds,
        seed=seed,
        iterations=iterations,
        progress=progress and (lambda *values: progress(Progress(*values))),
        should_stop=should_stop,
    )
    model = Model(problem)
    notes, routes, name = (), None, "default"
    if solver != "default":
        routes, notes = _ask_solver(solver, model, run)
        name = solver if routes is not None else name
    answer = planning_search.search(model, run, routes)
    plan = make_plan(problem, model, answer)
    return replace(plan, solver=name, notes=notes)


def _ask_solver(name, model, run):
    """``(routes or None, notes)`` of a solver that may be missing or not understand."""
    if name not in SOLVERS:
        return None, ("solver_unknown",)
    try:
        return SOLVERS[name](model, run), ()
    except planning_solver.SolverMissing:
        return None, ("solver_missing",)
    except Exception:
        _logger.exception("planner: %s failed, the default one plans", name)
        return None, ("solver_failed",)
