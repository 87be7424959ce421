"""Everything a command needs, made ready in one call."""

from dataclasses import dataclass

from database import Databases
from provision_odoo import find_odoo
from provision_postgres import ensure_postgres
from provision_system import ensure_programs
from provision_venv import ensure_venv
from server import Runner
from templates import Templates


@dataclass(frozen=True)
class Sandbox:
    runner: Runner
    databases: Databases
    templates: Templates


def prepare(given_odoo=None, programs=None, extra_addons=()):
    """Install what is missing and return the running parts.

    :param programs: "needed" or "wanted": a browser and a PDF maker
    """
    odoo = find_odoo(given_odoo)
    ensure_venv()
    if programs:
        ensure_programs(required=programs == "needed")
    server = ensure_postgres()
    runner = Runner(odoo, server, extra_addons)
    databases = Databases(server)
    databases.sweep()
    return Sandbox(runner, databases, Templates(runner, databases))
