"""Plans against the best known cost of instances, and against a day planned in order.

Days: 100 jobs, 20 performers, windows, five skills; the cost is minutes of travel and
lateness, and 240 for each job left out. To compare with: each job, as it came in, given
to the performer and the gap where it cost least then.
"""

import sys
from pathlib import Path
from types import ModuleType

DATABASES = []
INSTANCES = True

SECONDS = 10
SEED = 1
DAYS = 30
JOBS, PERFORMERS = 100, 20  # of the instances that the limits are for
GAPS = {"default": 12.0, "pyvrp": 5.0}  # % over the best known cost
SHARES = {"default": 0.62, "pyvrp": 0.58}  # of what planning in order costs

ROOT = Path(__file__).resolve().parents[2]


def run(env, bench):
    tools = ModuleType("service_tools")
    tools.__path__ = [str(ROOT / "service_crm" / "tools")]
    sys.modules["service_tools"] = tools
    sys.path.insert(0, str(ROOT / "tests" / "properties"))
    import planning_instances

    folder = Path(bench.instances) if bench.instances else planning_instances.OWN
    for path in sorted(folder.glob("*.vrp")):
        problem = planning_instances.read_instance(path)
        best = planning_instances.read_best(path)
        for solver in GAPS:
            plan = _plan(bench, f"{path.stem}, {solver}", problem, solver)
            if plan and best:
                measure_gap(bench, path.stem, problem, plan, best)
    if not bench.instances:
        for solver in SHARES:
            measure_days(bench, solver)


def _plan(bench, name, problem, solver):
    """A plan, its faults counted; ``None`` where the solver is not installed."""
    from plan_verifier import find_faults
    from service_tools.planning import solve

    plan = solve(problem, SECONDS, SEED, solver=solver)
    if plan.notes:
        bench.note(f"{name}: {plan.notes[0]}", "none")
        return None
    faults = find_faults(problem, plan)
    if faults:
        bench.note(f"{name}: rules broken", len(faults), limit=0)
    return plan


def measure_gap(bench, name, problem, plan, best):
    jobs, shifts = len(problem.jobs), len(problem.shifts)
    limit = GAPS[plan.solver] if jobs <= JOBS and shifts <= PERFORMERS else None
    if plan.unplanned:
        bench.note(f"{name}, {plan.solver}: jobs left out", len(plan.unplanned), 0)
    gap = round(100 * plan.travel_metres / best - 100, 2)
    bench.note(f"{name} {jobs}/{shifts}, {plan.solver}: % over", gap, limit)


def measure_days(bench, solver):
    from planning_days import make_day, plan_in_order

    ours = in_order = 0.0
    left_out = cut = 0
    for number in range(DAYS):
        problem = make_day(number)
        plan = _plan(bench, f"day {number}, {solver}", problem, solver)
        if plan is None:
            return
        ours += plan.cost
        in_order += plan_in_order(problem)
        left_out += len(plan.unplanned)
        cut += plan.is_cut
    name = f"{DAYS} days, {solver}"
    share = round(ours / in_order, 3)
    bench.note(f"{name}: of the cost in order", share, SHARES[solver])
    bench.note(f"{name}: jobs left out", left_out)
    bench.note(f"{name}: cut short by the clock", cut)
