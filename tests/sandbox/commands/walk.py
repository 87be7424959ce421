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
    script = REPOSITORY / "tests" / "sandbox" / "walk_demo.py"
    command = [python(), script, demo.address, demo_database()]
    if arguments.screens:
        command += ["--screens", arguments.screens]
    return subprocess.run(command, check=False).returncode
