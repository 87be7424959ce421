"""Where everything of the sandbox lives."""

import fcntl
import hashlib
import os
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ADDONS = ("service_crm", "service_crm_bpm", "service_crm_sms")
EXAMPLE = REPOSITORY / "tests" / "example_addon" / "service_crm_example"

CACHE = Path(
    os.environ.get("SERVICE_CRM_CACHE") or Path.home() / ".cache" / "service-crm"
)
ODOO = CACHE / "odoo"  # Debian's packages, unpacked
VENV = CACHE / "venv"
POSTGRES = CACHE / "pg"
DATA = CACHE / "data"  # Odoo's file stores, one folder per database
RUN = CACHE / "run"  # logs, process ids, results
LOCKS = CACHE / "locks"

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def checkout_id():
    """Short name of this checkout: two checkouts never share a database."""
    return hashlib.sha256(str(REPOSITORY).encode()).hexdigest()[:8]


def run_folder():
    """Folder for this checkout's logs and results."""
    folder = RUN / checkout_id()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def present_addons():
    """The addons of this checkout that exist."""
    return [name for name in ADDONS if (REPOSITORY / name / "__manifest__.py").exists()]


@contextmanager
def locked(name):
    """Keep other sandbox processes of this user out of one piece of work.

    The lock goes with the process, so a killed run leaves none behind.
    """
    LOCKS.mkdir(parents=True, exist_ok=True)
    with open(LOCKS / f"{name}.lock", "w", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another sandbox process ({name}) …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def say(text):
    """One plain line of progress."""
    print(text, flush=True)


class SandboxError(Exception):
    """What went wrong and what to do about it, for the person at the keyboard."""
