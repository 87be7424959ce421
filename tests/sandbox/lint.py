"""Lint: ruff and pylint with pylint-odoo's mandatory rules."""

import os
import subprocess

from paths import EXAMPLE, REPOSITORY, present_addons, say
from provision_venv import python


def lint_checks(runner):
    """Yield (name, passed, output) per linter."""
    tools = python().parent
    yield _run("ruff", [tools / "ruff", "check", "--no-cache", "."])
    addons = present_addons()
    if addons:
        command = [python(), "-m", "pylint", "--rcfile", "setup.cfg", *addons, EXAMPLE]
        yield _run("pylint-odoo", command, runner.environment())


def _run(name, command, environment=None):
    say(f"lint: {name} …")
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        env=environment or dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    return name, not done.returncode, (done.stdout + done.stderr).strip()
