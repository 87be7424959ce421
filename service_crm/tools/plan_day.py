"""A day of a performer with what is planned in it, and where one more job could be."""

from .plan_facts import GRID, MOST_LANES, get_way, put_in_lane, round_down, round_up

MINUTE = 60
NEAR = 7200  # seconds: a visit so little before or after work counts for the way


def is_long(person, seconds):
    """Whether no stretch of his working hours is that long."""
    return all(
        until - since < seconds
        for _day, pieces in person.days
        for since, until in pieces
    )


class Day:
    """A day of a performer, and where the job could be in it."""

    def __init__(self, facts, person, pieces, visits, job):
        self.facts, self.person, self.job = facts, person, job
        self.pieces = pieces
        self.may_span = is_long(person, job.seconds)
        self.lanes = [[] for _lane in range(min(person.capacity, MOST_LANES))]
        self.start, self.end = round_up(pieces[0][0]), round_down(pieces[-1][1])
        self.rests = [
            (until, since)
            for (_start, until), (since, _end) in zip(pieces, pieces[1:], strict=False)
        ]
        self.taken = sorted(
            (
                visit
                for visit in visits
                if visit.start < pieces[-1][1] + NEAR
                and pieces[0][0] < visit.end + NEAR
            ),
            key=lambda visit: (visit.start, str(visit.key)),
        )
        for visit in self.taken:
            put_in_lane(self.lanes, visit)
        if not any(visit.start < facts.now for visit in self.taken):
            self.start = max(self.start, round_up(facts.now))
        self.starts = {round_up(start) for start in self._get_starts()}

    def _get_starts(self):
        """The earliest moments between two things of the day."""
        place, length = self.job.place, self.job.seconds
        yield self.start
        if self.person.start is not None:
            yield self.start + self._get_way(self.person.start, place)
        for visit in self.taken:
            way = self._get_way(visit.place, place)
            yield visit.end + way
            yield from (until + way for _since, until in self.rests)
        for since, _until in self.pieces:
            yield since
            yield since + GRID - length  # it ends when work has begun again

    def get_cost(self, start, idle):
        """What the job adds there in minutes of travel, ``None``: it cannot be.

        :param idle: what a minute of waiting before it counts
        """
        end = start + self.job.seconds
        if start < self.start or start < self.facts.now or end > self.end:
            return None
        if not self._is_at_work(start, end):
            return None
        running = sum(v.start < end and start < v.end for v in self.taken)
        if running >= self.person.capacity:
            return None
        costs = [self._get_lane_cost(lane, start, end, idle) for lane in self.lanes]
        return min((cost for cost in costs if cost is not None), default=None)

    def _is_at_work(self, start, end):
        if any(since <= start and end <= until for since, until in self.pieces):
            return True
        return (
            self.may_span
            and any(since <= start < until for since, until in self.pieces)
            and any(since < end <= until for since, until in self.pieces)
            and not any(gone < end and start < back for gone, back in self.person.away)
        )

    def _get_lane_cost(self, lane, start, end, idle):
        """Cost of the ways there and on, less the way that is saved, and of waiting."""
        if any(visit.start < end and start < visit.end for visit in lane):
            return None
        before = max((v for v in lane if v.end <= start), key=_get_end, default=None)
        after = min((v for v in lane if v.start >= end), key=_get_start, default=None)
        place = self.job.place
        origin = before.place if before else self.person.start
        target = after.place if after else self.person.end
        there = on = saved = 0
        if before or origin is not None:
            there = self._get_way(origin, place)
            since = before.end if before else self.start
            if not self._has_time(since, start, there):
                return None
        if after or target is not None:
            on = self._get_way(place, target)
            if not self._has_time(end, after.start if after else self.end, on):
                return None
        if (before or origin is not None) and (after or target is not None):
            saved = self._get_way(origin, target) if lane else 0
        waiting = start - (before.end if before else self.start) - there
        cost = self.facts.weights.travel * (there + on - saved) + idle * waiting
        return cost / MINUTE

    def _get_way(self, origin, target):
        return round_up(get_way(self.facts, origin, target))

    def _has_time(self, start, end, seconds):
        """Whether a way of so many seconds fits between, apart from breaks."""
        for since, until in self.rests:
            if since < end and start < until:
                if since - start >= seconds:
                    return True
                start = max(start, until)
        return end - start >= seconds


def _get_start(visit):
    return visit.start


def _get_end(visit):
    return visit.end
