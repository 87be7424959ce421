"""What a message is about, in time. Plain Python, no database."""

from datetime import datetime
from typing import NamedTuple


class Occasion(NamedTuple):
    """Something that happened to a record, or a day of it that comes.

    :param res_id: the record
    :param entry_id: row of the phase log; 0: it was no entry
    :param key: what is told once only, where it was no entry: the day, the call
    :param date: when it happened, or when it is to be told; UTC
    """

    res_id: int
    entry_id: int = 0
    key: str = ""
    date: datetime | None = None
