"""Stop the demo (its database stays); with --all also PostgreSQL."""

from demo_state import Demo
from provision_postgres import stop_postgres


def add_arguments(parser):
    parser.add_argument("--all", action="store_true", help="PostgreSQL too")


def run(arguments):
    demo = Demo.load()
    if demo:
        demo.stop()
    print("the demo is stopped" if demo else "the demo was not running")
    if arguments.all:
        stop_postgres()
        print("PostgreSQL is stopped")
    return 0
