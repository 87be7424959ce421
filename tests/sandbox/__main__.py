"""``python3 tests/sandbox COMMAND``: sets up and runs everything."""

import argparse
import signal
import sys

from commands import (
    bench,
    demo,
    doctor,
    mail,
    requirements,
    shell,
    stop,
    test,
    translate,
    walk,
)
from paths import SandboxError

COMMANDS = (
    demo,
    walk,
    test,
    bench,
    requirements,
    translate,
    mail,
    shell,
    stop,
    doctor,
)


def main():
    parser = argparse.ArgumentParser(prog="python3 tests/sandbox", description=__doc__)
    subparsers = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        name = command.__name__.rpartition(".")[2]
        help_text = command.__doc__.strip().splitlines()[0]
        subparser = subparsers.add_parser(name, help=help_text, description=help_text)
        subparser.add_argument(
            "--odoo", metavar="PATH", help="a source checkout or package of Odoo 19"
        )
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    arguments = parser.parse_args()
    # A polite end (SIGTERM) cleans up like Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(143))
    try:
        return arguments.run(arguments)
    except SandboxError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
