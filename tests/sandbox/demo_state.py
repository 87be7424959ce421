"""The running demo: its processes, port and folder, remembered in one file."""

import json
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from paths import DATA, checkout_id, run_folder
from server import end_group


def demo_database():
    return f"scrm_demo_{checkout_id()}"


def mail_folder():
    return DATA / "mail" / checkout_id()


@dataclass
class Demo:
    port: int
    pid: int
    mail_pid: int = 0

    @classmethod
    def load(cls):
        """The demo that runs now, or None."""
        try:
            demo = cls(**json.loads(_file().read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return demo if _is_ours(demo.pid, demo_database()) else None

    def save(self):
        _file().write_text(json.dumps(asdict(self)))

    def stop(self):
        end_group(self.pid, patience=15)
        if _is_ours(self.mail_pid, "mail_catcher"):
            end_group(self.mail_pid)
        _file().unlink(missing_ok=True)

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"


def start_detached(command, log, environment):
    """Start a program that outlives this one; returns its process id."""
    with open(log, "ab") as handle:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=run_folder(),
            start_new_session=True,
        )
    return process.pid


def _file():
    return run_folder() / "demo.json"


def _is_ours(pid, mark):
    """Whether the process still is the one we started (ids are reused)."""
    for _attempt in range(20):
        try:
            command_line = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
        if command_line:
            return mark.encode() in command_line
        time.sleep(0.05)  # it is just being started, or ended and not yet gone
    return False
