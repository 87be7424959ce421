"""The layered layout holds for any graph: nothing overlaps, everything is drawn."""

import time

from bpm_tools.drawing import get_drawing
from bpm_tools.layout import Arrow, Box, get_layouts
from bpm_tools.text_lines import get_width, split_lines
from hypothesis import given
from hypothesis import strategies as st

SIZES = [(164, 60, 0, 0), (38, 38, 90, 32), (46, 46, 0, 0), (46, 46, 130, 47)]


@st.composite
def graphs(draw):
    """Any graph: loops, lonely stages, ways doubled, with and without lanes."""
    count = draw(st.integers(1, 14))
    lanes = draw(st.integers(0, 3))
    boxes = []
    for number in range(count):
        width, height, label_width, label_height = draw(st.sampled_from(SIZES))
        lane = draw(st.none() | st.integers(0, lanes - 1)) if lanes else None
        boxes.append(
            Box(
                f"s{number}", width, height, lane, label_width, label_height, not number
            )
        )
    ends = st.integers(0, count - 1)
    arrows = [
        Arrow(
            f"w{number}",
            f"s{source}",
            f"s{target}",
            *draw(st.sampled_from([(0, 0), (80, 17)])),
        )
        for number, (source, target) in enumerate(
            draw(st.lists(st.tuples(ends, ends), max_size=24))
        )
    ]
    return boxes, arrows, [draw(st.sampled_from([60, 140])) for _ in range(lanes)]


def get_rect(box, place, direction):
    """The shape with its text: (left, top, right, bottom)."""
    x, y = place
    left, top = x - box.width / 2, y - box.height / 2
    right, bottom = x + box.width / 2, y + box.height / 2
    if box.label_width and direction == "right":
        bottom += box.label_height
        left = min(left, x - box.label_width / 2)
        right = max(right, x + box.label_width / 2)
    elif box.label_width:
        right += box.label_width
        top = min(top, y - box.label_height / 2)
        bottom = max(bottom, y + box.label_height / 2)
    return left, top, right, bottom


def overlap(first, second):
    return (
        first[0] < second[2]
        and second[0] < first[2]
        and first[1] < second[3]
        and second[1] < first[3]
    )


def get_segments(points):
    for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
        yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


@given(graphs())
def test_boxes_never_overlap_and_lie_inside(graph):
    boxes, arrows, lanes = graph
    for direction, layout in get_layouts(boxes, arrows, lanes).items():
        rects = [get_rect(box, layout.boxes[box.key], direction) for box in boxes]
        for number, rect in enumerate(rects):
            assert rect[0] >= 0 and rect[1] >= 0
            assert rect[2] <= layout.width and rect[3] <= layout.height
            assert not any(overlap(rect, other) for other in rects[number + 1 :])


@given(graphs())
def test_arrows_are_right_angled_and_cross_no_box(graph):
    boxes, arrows, lanes = graph
    for direction, layout in get_layouts(boxes, arrows, lanes).items():
        rects = [get_rect(box, layout.boxes[box.key], direction) for box in boxes]
        for arrow in arrows:
            points = layout.arrows[arrow.key]
            for left, top, right, bottom in get_segments(points):
                assert left == right or top == bottom
                # the text below its own shape may be touched by nothing either
                for box, rect in zip(boxes, rects, strict=True):
                    if box.key in (arrow.source, arrow.target):
                        x, y = layout.boxes[box.key]
                        rect = (
                            x - box.width / 2,
                            y - box.height / 2,
                            x + box.width / 2,
                            y + box.height / 2,
                        )
                    inner = (rect[0] + 1, rect[1] + 1, rect[2] - 1, rect[3] - 1)
                    assert not overlap((left, top, right, bottom), inner)


