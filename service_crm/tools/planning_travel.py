"""Travel times and distances between places.

By default they follow from coordinates: the great circle, longer by a detour factor,
at a mean speed. A provider of matrices (a routing server, say) is an entry of
:data:`PROVIDERS`; the problem then carries the matrices it gave.
"""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH = 6_371_000  # metres, mean radius


@dataclass(frozen=True, slots=True)
class Travel:
    """How times and distances follow from coordinates.

    :param kmh: mean speed, kilometres per hour
    :param detour: length of the roads relative to the straight line
    :param unknown_seconds, unknown_metres: to and from places that nobody knows
    """

    kmh: float = 40.0
    detour: float = 1.3
    unknown_seconds: int = 1800
    unknown_metres: int = 15_000


def get_distance(first, second):
    """Metres of the great circle between two ``(latitude, longitude)``, a float."""
    lat1, lon1 = map(radians, first)
    lat2, lon2 = map(radians, second)
    half = sin((lat2 - lat1) / 2) ** 2
    half += cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def get_matrices(places, travel=None):
    """``(seconds, metres)``, each ``[from][to]`` of whole numbers, for the places.

    :param places: ``(latitude, longitude)`` or ``None``
    :param travel: a :class:`Travel`
    """
    travel = travel or Travel()
    metres = [[0] * len(places) for _place in places]
    seconds = [[0] * len(places) for _place in places]
    pace = 3.6 / travel.kmh  # seconds per metre
    for i, first in enumerate(places):
        for j in range(i):
            if first is None or places[j] is None:
                far, long = travel.unknown_metres, travel.unknown_seconds
            else:
                length = get_distance(first, places[j]) * travel.detour
                far, long = round(length), round(length * pace)
            metres[i][j] = metres[j][i] = far
            seconds[i][j] = seconds[j][i] = long
    return seconds, metres


# A registry: name → function(places, travel) that gives ``(seconds, metres)``.
PROVIDERS = {"coordinates": get_matrices}
