"""Databases: copies, templates and what is noted about them.

Every name carries the checkout or the content it was made from, so that two
checkouts, or two runs of one, never touch each other's databases.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from paths import DATA, REPOSITORY, SandboxError, checkout_id, locked
from provision_postgres import programs

DATA_FOLDER = DATA / "sandbox"
FILESTORE = DATA_FOLDER / "filestore"
NOT_IN_DATABASE = {"tests", "static", "readme", "__pycache__", "build", "dist"}


class Databases:
    """The databases on one server."""

    def __init__(self, server):
        self.server = server

    def sql(self, statement, database="postgres", **values):
        """Run one statement; values are quoted by psql. Returns rows of text."""
        command = [programs() / "psql", "-d", database, "-AtqX", "-F", "\t"]
        command += ["-v", "ON_ERROR_STOP=1"]
        for name, value in values.items():
            command += ["-v", f"{name}={value}"]
        done = subprocess.run(
            command,
            input=statement,
            env={**os.environ, **self.server.environment()},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SandboxError(f"PostgreSQL: {done.stderr.strip()}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def names(self, prefix=""):
        rows = self.sql("SELECT datname FROM pg_database ORDER BY 1")
        return [row[0] for row in rows if row[0].startswith(prefix)]

    def exists(self, name):
        return name in self.names(name)

    def note(self, name):
        """What was noted about a database (kept in its comment)."""
        rows = self.sql(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = :'name'",
            name=name,
        )
        try:
            return json.loads("\n".join(row[0] for row in rows) or "{}")
        except ValueError:
            return {}

    def set_note(self, name, note):
        text = json.dumps(note)
        self.sql("COMMENT ON DATABASE :\"name\" IS :'text'", name=name, text=text)

    def drop(self, name):
        # an autovacuum worker is the server's own: nobody may end it, it goes by itself
        for wait in (1, 2, 5, 10, 0):
            try:
                self.sql('DROP DATABASE IF EXISTS :"name" WITH (FORCE)', name=name)
                break
            except SandboxError:
                if not wait:
                    raise
                time.sleep(wait)
        shutil.rmtree(FILESTORE / name, ignore_errors=True)

    def copy(self, template, name):
        """A copy of a database nobody is connected to, with its files."""
        with locked(f"copy-{template}"):
            self.drop(name)
            self.sql(
                'CREATE DATABASE :"name" TEMPLATE :"template"',
                name=name,
                template=template,
            )
        if (FILESTORE / template).is_dir():
            # Odoo never changes a stored file, so copies may share them.
            shutil.copytree(
                FILESTORE / template, FILESTORE / name, copy_function=os.link
            )

    def rename(self, name, new):
        self.drop(new)
        self.sql('ALTER DATABASE :"name" RENAME TO :"new"', name=name, new=new)
        if (FILESTORE / name).is_dir():
            (FILESTORE / name).rename(FILESTORE / new)

    @contextmanager
    def passing(self, label, template=None):
        """A database for one piece of work, dropped afterwards."""
        name = run_name(label)
        if template:
            self.copy(template, name)
        else:
            self.drop(name)
        try:
            yield name
        finally:
            self.drop(name)

    def sweep(self):
        """End and drop what killed runs and deleted checkouts left behind."""
        for name in self.names("scrm_run_"):
            match = re.match(r"scrm_run_[0-9a-f]+_(\d+)_", name)
            if match and not os.path.exists(f"/proc/{match[1]}"):
                _end_processes(name)
                self.drop(name)
        for name in self.names("scrm_tpl_"):
            checkout = self.note(name).get("checkout")
            if checkout and not os.path.isdir(checkout):
                self.drop(name)


def _end_processes(database):
    """End the Odoo that a killed run left on its database."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if f"{database}.conf".encode() in path.read_bytes():
                os.killpg(int(path.parent.name), signal.SIGKILL)
        except OSError:
            continue  # gone, not ours, or no leader of its group


def run_name(label):
    return f"scrm_run_{checkout_id()}_{os.getpid()}_{label}"


def short_hash(*parts):
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:10]


def content_hash(addons):
    """Hash of all files of the addons that can change a database."""
    digest = hashlib.sha256()
    for addon in addons:
        root = REPOSITORY / addon
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root)
            if path.is_file() and not NOT_IN_DATABASE & set(inside.parts):
                digest.update(f"{addon}/{inside}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
