"""Who gets what: shares records out among people. Plain Python."""


def share_out(record_ids, user_ids, mode, loads=None, last_id=0, online=()):
    """Give each record to one of the people.

    :param record_ids: records in their order
    :param user_ids: people in their order, at least one
    :param mode: ``round``: one after the other, beginning behind ``last_id``;
        ``least``: who has the least, the upper of equals; ``online``: the upper of
        those who are online, else the upper of all
    :param loads: ``{user id: how much he has}``
    :return: ``{record id: user id}``

    >>> share_out([1, 2, 3], [7, 8], "round", last_id=7)
    {1: 8, 2: 7, 3: 8}
    >>> share_out([1, 2, 3], [7, 8], "least", loads={7: 2})
    {1: 8, 2: 8, 3: 7}
    >>> share_out([1, 2], [7, 8], "online", online={8})
    {1: 8, 2: 8}
    """
    if mode == "online":
        present = [user_id for user_id in user_ids if user_id in online]
        return dict.fromkeys(record_ids, (present or user_ids)[0])
    shared = {}
    if mode == "round":
        place = user_ids.index(last_id) if last_id in user_ids else -1
        for record_id in record_ids:
            place = (place + 1) % len(user_ids)
            shared[record_id] = user_ids[place]
        return shared
    loads = {user_id: (loads or {}).get(user_id, 0) for user_id in user_ids}
    for record_id in record_ids:
        user_id = min(user_ids, key=loads.__getitem__)  # the first of equals
        loads[user_id] += 1
        shared[record_id] = user_id
    return shared
