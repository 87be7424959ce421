"""Which free time of which performer is the best: points, in plain Python."""

from dataclasses import dataclass, field

from .suggestions import Slot

USUAL_DETOUR = 30 * 60  # seconds: counts half
DAY = 24 * 3600
LEVELS = {"off": 0, "little": 1, "normal": 2, "much": 4, "most": 8}


@dataclass(frozen=True)
class Ranked:
    """A slot with its points, 0 to 100, and what each measure said, 0 to 1."""

    slot: Slot
    score: int
    costs: dict = field(default_factory=dict)


def rank(slots, measures, weights):
    """Slots with points, the best first.

    :param measures: ``{key: function of a slot}``: 0 is best, 1 is worst, ``None``
        does not apply
    :param weights: ``{key: weight}``; without weight a measure is not asked
    :return: list of :class:`Ranked`
    """
    asked = {key: weights[key] for key in measures if weights.get(key)}
    ranked = []
    for slot in slots:
        costs = {key: measures[key](slot) for key in asked}
        total = sum(asked[key] for key, cost in costs.items() if cost is not None)
        lost = sum(asked[key] * cost for key, cost in costs.items() if cost is not None)
        points = 1 - lost / total if total else 1
        ranked.append((points, Ranked(slot, round(100 * points), costs)))
    order = {slot.performer: None for slot in slots}
    places = {key: place for place, key in enumerate(order)}
    ranked.sort(
        key=lambda pair: (-pair[0], pair[1].slot.start, places[pair[1].slot.performer])
    )
    return [item for _points, item in ranked]


def choose(ranked, limit, each=3):
    """The best slots, of one performer not more than ``each`` where others have some.

    :return: at most ``limit`` of ``ranked``, in their order
    """
    performers = len({item.slot.performer for item in ranked})
    each = max(each, -(-limit // max(1, performers)))
    counts, chosen = {}, []
    for item in ranked:
        key = item.slot.performer
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= each and len(chosen) < limit:
            chosen.append(item)
    return chosen


def measure_travel(slot):
    """How far out of the way it is: half an hour more counts half."""
    return slot.detour / (slot.detour + USUAL_DETOUR) if slot.detour > 0 else 0.0


def measure_urgency(slot, job):
    """How late it is, of the time there is; after the deadline counts full."""
    if job.deadline is not None and slot.start > job.deadline:
        return 1.0
    horizon = (job.until if job.deadline is None else job.deadline) - job.first
    return 0.7 * min(1.0, max(0, slot.start - job.first) / max(1, horizon))


def measure_wish(slot, wished):
    """How far it is from the time wished for ``(from, to)``: a day off counts half."""
    start, end = wished
    off = max(0, start - slot.start, slot.start - end)
    return off / (off + DAY)


def measure_stability(slot, performer, start):
    """Whether another performer than told comes, and at another time."""
    return (slot.performer != performer) * 0.5 + (slot.start != start) * 0.5
