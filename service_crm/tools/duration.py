"""Lengths of time as people say them."""


def split_hours(hours):
    """Hours as whole days, hours and minutes; a day has 24 hours."""
    minutes = round(hours * 60)
    days, minutes = divmod(minutes, 24 * 60)
    return days, *divmod(minutes, 60)


def describe_hours(env, hours, days=False):
    """“2 h 10 min”; with ``days`` “3 days 4 h” of what is longer than two of them."""
    whole, rest, minutes = split_hours(hours)
    if days and whole > 1:
        return env._("%(days)s days %(hours)s h", days=whole, hours=rest)
    rest += whole * 24
    if not rest:
        return env._("%(minutes)s min", minutes=minutes)
    if not minutes:
        return env._("%(hours)s h", hours=rest)
    return env._("%(hours)s h %(minutes)s min", hours=rest, minutes=minutes)
