"""Layered layout of a process: boxes, lanes and right-angled arrows; plain Python.

Stages stand in layers along the flow, each behind all that lead to it; arrows that lead
back run beside them. Lanes are bands along the flow. Boxes never overlap, arrows keep
to the free channels between the layers. The same input gives the same drawing.

``u`` runs along the flow, ``v`` across it; only :func:`get_layout` knows which of them
is x.
"""

from typing import NamedTuple

from .layout_graph import LayeredGraph
from .layout_route import Net, assign_tracks
from .layout_rows import get_weight, spread, straighten

MARGIN = 16  # around the drawing, and of lanes
LANE_HEADER = 30
LANE_MINIMUM = 64
CHANNEL_EDGE = 16  # from a layer to the first track
CHANNEL_MINIMUM = 36
TRACK = 12
LABEL_GAP = 4  # from a shape to its text beside it
PASSES = 4


class Box(NamedTuple):
    """A stage: the size of its shape, and of the text beside the shape."""

    key: str
    width: float
    height: float
    lane: int | None = None
    label_width: float = 0
    label_height: float = 0
    is_start: bool = False


class Arrow(NamedTuple):
    """A way from one box to another; the size of the text on it."""

    key: str
    source: str
    target: str
    width: float = 0
    height: float = 0


class Layout(NamedTuple):
    """``boxes``: ``{key: (x, y)}``, the middle of the shape; ``arrows``: ``{key:
    [(x, y), …]}``; ``labels``: ``{key: (x, y)}``, the middle of the text; ``lanes``:
    ``[(x, y, width, height)]``."""

    width: float
    height: float
    boxes: dict
    arrows: dict
    labels: dict
    lanes: list


def get_layouts(boxes, arrows, lanes=()):
    """Lay a process out: ``{"right": Layout, "down": Layout, "narrow": Layout}``.

    The last one is for small screens: down the page, without lanes; only when there
    are any.

    :param lanes: for each lane, how broad it is at least (by its name)
    """
    graph = LayeredGraph(boxes, arrows)
    layouts = {
        "right": _Placing(graph, lanes, False).get_layout(),
        "down": _Placing(graph, lanes, True).get_layout(),
    }
    if lanes:
        graph = LayeredGraph([box._replace(lane=None) for box in boxes], arrows)
        layouts["narrow"] = _Placing(graph, (), True).get_layout()
    return layouts


