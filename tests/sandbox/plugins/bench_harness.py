"""What a bench script is given: measures with median, queries and a base.

Runs inside Odoo's shell. Each repetition is rolled back.
"""

import gc
import importlib.util
import json
import statistics
import sys
import time
from contextlib import contextmanager


class Bench:
    """Collects measures in one database.

    :param instances: folder of public problems to measure, ``None`` for our own
    """

    def __init__(self, env, addons, instances=None):
        self.env = env
        self.instances = instances
        self.addons = addons
        self.rows = []

    def measure(
        self, name, function, per=1, base=None, limit=None, repeat=5,
        queries=None, milliseconds=None, keep=False,
    ):  # fmt: skip
        """Time `function(number)` and count its queries; `number` is the repetition.

        :param per: records handled in one call; figures are per record
        :param base: name of the measure to compare with, in this database or else
            in another one of the same run (its own name: in the first of them)
        :param limit: highest ratio to the base that is accepted
        :param queries: highest number of queries per call that is accepted
        :param milliseconds: longest time per record that is accepted
        :param keep: do not roll back between the repetitions
        """
        function(0)  # warm: caches, compiled code
        self.env.cr.flush()
        self._end(keep)
        times, processor, counts = [], [], []
        for number in range(1, repeat + 1):
            gc.collect()
            before = self.env.cr.sql_log_count
            start, used = time.perf_counter(), time.process_time()
            function(number)
            self.env.cr.flush()  # with tracking and what else waits for the commit
            times.append((time.perf_counter() - start) * 1000)
            processor.append((time.process_time() - used) * 1000)
            counts.append(self.env.cr.sql_log_count - before)
            self._end(keep)
        self.rows.append(
            {
                "name": name,
                "addons": self.addons,
                "ms": statistics.median(times) / per,
                "cpu": statistics.median(processor) / per,
                "queries": statistics.median(counts) / per,
                "calls_queries": statistics.median(counts),
                "per": per,
                "base": base,
                "limit": limit,
                "max_queries": queries,
                "max_ms": milliseconds,
            }
        )

    def note(self, name, value, limit=None):
        """A figure that is no time: shown as it is, `limit` is the highest accepted."""
        row = {"name": name, "addons": self.addons, "value": value, "limit": limit}
        self.rows.append(row)

    def _end(self, keep):
        if not keep:
            self.env.cr.rollback()
            self.env.invalidate_all(flush=False)

    @contextmanager
    def as_user(self, user):
        """Measure as somebody else than the superuser: most costs are in the rules."""
        before = self.env
        self.env = before(user=user)
        try:
            yield self.env
        finally:
            self.env = before


def load(path):
    spec = importlib.util.spec_from_file_location("bench_script", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(env, script, addons, target, instances=None):
    """Called by the line that the sandbox pipes into Odoo's shell."""
    import logging

    logging.getLogger("odoo").setLevel(logging.ERROR)
    bench = Bench(env, addons, instances)
    sys.setrecursionlimit(10_000)
    load(script).run(env, bench)
    with open(target, "w", encoding="utf-8") as handle:
        json.dump(bench.rows, handle)
