"""Whether parts are there, or when they come, in plain Python."""

CLOSE = 1e-6  # less of a unit than anybody counts


def allot(supplies, wanted):
    """Take what is wanted of one kind of goods from what is there and what comes.

    :param supplies: ``[[when, quantity]]``, the first of them what is there now (below
        zero when more than that is promised), the others as they come; what is taken
        is gone from them
    :return: ``(how much is lacking now, when the last of it comes)``; the time is
        ``None`` when nothing lacks, and when nobody knows: then nothing is taken
    """
    there = supplies[0][1]
    short = max(0.0, wanted - there)
    total = 0.0
    for number, (when, quantity) in enumerate(supplies):
        total += quantity
        if wanted - total > CLOSE:
            continue
        for earlier in supplies[:number]:
            earlier[1] = 0.0
        supplies[number][1] = total - wanted
        return (short, when) if number else (0.0, None)
    return short, None