class _Placing:
    """Gives ordered layers their places, in one direction."""

    def __init__(self, graph, lanes, is_down):
        self.graph = graph
        self.lanes = lanes
        self.is_down = is_down
        for layer in graph.layers:
            for item in layer:
                self._measure(item)

    def get_layout(self):
        lanes = self._place_across()
        nets = self._get_nets()
        tracks, layer_u, length = self._place_along(nets)
        boxes, arrows, labels = {}, {}, {}
        for key, item in self.graph.items.items():
            boxes[key] = self._turn(layer_u[item.layer], item.v)
        for key, chain in self.graph.chains.items():
            points = self._get_points(chain, layer_u, tracks)
            arrows[key] = [self._turn(*point) for point in points]
            for item in chain:
                if item.is_label:
                    labels[key] = self._turn(layer_u[item.layer], item.v)
        breadth = lanes[-1][1] if lanes else MARGIN
        rects = []
        if self.lanes:
            rects = [self._get_rect(low, high, length) for low, high in lanes]
        size = self._turn(length, breadth + (1 if rects else 0))
        return Layout(*size, boxes, arrows, labels, rects)

    def _turn(self, u, v):
        return (
            (round(v, 1), round(u, 1)) if self.is_down else (round(u, 1), round(v, 1))
        )

    def _get_rect(self, low, high, length):
        if self.is_down:
            return (low, 1, high - low, length - 2)
        return (1, low, length - 2, high - low)

    def _measure(self, item):
        """The room an item takes along and across the flow."""
        if item.box:
            box = item.box
            if self.is_down:
                item.size = max(box.height, box.label_height)
                item.before = item.after = box.width / 2
                beside = box.label_width
            else:
                item.size = max(box.width, box.label_width)
                item.before = item.after = box.height / 2
                beside = box.label_height
            if beside:
                item.after += beside + LABEL_GAP
        elif item.is_label:
            along, across = item.arrow.width, item.arrow.height
            if self.is_down:
                along, across = across, along
            item.size, item.before, item.after = along + 8, across / 2, across / 2
        else:
            item.size = item.before = item.after = 0.0

    # ------------------------------------------------------------ across the flow

    def _place_across(self):
        """Rows of the items, lane by lane; ``[(from, to), …]`` of the lanes."""
        at, lanes = (1 if self.lanes else 0), []
        for lane, least in enumerate(self.lanes or [0]):
            layers = [
                [item for item in layer if item.lane == lane]
                for layer in self.graph.layers
            ]
            self._place_lane(layers)
            items = [item for layer in layers for item in layer]
            low = min((item.v - item.before for item in items), default=0)
            high = max((item.v + item.after for item in items), default=0)
            breadth = max(high - low + 2 * MARGIN, LANE_MINIMUM, least)
            shift = at - low + (breadth - (high - low)) / 2
            for item in items:
                item.v = round(item.v + shift, 1)
            lanes.append((at, at + breadth))
            at += breadth
        return lanes

    def _place_lane(self, layers):
        layers = [layer for layer in layers if layer]
        for layer in layers:
            spread(layer, [[] for _item in layer])
        for number in range(PASSES):
            is_last = number >= PASSES - 2
            for forward in (True, False):
                for layer in layers if forward else reversed(layers):
                    spread(
                        layer, [self._get_wishes(i, forward, is_last) for i in layer]
                    )
        straighten(layers)

    @staticmethod
    def _get_wishes(item, forward, is_last):
        """Rows on which the arrows of an item would be straight, with weights."""
        wishes = []
        for near, counts in (
            (item.previous, forward or is_last),
            (item.nexts, not forward or is_last),
        ):
            if counts:
                wishes += [
                    (other.v, get_weight(item, other))
                    for other in near
                    if other.lane == item.lane
                ]
        return wishes

    # ------------------------------------------------------------- along the flow

    def _get_nets(self):
        """Per channel the nets that run in it: ``{channel: {key: Net}}``.

        Channel n lies before layer n. A net is all that one item sends into a channel;
        what comes back into a channel is a net of its own.
        """
        rows = {}
        for chain in self.graph.chains.values():
            for first, second, channel, key in self._get_legs(chain):
                starts, ends = rows.setdefault(channel, {}).setdefault(
                    key, (set(), set())
                )
                for item in (first, second):
                    (starts if item.layer < channel else ends).add(item.v)
        return {
            channel: {
                key: Net(tuple(sorted(starts)), tuple(sorted(ends)))
                for key, (starts, ends) in nets.items()
            }
            for channel, nets in rows.items()
        }

    @staticmethod
    def _get_legs(chain):
        """Per channel an arrow passes: from, to, channel, key of its net."""
        for first, second in zip(chain, chain[1:], strict=False):
            if first.layer < second.layer:
                channel = second.layer
            elif first.layer > second.layer:
                channel = first.layer
            elif second.is_back and first.box:  # turns round behind its box
                channel = first.layer + 1
            else:  # turns round before its target
                channel = first.layer
            yield first, second, channel, first.number

    def _place_along(self, nets):
        """Where layers and tracks lie.

        :return: ``{(channel, key): u}``, the middles of the layers, the length
        """
        at = MARGIN + (LANE_HEADER if self.lanes else 0)
        tracks, middles = {}, []
        for channel in range(len(self.graph.layers) + 1):
            numbers, count = assign_tracks(nets.get(channel, {}))
            is_outer = channel in (0, len(self.graph.layers))
            breadth = 2 * CHANNEL_EDGE + max(count - 1, 0) * TRACK
            breadth = max(breadth, CHANNEL_MINIMUM)
            if is_outer and not count:
                breadth = 0
            first = at + (breadth - max(count - 1, 0) * TRACK) / 2
            for key, number in numbers.items():
                tracks[channel, key] = first + number * TRACK
            at += breadth
            if channel < len(self.graph.layers):
                size = max(item.size for item in self.graph.layers[channel])
                middles.append(at + size / 2)
                at += size
        return tracks, middles, at + MARGIN

    def _get_points(self, chain, layer_u, tracks):
        """The corners of an arrow."""
        source, target = chain[0], chain[-1]
        points = [(layer_u[source.layer] + self._get_half(source), source.v)]
        for first, second, channel, key in self._get_legs(chain):
            if (channel, key) in tracks and abs(first.v - second.v) > 0.05:
                points.append((tracks[channel, key], first.v))
                points.append((tracks[channel, key], second.v))
        points.append((layer_u[target.layer] - self._get_half(target), target.v))
        return points

    def _get_half(self, item):
        return (item.box.height if self.is_down else item.box.width) / 2
