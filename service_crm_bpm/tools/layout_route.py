"""The ways of arrows between two layers of a drawing: right-angled, on tracks.

Between two layers lies a channel. All that one item sends into it is one net: it runs
on one track across the flow, from where it comes in to where it goes out.
"""

from typing import NamedTuple

NEAR = 1.0  # rows closer than this are one row


class Net(NamedTuple):
    """``starts``: rows on the side of the earlier layer; ``ends``: on the later."""

    starts: tuple
    ends: tuple

    @property
    def low(self):
        return min(self.starts + self.ends)

    @property
    def high(self):
        return max(self.starts + self.ends)

    @property
    def is_straight(self):
        return self.high - self.low < NEAR


def assign_tracks(nets):
    """Number the tracks of the nets of a channel, in the direction of the flow.

    :param nets: ``{key: Net}``
    :return: ``{key: track}`` of the nets that need one, and how many tracks there are
    """
    waiting = {key: net for key, net in nets.items() if not net.is_straight}
    tracks = {}
    while waiting:
        key = min(waiting, key=lambda key: _get_cost(key, waiting))
        net = waiting.pop(key)
        tracks[key] = 1 + max(
            (
                track
                for other, track in tracks.items()
                if nets[other].low < net.high + 2 * NEAR
                and net.low < nets[other].high + 2 * NEAR
            ),
            default=-1,
        )
    return tracks, max(tracks.values(), default=-1) + 1


def _get_cost(key, waiting):
    """What it costs to lay a net before all that wait: overlaps, then crossings."""
    overlaps = crossings = 0
    net = waiting[key]
    for other_key, other in waiting.items():
        if other_key != key:
            overlaps += _count_overlaps(net, other)
            crossings += _count_crossings(net, other) - _count_crossings(other, net)
    return overlaps, crossings


def _count_overlaps(first, second):
    """Rows on which both would lie when the first one's track comes first."""
    return sum(abs(a - b) < NEAR for a in first.ends for b in second.starts)


def _count_crossings(first, second):
    """Crossings of two nets when the first one's track comes first."""
    return sum(first.low < row < first.high for row in second.starts) + sum(
        second.low < row < second.high for row in first.ends
    )
