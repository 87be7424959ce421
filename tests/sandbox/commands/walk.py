"""Three customers through the running demo: a mail, a web form, a call, to the end."""

import subprocess

from demo_state import Demo, demo_database
from paths import REPOSITORY, SandboxError
from provision_venv import python


def add_arguments(parser):
    parser.add_argument("--screens", metavar="FOLDER", help="keep pictures there")


def run(arguments):
    demo = Demo.load()
    if not demo:
        raise SandboxError("the demo does not run: python3 tests/sandbox demo")
    screens = ["--screens", arguments.screens] if arguments.screens else []
    return walk(demo.address, demo_database(), *screens, captured=False).returncode


def walk(address, database, *options, patience=0, captured=True):
    """Walk through the demo at that address; `patience`: seconds until it answers."""
    script = REPOSITORY / "tests" / "sandbox" / "walk_demo.py"
    command = [python(), script, address, database, "--patience", str(patience)]
    return subprocess.run(
        [*command, *options],
        check=False,
        capture_output=captured,
        text=True,
        timeout=600,
    )
