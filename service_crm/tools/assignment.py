"""Who of several people gets the next request. Plain rules, without a database."""


def pick_least(loads, people):
    """The one with the least to do; of equals the first named.

    :param loads: ``{person: number of open jobs}``; who is missing has none
    :param people: candidates in their order
    """
    return min(people, key=lambda person: loads.get(person, 0), default=None)


def pick_turn(number, people):
    """Whose turn it is: the candidates in their order, then from the first again.

    :param int number: 1 for the first turn ever taken
    """
    return people[(number - 1) % len(people)] if people else None


def pick_best(figures, loads, people):
    """The one with the largest figure; of equals who has the least to do.

    :param figures: ``{person: figure}``; who is missing has none, which is the least
    """
    return min(
        people,
        key=lambda person: (-figures.get(person, 0.0), loads.get(person, 0)),
        default=None,
    )


def within_limit(loads, people, limit):
    """Those who may get one more; a limit of zero is none."""
    if not limit:
        return list(people)
    return [person for person in people if loads.get(person, 0) < limit]


def is_between(amount, lowest, highest):
    """Whether an amount reaches the lowest and stays below the highest; 0 is none."""
    return amount >= lowest and (not highest or amount < highest)
