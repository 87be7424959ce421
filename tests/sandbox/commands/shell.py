"""Odoo's Python shell on the demo database."""

import os
import sys

from demo_state import demo_database
from paths import SandboxError
from sandbox import prepare


def add_arguments(parser):
    parser.add_argument("--database", help="another database than the demo's")


def run(arguments):
    sandbox = prepare(arguments.odoo)
    name = arguments.database or demo_database()
    if not sandbox.databases.exists(name):
        raise SandboxError(f"no database {name}; first: python3 tests/sandbox demo")
    command = sandbox.runner.command(
        name, "--no-http", "--log-level=warn", subcommand=("shell",)
    )
    command = [str(part) for part in command]
    sys.stdout.flush()
    os.execve(command[0], command, sandbox.runner.environment())
