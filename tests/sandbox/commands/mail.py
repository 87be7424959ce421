"""Feed a raw e-mail from standard input to the running demo."""

import sys
import xmlrpc.client

from demo_state import Demo, demo_database
from paths import SandboxError


def add_arguments(parser):
    parser.add_argument("--user", default="admin", help="login, also the password")


def run(arguments):
    demo = Demo.load()
    if not demo:
        raise SandboxError("the demo does not run: python3 tests/sandbox demo")
    message = sys.stdin.buffer.read()
    if not message.strip():
        raise SandboxError("no message: python3 tests/sandbox mail < message.eml")
    database, user = demo_database(), arguments.user
    try:
        common = xmlrpc.client.ServerProxy(f"{demo.address}/xmlrpc/2/common")
        uid = common.authenticate(database, user, user, {})
        if not uid:
            raise SandboxError(f"login as {user} was refused")
        models = xmlrpc.client.ServerProxy(f"{demo.address}/xmlrpc/2/object")
        # As Odoo's own mail gateway script does.
        thread = models.execute_kw(
            database,
            uid,
            user,
            "mail.thread",
            "message_process",
            [False, xmlrpc.client.Binary(message)],
            {},
        )
    except OSError as error:
        raise SandboxError(f"{demo.address} does not answer: {error}") from error
    except xmlrpc.client.Fault as fault:
        lines = str(fault.faultString).strip().splitlines()
        raise SandboxError(f"Odoo refused the message: {lines[-1]}") from fault
    print(f"taken in: record {thread}" if thread else "taken in, no record made")
    return 0
