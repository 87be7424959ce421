"""Tell what was found, in which version, what is missing and how to get it."""

import os
import shutil
import subprocess
import sys

from demo_state import Demo
from paths import CACHE, VENV, SandboxError, present_addons
from provision_odoo import find_odoo
from provision_postgres import POSTGRES, Server, is_running, programs
from provision_system import (
    ONLY_FOR_TESTS,
    PROGRAMS,
    find_browser,
    missing_packages,
)

GOOD, BAD, LATER = "ok     ", "missing", "later  "


def add_arguments(_parser):
    """Nothing of its own."""


def run(arguments):
    lines = [
        _python(),
        _odoo(arguments.odoo),
        _environment(),
        _postgres(),
        *_programs(),
        (GOOD, "addons", ", ".join(present_addons()) or "none yet", ""),
        _demo(),
    ]
    print(f"cache: {CACHE}\n")
    for state, what, found, advice in lines:
        print(f"{state} {what:12} {found}")
        if advice:
            print(f"{'':20} {advice}")
    return 1 if any(line[0] == BAD for line in lines) else 0


def _version(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return (done.stdout or done.stderr).strip().splitlines()[0] if not (
        done.returncode
    ) else ""  # fmt: skip


def _python():
    version = ".".join(map(str, sys.version_info[:3]))
    enough = sys.version_info >= (3, 10)
    advice = "" if enough else "Odoo 19 needs Python 3.10 or newer"
    return (GOOD if enough else BAD), "Python", f"{version} ({sys.executable})", advice


def _odoo(given):
    try:
        odoo = find_odoo(given, fetch=False)
    except SandboxError as error:
        return BAD, "Odoo", str(error), "give --odoo or ODOO_HOME another path"
    if odoo:
        return GOOD, "Odoo", f"{odoo.version}, {odoo.origin}: {odoo.python_path}", ""
    advice = (
        "`demo` and `test` fetch Debian's package; or give --odoo PATH or ODOO_HOME"
    )
    return BAD, "Odoo", "none found", advice


def _environment():
    if (VENV / "pins").exists():
        return GOOD, "packages", str(VENV), ""
    return BAD, "packages", "", "`demo` and `test` install them from requirements.txt"


def _postgres():
    if os.environ.get("PGHOST"):
        return GOOD, "PostgreSQL", f"yours at {os.environ['PGHOST']} (PGHOST)", ""
    if not (VENV / "pins").exists() or not POSTGRES.is_dir():
        return BAD, "PostgreSQL", "", "`demo` and `test` make a cluster, or set PGHOST"
    state = "running" if is_running(Server(str(POSTGRES), "odoo")) else "not running"
    version = _version(programs() / "postgres", "--version")
    return GOOD, "PostgreSQL", f"{version}, {state}: {POSTGRES}", ""


def _programs():
    by_hand = "apt-get install --no-install-recommends " + " ".join(missing_packages())
    browser = find_browser()
    found = _version(browser, "--version") if browser else ""
    yield (GOOD, "browser", found, "") if browser else (BAD, "browser", "", by_hand)
    for program in (*PROGRAMS, *ONLY_FOR_TESTS):
        if shutil.which(program):
            flag = "-v" if program == "pdftotext" else "--version"
            yield GOOD, program, _version(program, flag), ""
        elif program in PROGRAMS:
            yield BAD, program, "", by_hand
        else:
            yield LATER, program, "", "`test` installs it; the demo does without"


def _demo():
    demo = Demo.load()
    return GOOD, "demo", demo.address if demo else "not running", ""
