"""Texts in lines of limited width, without a font at hand: widths are estimated."""

# widths in parts of the size of the font, those of common sans-serif fonts
_NARROW = set("iIjl.,:;'|!()[]{}ftr-· \u00a0")
_WIDE = set("mwMW@%ЖШЩЮФМЫжшщюфмы—…")


def get_width(text, size=12):
    """About how wide a text is."""
    return size * sum(_get_part(char) for char in text)


def _get_part(char):
    if char in _NARROW:
        return 0.36
    if char in _WIDE:
        return 0.88
    if ord(char) > 0x2E7F:  # East Asian
        return 1.05
    return 0.7 if char.isupper() else 0.59


def split_lines(text, width, count, size=12):
    """A text in at most ``count`` lines of that width; the rest is ``…``."""
    lines, rest = [], (text or "").split()
    while rest and len(lines) < count:
        line, rest = _take_line(rest, width, size)
        lines.append(line)
    if rest:
        lines[-1] = _cut(f"{lines[-1]} {' '.join(rest)}", width, size)
    return lines


def _take_line(words, width, size):
    """The first words that fit; a word too long for a line is divided."""
    line = words[0]
    if get_width(line, size) > width:
        at = len(line)
        while at > 1 and get_width(line[:at], size) > width:
            at -= 1
        return line[:at], [line[at:], *words[1:]] if line[at:] else words[1:]
    taken = 1
    while taken < len(words):
        longer = f"{line} {words[taken]}"
        if get_width(longer, size) > width:
            break
        line, taken = longer, taken + 1
    return line, words[taken:]


def _cut(text, width, size):
    while len(text) > 1 and get_width(f"{text}…", size) > width:
        text = text[:-1].rstrip()
    return f"{text}…"
