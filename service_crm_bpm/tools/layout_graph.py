"""Layers of a drawing: which stage stands in which step, and in which order.

A layered (Sugiyama) layout in plain Python; see ``layout.py`` for the whole of it.
"""

from collections import defaultdict

SWEEPS = 6


class Item:
    """A box of the drawing, or the place where a long arrow passes a layer.

    ``v`` is its place across the flow; ``before`` and ``after`` is the room it takes on
    both sides of that line, ``size`` the room along the flow.
    """

    __slots__ = (
        "after",
        "arrow",
        "before",
        "box",
        "is_back",
        "is_label",
        "lane",
        "layer",
        "nexts",
        "number",
        "place",
        "previous",
        "size",
        "v",
    )

    def __init__(self, number, lane, layer, box=None, arrow=None, is_back=False):
        self.number = number
        self.lane = lane
        self.layer = layer
        self.box = box
        self.arrow = arrow
        self.is_back = is_back
        self.is_label = False
        self.previous, self.nexts = [], []
        self.place = 0
        self.v = self.before = self.after = self.size = 0.0


class LayeredGraph:
    """Boxes and arrows as layers of items, ordered so that few arrows cross.

    ``chains``: per arrow the items it passes, from its source to its target.
    """

    def __init__(self, boxes, arrows):
        self.boxes = list(boxes)
        known = {box.key for box in self.boxes}
        self.arrows = [a for a in arrows if a.source in known and a.target in known]
        self.back = self._find_back_arrows()
        self.layer_of = self._get_layers()
        self.lane_of = self._get_lanes()
        self.items, self.chains = {}, {}
        self.layers = []
        self._make_items()
        self._order()

    def _find_back_arrows(self):
        """Keys of the arrows that lead back, found by walking from the first boxes."""
        outgoing, incoming = defaultdict(list), set()
        for arrow in self.arrows:
            outgoing[arrow.source].append(arrow)
            if arrow.source != arrow.target:
                incoming.add(arrow.target)
        keys = [box.key for box in self.boxes]
        roots = sorted(
            range(len(keys)),
            key=lambda at: (not self.boxes[at].is_start, keys[at] in incoming, at),
        )
        back, state = set(), {}
        for root in roots:
            if keys[root] in state:
                continue
            state[keys[root]] = "open"
            stack = [(keys[root], iter(outgoing[keys[root]]))]
            while stack:
                key, ways = stack[-1]
                arrow = next(ways, None)
                if arrow is None:
                    state[key] = "done"
                    stack.pop()
                elif state.get(arrow.target) == "open":
                    back.add(arrow.key)
                elif arrow.target not in state:
                    state[arrow.target] = "open"
                    stack.append((arrow.target, iter(outgoing[arrow.target])))
        return back

    def _get_layers(self):
        """The step of each box: behind all that lead to it."""
        outgoing, missing = defaultdict(list), defaultdict(int)
        for arrow in self.arrows:
            if arrow.key not in self.back:
                outgoing[arrow.source].append(arrow)
                missing[arrow.target] += 1
        entered = set(missing)
        layers = {box.key: 0 for box in self.boxes}
        waiting = [box.key for box in self.boxes if not missing[box.key]]
        for key in waiting:
            for arrow in outgoing[key]:
                reached = layers[key] + (2 if arrow.width else 1)
                layers[arrow.target] = max(layers[arrow.target], reached)
                missing[arrow.target] -= 1
                if not missing[arrow.target]:
                    waiting.append(arrow.target)
        for box in self.boxes:  # what nothing leads to stands before what it leads to
            if box.key not in entered and not box.is_start and outgoing[box.key]:
                layers[box.key] = min(
                    layers[a.target] - (2 if a.width else 1) for a in outgoing[box.key]
                )
        return layers

    def _get_lanes(self):
        """The lane of each box; who has none stands where the one before him does."""
        lanes = {box.key: box.lane for box in self.boxes}
        by_layer = sorted(self.boxes, key=lambda box: self.layer_of[box.key])
        before, behind = defaultdict(list), defaultdict(list)
        for arrow in self.arrows:
            before[arrow.target].append(arrow.source)
            behind[arrow.source].append(arrow.target)
        for boxes, near in ((by_layer, before), (reversed(by_layer), behind)):
            for box in boxes:
                if lanes[box.key] is None:
                    found = [lanes[k] for k in near[box.key] if lanes[k] is not None]
                    lanes[box.key] = found[0] if found else None
        return {key: lane or 0 for key, lane in lanes.items()}

    def _make_items(self):
        numbers = iter(range(10**9))
        self.layers = [[] for _ in range(max(self.layer_of.values(), default=-1) + 1)]
        for box in self.boxes:
            item = Item(
                next(numbers), self.lane_of[box.key], self.layer_of[box.key], box=box
            )
            self.items[box.key] = item
            self.layers[item.layer].append(item)
        for arrow in self.arrows:
            source, target = self.items[arrow.source], self.items[arrow.target]
            is_back = arrow.key in self.back
            if is_back:
                passed = range(source.layer, target.layer - 1, -1)
            else:
                passed = range(source.layer + 1, target.layer)
            between = []
            for layer in passed:
                item = Item(
                    next(numbers),
                    source.lane if is_back else target.lane,
                    layer,
                    arrow=arrow,
                    is_back=is_back,
                )
                between.append(item)
                self.layers[layer].append(item)
            if between and arrow.width:
                between[0].is_label = True
            chain = [source, *between, target]
            self.chains[arrow.key] = chain
            self._link(between if is_back else chain, is_back)

    def _link(self, chain, is_back):
        for first, second in zip(chain, chain[1:], strict=False):
            left, right = (second, first) if is_back else (first, second)
            left.nexts.append(right)
            right.previous.append(left)

    def _order(self):
        """Order the items of each layer: by lane, then so that few arrows cross."""
        for layer in self.layers:
            layer.sort(key=lambda item: (item.lane, item.is_back, item.number))
            self._number(layer)
        best = self._count_crossings()
        kept = [list(layer) for layer in self.layers]
        for sweep in range(SWEEPS):
            forward = sweep % 2 == 0
            for layer in self.layers if forward else reversed(self.layers):
                middle = {
                    item.number: self._get_middle(item, forward) for item in layer
                }
                layer.sort(
                    key=lambda item: (
                        item.lane,
                        item.is_back,
                        middle[item.number],  # noqa: B023
                        item.place,
                    )
                )
                self._number(layer)
            crossings = self._count_crossings()
            if crossings < best:
                best, kept = crossings, [list(layer) for layer in self.layers]
            if not best:
                break
        self.layers = kept
        for layer in self.layers:
            self._number(layer)

    @staticmethod
    def _number(layer):
        for place, item in enumerate(layer):
            item.place = place

    @staticmethod
    def _get_middle(item, forward):
        near = item.previous if forward else item.nexts
        if not near:
            return item.place
        return sum(other.place for other in near) / len(near)

    def _count_crossings(self):
        crossings = 0
        for layer in self.layers:
            links = [(a.place, b.place) for a in layer for b in a.nexts]
            links.sort()
            for at, (_first, end) in enumerate(links):
                crossings += sum(
                    1
                    for start, other in links[at + 1 :]
                    if other < end and start > _first
                )
        return crossings
