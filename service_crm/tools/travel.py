"""Ways between places from their coordinates, in plain Python."""

from math import asin, cos, radians, sin, sqrt

EARTH = 6_371_000  # metres
DETOUR = 1.3  # streets are longer than the straight line
SPEED = 35 / 3.6  # metres per second, in and around a town
PARKING = 120  # seconds to park and find the door
UNKNOWN = 20 * 60, 10_000  # seconds and metres when a place is not known


def get_distance(origin, target):
    """Metres of the straight line between two ``(latitude, longitude)`` in degrees."""
    lat1, lon1, lat2, lon2 = map(radians, (*origin, *target))
    chord = (
        sin((lat2 - lat1) / 2) ** 2
        + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH * asin(sqrt(min(1, chord)))


def estimate(origin, target, speed=SPEED):
    """``(seconds, metres)`` of the way between two ``(latitude, longitude)``.

    Nothing for the same place; :data:`UNKNOWN` when one of them is not known.

    :param speed: metres per second
    """
    if origin is None or target is None:
        return UNKNOWN
    if origin == target:
        return 0, 0
    metres = get_distance(origin, target) * DETOUR
    return round(metres / speed) + PARKING, round(metres)
