"""The Python environment that runs Odoo, the tests and the linters."""

import hashlib
import shutil
import subprocess
import sys

from paths import CACHE, REQUIREMENTS, VENV, SandboxError, locked, say

OLDEST = (3, 10)


def python():
    return VENV / "bin" / "python"


def site_packages():
    return next((VENV / "lib").glob("python3*/site-packages"))


def ensure_venv():
    """Make the environment, or make it anew when the pins have changed."""
    if _is_current():
        return
    if sys.version_info < OLDEST:
        raise SandboxError("Odoo 19 needs Python 3.10 or newer")
    with locked("venv"):
        if not _is_current():
            _make()


def _wanted():
    text = REQUIREMENTS.read_bytes() + sys.version.encode()
    return hashlib.sha256(text).hexdigest()


def _is_current():
    stamp = VENV / "pins"
    return stamp.exists() and stamp.read_text() == _wanted()


def _make():
    """Install in place (an environment cannot be moved); the stamp comes last."""
    say("installing the Python packages (about a minute) …")
    CACHE.mkdir(parents=True, exist_ok=True)
    (VENV / "pins").unlink(missing_ok=True)
    if not _is_usable():
        shutil.rmtree(VENV, ignore_errors=True)
        _run(sys.executable, "-m", "venv", VENV)
    _run(python(), "-m", "pip", "install", "-q", "-r", REQUIREMENTS)
    (VENV / "pins").write_text(_wanted())


def _is_usable():
    """An older environment of the same Python is brought up to date in place."""
    code = "import sys, pip; print(sys.version)"
    try:
        found = subprocess.run(
            [python(), "-c", code], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return found.stdout.strip() == sys.version


def _run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "WARNING" not in line]
        raise SandboxError(
            "could not install the Python packages:\n  " + "\n  ".join(lines[-15:])
        )
