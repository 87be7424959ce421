"""The drawing of a process as data: shapes, texts in lines, places; plain Python.

The web client makes SVG of it.
"""

from .layout import Arrow, Box, get_layouts
from .text_lines import get_width, split_lines

FONT = 12
LANE_FONT = 13  # they are bold
LINE = 15
BOX = (164, 60)
BOX_TEXT = 122  # beside the icon
CIRCLE = 38
DIAMOND = 46
LABEL = 124  # widest text beside a shape
WAY = 130  # widest text on a way
LANE = 180  # widest name of a lane


def get_drawing(stages, ways, lanes=()):
    """What the web client draws.

    :param stages: ``[{"id", "name", "kind", "shape", "lane": id or None}]`` in
        their order; shapes are ``box``, ``circle`` and ``diamond``
    :param ways: ``[{"id", "source", "target", "name"}]``
    :param lanes: ``[{"id", "name"}]``
    :return: the same, with sizes and lines of text, and ``layouts``: per direction the
        size of the drawing and the places of everything
    """
    lane_at = {lane["id"]: number for number, lane in enumerate(lanes)}
    stages = [{**stage, **_get_look(stage)} for stage in stages]
    ways = [
        {**way, "lines": split_lines(way["name"], WAY, 2, FONT - 1)} for way in ways
    ]
    lanes = [
        {**lane, "lines": split_lines(lane["name"], LANE, 1, LANE_FONT)}
        for lane in lanes
    ]
    layouts = get_layouts(
        [_get_box(stage, lane_at.get(stage["lane"])) for stage in stages],
        [_get_arrow(way) for way in ways],
        [_get_text_size(lane["lines"], LANE_FONT)[0] + LINE for lane in lanes],
    )
    return {
        "stages": stages,
        "ways": ways,
        "lanes": lanes,
        "layouts": {
            direction: layout._asdict() for direction, layout in layouts.items()
        },
    }


def _get_look(stage):
    if stage["shape"] == "box":
        return {
            "width": BOX[0],
            "height": BOX[1],
            "lines": split_lines(stage["name"], BOX_TEXT, 3, FONT),
        }
    size = CIRCLE if stage["shape"] == "circle" else DIAMOND
    return {
        "width": size,
        "height": size,
        "lines": split_lines(stage["name"], LABEL, 3, FONT),
    }


def _get_box(stage, lane):
    beside = stage["shape"] != "box"
    width, height = _get_text_size(stage["lines"], FONT) if beside else (0, 0)
    return Box(
        stage["id"],
        stage["width"],
        stage["height"],
        lane,
        width,
        height,
        stage["kind"] == "start",
    )


def _get_arrow(way):
    width, height = _get_text_size(way["lines"], FONT - 1)
    return Arrow(way["id"], way["source"], way["target"], width, height)


def _get_text_size(lines, size):
    if not lines:
        return 0, 0
    return max(get_width(line, size) for line in lines) + 6, len(lines) * LINE + 2
