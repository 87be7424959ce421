"""Processes of the operating system that work on a database, and what befalls them.

They have connections of their own, run what a worker of the server runs, and are killed
or disconnected at any moment.
"""

import os
import random
import signal
import time
import traceback
from collections import Counter
from contextlib import suppress

import odoo
from odoo import SUPERUSER_ID, api

PATIENCE = 60  # seconds a worker may take


class Workers:
    """Starts, kills and waits for workers; ``wrong`` tells what went wrong."""

    def __init__(self, registry, seed):
        self.registry = registry
        self.random = random.Random(seed)
        self.wrong = []
        self.told = Counter()

    def _env(self):
        return _Environment(self.registry)

    def _fork(self, work, *arguments):
        """Do something in a process of its own; its id."""
        pid = os.fork()
        if pid:
            return pid
        # the connections of who forked are his: new ones are made
        self.others = odoo.sql_db._Pool, self.registry._db
        odoo.sql_db._Pool = None
        self.registry._db = odoo.sql_db.db_connect(self.registry.db_name)
        code = 1
        try:
            random.seed()
            work(*arguments)
            code = 0
        except BaseException:  # noqa: BLE001 - a lost connection, mostly
            if os.environ.get("FAULTS_TELL"):
                traceback.print_exc()
        finally:
            os._exit(code)

    def _kill(self, pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def _disconnect(self):
        """All workers' connections are lost at once, as when PostgreSQL restarts."""
        with self._env() as env:
            env.cr.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name != %s"
                " AND backend_type = 'client backend'",
                [f"odoo-{os.getpid()}"],
            )

    def _wait(self, workers, must_end_well=False):
        until = time.monotonic() + PATIENCE
        for pid in workers:
            while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
                if time.monotonic() > until:
                    self._kill(pid)
                    os.waitpid(pid, 0)
                    self.wrong.append("a worker did not come to an end")
                    break
                time.sleep(0.01)
            else:
                if os.WIFSIGNALED(ended[1]):
                    self.told["killed"] += 1
                elif ended[1]:
                    self.told["disconnected"] += 1
                if must_end_well and ended[1]:
                    self.wrong.append("a worker without any trouble failed")


class _Environment:
    """A committed transaction of the superuser."""

    def __init__(self, registry):
        self.registry = registry

    def __enter__(self):
        self.cr = self.registry.cursor()
        return api.Environment(self.cr, SUPERUSER_ID, {})

    def __exit__(self, error, *_rest):
        try:
            if error is None:
                self.cr.commit()
        finally:
            with suppress(Exception):
                self.cr.close()
