"""Rows of a drawing: where items of a layer stand across the flow, apart and straight.

Items are those of ``layout_graph.py``; a layer here is the part of it in one lane.
"""

from bisect import insort

BOX_GAP = 24
LINE_GAP = 12
ROUNDS = 3
SAME = 0.05  # rows nearer than this are the same


def get_weight(first, second):
    """How much it matters that the line between two items is straight."""
    return 1.0 if first.box and second.box else 3.0


def get_gap(above, below):
    return BOX_GAP if above.box and below.box else LINE_GAP


def spread(layer, wishes):
    """Give the items of a layer their rows: in order, apart, and as near as they can
    be to the rows they wish for.

    The sum of the distances, by their weights, is the least there is: items that would
    overlap are joined to blocks, and a block stands on the median of its wishes.

    :param wishes: for each item ``[(row, weight), …]``
    """
    blocks, offsets, at = [], [], 0.0
    for number, item in enumerate(layer):
        if number:
            above = layer[number - 1]
            at += above.after + get_gap(above, item) + item.before
        offsets.append(at)
        points = [(wish - at, weight) for wish, weight in wishes[number]]
        points = sorted(points) or [(-at, 0.01)]
        value, count = _get_median(points), 1
        while blocks and blocks[-1][0] > value:
            _value, others, more = blocks.pop()
            for point in points:
                insort(others, point)
            points, count = others, count + more
            value = _get_median(points)
        blocks.append((value, points, count))
    values = [value for value, _points, count in blocks for _ in range(count)]
    for item, value, offset in zip(layer, values, offsets, strict=True):
        item.v = value + offset


def _get_median(points):
    """The lower weighted median of sorted points."""
    half, total, at = sum(weight for _value, weight in points) / 2, 0.0, -1
    while total < half - 1e-9:
        at += 1
        total += points[at][1]
    return points[at][0]


def straighten(layers):
    """Take bends out of the arrows by moving all that stands in one straight line."""
    near, room = {}, {}
    for layer in layers:
        for number, item in enumerate(layer):
            near[item] = [
                other for other in item.previous + item.nexts if other.lane == item.lane
            ]
            room[item] = (
                layer[number - 1] if number else None,
                layer[number + 1] if number + 1 < len(layer) else None,
            )
    for _ in range(ROUNDS):
        moved = False
        for layer in layers:
            for item in layer:
                for other in near[item]:
                    shift = other.v - item.v
                    if abs(shift) > SAME and _move(item, shift, near, room):
                        moved = True
        if not moved:
            break


def _move(item, shift, near, room):
    """Move the straight line of an item, when that leaves fewer bends."""
    group, waiting = {item}, [item]
    for member in waiting:
        for other in near[member]:
            if other not in group and abs(other.v - member.v) <= SAME:
                group.add(other)
                waiting.append(other)
    bends = length = 0
    for member in waiting:
        if not _has_room(member, shift, group, room[member]):
            return False
        for other in near[member]:
            if other not in group:
                before, after = abs(other.v - member.v), other.v - member.v - shift
                bends += (abs(after) > SAME) - (before > SAME)
                length += get_weight(member, other) * (abs(after) - before)
    if (bends, length) >= (0, -SAME):
        return False
    for member in waiting:
        member.v += shift
    return True


def _has_room(item, shift, group, neighbours):
    above, below = neighbours
    row = item.v + shift
    if above and above not in group:
        if row - item.before - get_gap(above, item) < above.v + above.after - 1e-6:
            return False
    if below and below not in group:
        return row + item.after + get_gap(item, below) <= below.v - below.before + 1e-6
    return True
