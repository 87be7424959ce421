"""When a search ends: its time, its steps, and who watches or stops it."""

import time

LOOK = 0.2  # seconds between two tellings of the progress


class Run:
    """What one call of ``solve`` asks of the search.

    :param seconds: longest time, from now
    :param iterations: steps of each search, ``None``: as many as fit

    ``left`` is the share of the seconds that a solver leaves to the default search.
    """

    def __init__(self, seconds, seed, iterations=None, progress=None, should_stop=None):
        self.started = self.begun = self.looked = time.monotonic()
        self.deadline = self.started + seconds
        self.seconds = seconds
        self.left = 1.0
        self.seed = seed
        self.iterations = iterations
        self.progress = progress
        self.should_stop = should_stop
        self.is_cut = False  # the clock or somebody had a say
        self.is_stopped = False

    def begin(self):
        """A search begins: its pace is that of the time left from now."""
        self.begun = time.monotonic()

    def is_over(self, share, get_best):
        """Whether to end; tells ``progress`` now and then.

        :param share: of the steps that are done
        :param get_best: gives ``(cost, planned)`` of the best plan
        """
        now = time.monotonic()
        if now >= self.deadline:
            self.is_stopped = True
        elif now - self.looked >= LOOK:
            self.looked = now
            if self.progress:
                self.progress(min(1.0, max(share, self.get_gone())), *get_best())
            if self.should_stop and self.should_stop():
                self.is_stopped = True
        self.is_cut = self.is_cut or self.is_stopped
        return self.is_stopped

    def get_gone(self):
        """The share of the seconds that is gone."""
        gone = time.monotonic() - self.started
        return gone / self.seconds if gone < self.seconds else 1.0

    def get_pace(self, share):
        """The share of this search that is over, of the steps or, if slow, of time.

        Until the machine is half as slow again as expected only steps count.
        """
        whole = self.deadline - self.begun
        gone = (time.monotonic() - self.begun) / whole if whole > 0 else 1.0
        gone = (gone - 0.3) / 0.7
        if gone > share:
            self.is_cut = True
        return max(share, gone)
