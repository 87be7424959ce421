"""Run Odoo: with a configuration of our own, and an eye on its log."""

import atexit
import configparser
import os
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager

from database import DATA_FOLDER
from paths import REPOSITORY, SandboxError, run_folder
from plugins.log_rules import ANY_LOG_LINE, LOG_LINE, is_allowed
from provision_venv import python

RUNNING = set()  # process groups to end with us
QUIET = ("Running as user 'root' is a security risk.",)


class Runner:
    """Starts one Odoo's programs against one PostgreSQL."""

    def __init__(self, odoo, server, extra_addons=(), repository=REPOSITORY):
        self.odoo = odoo
        self.server = server
        self.addons_path = [*odoo.addons, str(repository), *map(str, extra_addons)]

    def environment(self, **more):
        """Environment without anybody else's Odoo configuration."""
        environment = {
            **os.environ,
            **self.server.environment(),
            "PYTHONPATH": str(self.odoo.python_path),
            "PYTHONUNBUFFERED": "1",
            **more,
        }
        for name in ("ODOO_RC", "OPENERP_SERVER"):
            environment.pop(name, None)
        return environment

    def configuration(self, database, **options):
        """Write the configuration file for one database and return its path."""
        DATA_FOLDER.mkdir(parents=True, exist_ok=True)
        values = {
            "addons_path": ",".join(self.addons_path),
            "data_dir": DATA_FOLDER,
            "db_name": database,
            "db_host": self.server.host,
            "db_port": self.server.port,
            "db_user": self.server.user,
            "db_password": self.server.password,
            "dbfilter": f"^{database}$",
            "http_interface": "127.0.0.1",
            "max_cron_threads": 0,
            "screenshots": run_folder() / "screenshots",
            **options,
        }
        config = configparser.RawConfigParser()
        config["options"] = {k: str(v) for k, v in values.items() if v != ""}
        path = run_folder() / f"{database}.conf"
        with open(
            os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w"
        ) as f:
            config.write(f)
        return path

    def command(self, database, *arguments, subcommand=(), **options):
        configuration = self.configuration(database, **options)
        return [
            python(), "-m", "odoo", *subcommand, "-c", configuration, "-d", database,
            *arguments,
        ]  # fmt: skip

    def run(self, database, *arguments, name=None, stdin=None, **kwargs):
        """Run Odoo to its end; returns the `Outcome` with what its log says."""
        log = run_folder() / f"{name or database}.log"
        command = self.command(database, *arguments, **kwargs)
        with open(log, "w", encoding="utf-8") as handle:
            code = run_guarded(
                command,
                stdin_text=stdin,
                stdout=handle,
                stderr=subprocess.STDOUT,
                env=self.environment(),
                cwd=run_folder(),
            )
        return Outcome(code, log)

    def install(self, database, modules, *arguments, mode="-i", **kwargs):
        """Install (or with ``mode="-u"`` upgrade) modules."""
        return self.run(
            database, mode, ",".join(modules), "--stop-after-init", "--no-http",
            "--log-level=warn", *arguments, **kwargs,
        )  # fmt: skip

    def script(self, database, code, **kwargs):
        """Run Python code in Odoo's shell, with `env`; errors end it."""
        return self.run(
            database, "--no-http", "--log-level=warn", "--shell-interface=python",
            subcommand=("shell",), stdin=code, **kwargs,
        )  # fmt: skip


@contextmanager
def serving(runner, database, patience=120):
    """Odoo's address while the block runs; nothing of it is left afterwards."""
    port = free_port()
    log = run_folder() / f"{database}.server.log"
    command = runner.command(
        database, "--log-level=warn", http_port=port, gevent_port=free_port(port + 1)
    )
    with (
        open(log, "w", encoding="utf-8") as handle,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=subprocess.STDOUT,
            env=runner.environment(),
            cwd=run_folder(),
            start_new_session=True,
        ) as process,
    ):
        RUNNING.add(process.pid)
        try:
            address = f"http://127.0.0.1:{port}"
            _await_answer(process, f"{address}/web/login", patience, log)
            yield address
        finally:
            end_group(process.pid)
            RUNNING.discard(process.pid)


def _await_answer(process, url, patience, log):
    """Wait until a page answers, `patience` seconds at most."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SandboxError(f"Odoo ended; log: {log}")
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except OSError:
            time.sleep(0.3)
    raise SandboxError(f"Odoo does not answer; log: {log}")


class Outcome:
    """How a run of Odoo ended."""

    def __init__(self, code, log):
        self.code = code
        self.log = log
        self.text = log.read_text(encoding="utf-8", errors="replace")

    @property
    def problems(self):
        """Log entries of level WARNING or above that are not allowed.

        A test's failure brings the lines that follow it, without the source lines.
        """
        found, inside = [], False
        for line in self.text.splitlines():
            match = LOG_LINE.match(line)
            if match:
                inside = not is_allowed(match["logger"], match["message"])
                if inside:
                    level, logger = match["level"], match["logger"]
                    found.append(f"{level} {logger}: {match['message']}")
            elif ANY_LOG_LINE.match(line):
                inside = False
            elif inside and line.strip() and not line.startswith(("  ", "Traceback")):
                found[-1] += f"\n    {line}"
        return list(dict.fromkeys(found))  # each once

    @property
    def ok(self):
        return not self.code and not self.problems

    def explain(self, lines=30):
        """The part of the log that a person needs."""
        if self.problems and not self.code:
            return "\n".join(self.problems[:lines])
        kept = [line for line in self.text.splitlines() if line not in QUIET]
        return "\n".join(kept[-lines:])

    def check(self, what):
        if not self.ok:
            raise SandboxError(f"{what} failed:\n{self.explain()}\nlog: {self.log}")
        return self


@atexit.register
def _end_all():
    for pid in tuple(RUNNING):
        end_group(pid)


def run_guarded(command, stdin_text=None, timeout=None, **kwargs):
    """Run a command in a process group of its own that never outlives us.

    Returns the exit code, or 124 after `timeout` seconds.
    """
    stdin = subprocess.DEVNULL if stdin_text is None else subprocess.PIPE
    with subprocess.Popen(
        command, stdin=stdin, text=True, start_new_session=True, **kwargs
    ) as process:
        RUNNING.add(process.pid)
        try:
            process.communicate(stdin_text, timeout=timeout)
        except subprocess.TimeoutExpired:
            return 124
        finally:
            end_group(process.pid)
            RUNNING.discard(process.pid)
    return process.returncode


def end_group(pid, patience=5):
    """End a process group: politely, then for good."""
    for number, wait in ((signal.SIGTERM, patience), (signal.SIGKILL, 1)):
        try:
            os.killpg(pid, number)
        except ProcessLookupError:
            return
        until = time.monotonic() + wait
        while time.monotonic() < until:
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                pass
            if not _group_lives(pid):
                return
            time.sleep(0.1)


def _group_lives(pid):
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    return True


def port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(first=0):
    """The first free port from `first` on, or any."""
    if not first:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]
    return next(port for port in range(first, first + 200) if port_is_free(port))
