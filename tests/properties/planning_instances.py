"""Problems to plan: vehicle-routing instances in VRPLIB form, and days made up.

The form is that of the public instances of Cordeau & Laporte (2001) and Vidal et al.
(2013): a node is a depot or a job, vehicles have depots, capacities and the jobs they
may do. Coordinates and times are scaled by 1,000 and rounded to whole numbers.
"""

import math
import re
from pathlib import Path

from service_tools.planning import (
    Job,
    Performer,
    Problem,
    Shift,
    Weights,
    Window,
)

OWN = Path(__file__).parent / "instances"
SCALE = 1000
MINUTE = 60


def read_instance(path):
    """The :class:`Problem` of a ``.vrp`` file; its cost is a plan's ``travel_metres``.

    Every job must be planned; their keys are the numbers that ``.sol`` files use.
    """
    fields, sections = _read_sections(Path(path))
    places = [tuple(map(float, row[1:3])) for row in sections["NODE_COORD"]]
    numbers = {int(row[0]): place for place, row in enumerate(sections["NODE_COORD"])}
    depots = [int(row[0]) for row in sections.get("DEPOT", [["1"]]) if row[0] != "-1"]
    matrix = [[round(math.dist(a, b) * SCALE) for b in places] for a in places]
    count = int(fields["VEHICLES"])
    service = _read_column(sections, "SERVICE_TIME", SCALE)
    demand = _read_column(sections, "DEMAND", 1)
    windows = {
        int(row[0]): (round(float(row[1]) * SCALE), round(float(row[2]) * SCALE))
        for row in sections["TIME_WINDOW"]
    }
    allowed = {
        int(row[0]): set(map(int, row[1:]))
        for row in sections.get("VEHICLES_ALLOWED_CLIENTS", [])
    }
    homes = _read_column(sections, "VEHICLES_DEPOT", 1)
    capacity = _read_column(sections, "CAPACITY", 1)
    longest = fields.get("VEHICLES_MAX_DURATION")
    shifts = []
    for number in range(1, count + 1):
        depot = homes.get(number, depots[0])
        full = capacity.get(number, fields.get("CAPACITY"))
        shifts.append(
            Shift(
                key=number,
                performer=number,
                start=windows[depot][0],
                end=windows[depot][1],
                start_place=numbers[depot],
                end_place=numbers[depot],
                max_seconds=round(float(longest) * SCALE) if longest else None,
                capacity=int(full) if full else None,
            )
        )
    jobs = [
        Job(
            key=place,
            seconds=service[number],
            place=place,
            windows=[Window(*windows[number])],
            performers=frozenset(v for v, who in allowed.items() if number in who)
            if allowed
            else None,
            demand=demand[number],
        )
        for number, place in numbers.items()
        if number not in depots
    ]
    return Problem(
        jobs=jobs,
        performers=[Performer(number) for number in range(1, count + 1)],
        shifts=shifts,
        places=[None] * len(places),
        seconds=matrix,
        metres=matrix,
        weights=Weights(travel=0.0, distance=1.0),
    )


def read_best(path):
    """The best known cost beside a ``.vrp`` file, ``None`` when nobody wrote it."""
    solution = Path(path).with_suffix(".sol")
    if not solution.exists():
        return None
    found = re.search(r"^Cost:?\s+([\d.]+)", solution.read_text("utf-8"), re.M)
    return float(found[1]) if found else None


def _read_sections(path):
    fields, sections, rows = {}, {}, None
    for line in path.read_text("utf-8").splitlines():
        name = re.match(r"(\w+)_SECTION\s*$", line.strip())
        if name:
            rows = sections[name[1]] = []
        elif line.strip() == "EOF":
            break
        elif rows is not None and line.strip():
            rows.append(line.split())
        elif ":" in line:
            key, _colon, value = line.partition(":")
            fields[key.strip()] = value.strip()
    return fields, sections


def _read_column(sections, name, scale):
    rows = sections.get(name, [])
    return {int(row[0]): round(float(row[1]) * scale) for row in rows}