@given(graphs())
def test_arrows_lead_from_their_source_to_their_target(graph):
    boxes, arrows, lanes = graph
    sizes = {box.key: box for box in boxes}
    for direction, layout in get_layouts(boxes, arrows, lanes).items():
        for arrow in arrows:
            points = layout.arrows[arrow.key]
            x, y = layout.boxes[arrow.source]
            to_x, to_y = layout.boxes[arrow.target]
            source, target = sizes[arrow.source], sizes[arrow.target]
            if direction == "right":
                x, to_x = x + source.width / 2, to_x - target.width / 2
            else:
                y, to_y = y + source.height / 2, to_y - target.height / 2
            assert abs(points[0][0] - x) + abs(points[0][1] - y) < 0.5
            assert abs(points[-1][0] - to_x) + abs(points[-1][1] - to_y) < 0.5


@given(graphs())
def test_texts_of_ways_lie_on_nothing(graph):
    boxes, arrows, lanes = graph
    for direction, layout in get_layouts(boxes, arrows, lanes).items():
        taken = [get_rect(box, layout.boxes[box.key], direction) for box in boxes]
        for arrow in arrows:
            assert (arrow.key in layout.labels) == bool(arrow.width)
            if arrow.width:
                x, y = layout.labels[arrow.key]
                rect = (
                    x - arrow.width / 2,
                    y - arrow.height / 2,
                    x + arrow.width / 2,
                    y + arrow.height / 2,
                )
                assert not any(overlap(rect, other) for other in taken)
                taken.append(rect)


@given(graphs())
def test_boxes_stand_in_their_lanes(graph):
    boxes, arrows, lanes = graph
    for direction, layout in get_layouts(boxes, arrows, lanes).items():
        assert len(layout.lanes) == (0 if direction == "narrow" else len(lanes))
        for rect, least in zip(layout.lanes, lanes, strict=False):
            assert rect[3 if direction == "right" else 2] >= least
        for box in boxes:
            if box.lane is not None and layout.lanes:
                x, y, width, height = layout.lanes[box.lane]
                left, top, right, bottom = get_rect(
                    box, layout.boxes[box.key], direction
                )
                assert x <= left and right <= x + width
                assert y <= top and bottom <= y + height


@given(graphs())
def test_the_same_process_is_drawn_the_same(graph):
    boxes, arrows, lanes = graph
    assert get_layouts(boxes, arrows, lanes) == get_layouts(boxes, arrows, lanes)


@given(graphs())
def test_ways_forward_lead_forward(graph):
    """Only as many ways lead back as the loops need; without loops none does."""
    boxes, arrows, lanes = graph
    place = {box.key: number for number, box in enumerate(boxes)}
    arrows = [a for a in arrows if place[a.source] < place[a.target]]
    layout = get_layouts(boxes, arrows, lanes)["right"]
    for arrow in arrows:
        assert layout.boxes[arrow.source][0] < layout.boxes[arrow.target][0]


@given(st.text(max_size=80), st.integers(30, 200), st.integers(1, 3))
def test_lines_keep_their_width(text, width, count):
    lines = split_lines(text, width, count)
    assert len(lines) <= count
    assert all(get_width(line) <= width or len(line) <= 2 for line in lines)
    if lines and not lines[-1].endswith("…"):
        assert "".join(lines).replace(" ", "") == "".join(text.split())


def build_long_process(count):
    """A regulation of many stages: a branch, a loop and a skip every few stages."""
    stages = [
        {
            "id": str(number),
            "name": f"Согласование {number}",
            "kind": "start" if not number else "work",
            "shape": "box" if number % 5 else "diamond",
            "lane": number // 7 % 4,
        }
        for number in range(count)
    ]
    pairs = [(number, number + 1, "") for number in range(count - 1)]
    pairs += [(n, n + 3, "отказ") for n in range(0, count - 3, 5)]
    pairs += [(n, n - 4, "вернуть") for n in range(6, count, 8)]
    ways = [
        {"id": f"w{at}", "source": str(a), "target": str(b), "name": name}
        for at, (a, b, name) in enumerate(pairs)
    ]
    return stages, ways, [{"id": lane, "name": f"Роль {lane}"} for lane in range(4)]


def test_sixty_stages_are_quick():
    process = build_long_process(60)
    times = []
    for _ in range(5):
        start = time.process_time()
        get_drawing(*process)
        times.append(time.process_time() - start)
    assert min(times) < 0.05
