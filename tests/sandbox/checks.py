"""Each addon alone, upgrade of all, uninstall of all: Odoo still works."""

import subprocess
import tempfile
import time
import zipfile
from pathlib import Path

from commands.demo import SETTINGS
from commands.walk import walk
from database import run_name
from paths import (
    EXAMPLE,
    REPOSITORY,
    SandboxError,
    present_addons,
    run_folder,
    say,
)
from provision_venv import python
from pytest_run import PLUGINS, run_in_odoo
from server import Runner, end_group, free_port
from templates import with_dependencies

# Runs in Odoo's shell. Every menu's views of CRM and Sales must load, and the
# two basic records of a salesperson must come into being.
STILL_WORKS = """
from odoo.tests import Form
# Runs as the administrator, as the web client would.
env = env(user=env.ref("base.user_admin"))
def load(menu):
    action = menu.action
    if action and action._name == "ir.actions.act_window":
        views = [(False, mode) for mode in action.view_mode.split(",")]
        env[action.res_model].get_views(views + [(False, "search")])
    return 1 + sum(load(child) for child in menu.child_id)
count = sum(load(env.ref(root)) for root in %(menus)r if env.ref(root, False))
lead = Form(env["crm.lead"])
lead.name = "Still works"
lead = lead.save()
customer = env["res.partner"].create({"name": "Still works"})
order = Form(env["sale.order"])
order.partner_id = customer
order = order.save()
assert lead.exists() and order.exists()
env.cr.rollback()
print("menus loaded:", count)
"""

# What a company entered itself, and what must still be there afterwards.
ENTERED = """
env = env(user=env.ref("base.user_admin"))
team = env.ref("service_crm.team_service")
customer = env["res.partner"].create({"name": "Stays", "phone": "+7 495 120-81-15"})
lead = env["crm.lead"].create(
    {"name": "Stays", "team_id": team.id, "partner_id": customer.id})
product = env["product.product"].create({"name": "Stays", "type": "service"})
order = env["sale.order"].create({
    "partner_id": customer.id,
    "opportunity_id": lead.id,
    "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 2})],
})
records = (customer, lead, product, order)
kept = ",".join(f"{record._name}:{record.id}" for record in records)
env["ir.config_parameter"].set_param("sandbox.entered", kept)
env.cr.commit()
"""

UNINSTALL = """
addons = env["ir.module.module"].search([("name", "in", %(addons)r)])
addons.button_immediate_uninstall()
"""

GONE = """
left = env["ir.model.data"].search([("module", "in", %(addons)r)])
assert not left, left.mapped("complete_name")
models = [m for m in env["ir.model"].search([]).mapped("model") if m not in env]
assert not models, models
installed = env["ir.module.module"].search(
    [("name", "in", %(addons)r), ("state", "!=", "uninstalled")])
assert not installed, installed.mapped("name")
for name in env["ir.config_parameter"].get_param("sandbox.entered").split(","):
    model, _colon, number = name.partition(":")
    record = env[model].browse(int(number))
    assert record.exists() and record.read(), name
"""

# Every text that people see has its Russian words, with the same placeholders.
TRANSLATED = """
import re
import polib
from odoo.tools.translate import TranslationModuleReader
placeholders = re.compile(r"%%\\(\\w+\\)[sd]|\\{\\{.*?\\}\\}|<[^>]+>")
read_aloud = re.compile(r' (title|alt|placeholder|aria-label)="[^"]*"')
# Words that an expression puts into a text; keywords of functions stay as they are.
words = re.compile(r"(?<!=)'[^']*'")
for addon in %(addons)r:
    entries = polib.pofile(f"%(repository)s/{addon}/i18n/ru.po")
    russian = {entry.msgid: entry.msgstr for entry in entries}
    rows = TranslationModuleReader(env.cr, modules=[addon])
    texts = {source for _module, _type, _name, _id, source, *_rest in rows}
    missing = sorted(text for text in texts if not russian.get(text))
    assert not missing, (addon, missing)
    for text in texts:
        kept = [
            sorted(words.sub("''", p) for p in placeholders.findall(shown))
            for shown in (read_aloud.sub("", t) for t in (text, russian[text]))
        ]
        assert kept[0] == kept[1], (addon, text, russian[text])
"""

# Kills and disconnects its own workers: what Odoo logs of that says nothing.
FAULTS = """
import logging, sys
logging.getLogger("odoo").setLevel(logging.CRITICAL)
sys.path.insert(0, %(plugins)r)
import process_faults, sms_faults
process_faults.check(env, %(rounds)s)
sms_faults.check(env, %(rounds)s)
"""

MENUS = ["crm.crm_menu_root", "sale.sale_menu_root"]


class Checks:
    """Runs the checks one after the other; each is a pass or a failure."""

    def __init__(self, sandbox, results):
        self.sandbox = sandbox
        self.results = results
        self.names = []
        self.warnings = []
        self.full = run_name("full")  # all addons with demo data

    def run(self):
        addons = present_addons()
        try:
            for addon in addons:
                self._check(f"{addon} alone: {_list(addon)}", self._alone, addon)
            self._check("the example of an integration", self._example)
            self._check("a wheel of each addon, installed from there", self._wheels)
            self._check("Odoo's own lint of modules", self._lint)
            self._check("killed workers, lost connections, races", self._faults)
            self._check("demo data loads", self._demo)
            self._check("everything is translated into Russian", self._translated)
            self._check("a mail, a web form and a call, walked to the end", self._walk)
            self._check(f"upgrade all: {', '.join(addons)}", self._upgrade)
            self._check("uninstall all: Odoo works as before", self._uninstall)
        finally:
            for name in self.names:
                self.sandbox.databases.drop(name)

    def _check(self, what, function, *arguments):
        start = time.monotonic()
        self.warnings = []
        try:
            function(*arguments)
        except SandboxError as problem:
            self.warnings.append(str(problem))
        error = "\n".join(self.warnings)
        seconds = time.monotonic() - start
        self.results.add("check", what, not error, error, seconds)
        say(f"check: {what}: {'ok' if not error else 'FAILED'} ({seconds:.0f} s)")

    def _database(self, label, template):
        name = run_name(label)
        self.names.append(name)
        self.sandbox.databases.copy(template, name)
        return name

    def _installed(self, label, **kwargs):
        """A copy of a template, which should have been built without a warning."""
        template = self.sandbox.templates.addons(**kwargs)
        self.warnings += self.sandbox.templates.problems(template)
        return self._database(label, template)

    def _clean(self, outcome, what):
        """A warning fails the check, an error ends it."""
        if outcome.code:
            outcome.check(what)
        if outcome.problems:
            self.warnings += [f"{what}:", *outcome.problems, f"log: {outcome.log}"]

    def _works(self, database, *more_menus):
        code = STILL_WORKS % {"menus": [*MENUS, *more_menus]}
        outcome = self.sandbox.runner.script(database, code)
        self._clean(outcome, "loading the menus of CRM and Sales")

    def _alone(self, addon):
        """Only with those of ours that it needs; its tests pass there too."""
        database = self._installed(addon, addons=[addon])
        self._works(database, "service_crm.menu_service_root")
        tests = REPOSITORY / addon / "tests"
        if tests.is_dir():
            self._tests(self.sandbox.runner, f"{addon} alone", database, tests)
        self.sandbox.databases.drop(database)

    def _example(self):
        """An addon that extends all of ours by inheritance; its tests pass."""
        database = self._installed("example")
        runner = Runner(
            self.sandbox.runner.odoo,
            self.sandbox.runner.server,
            extra_addons=[EXAMPLE.parent],
        )
        self._clean(runner.install(database, [EXAMPLE.name]), "installing the example")
        self._tests(runner, "example", database, EXAMPLE / "tests")
        self.sandbox.databases.drop(database)

    def _tests(self, runner, kind, database, tests):
        """Tests without those that need the web server, their output in a log."""
        log = run_folder() / f"{kind.replace(' ', '-')}.log"
        if not run_in_odoo(
            runner, self.results, kind, database, [tests], browser=False, log=log
        ):
            raise SandboxError(f"{_failures(log)}\nlog: {log}")

    def _wheels(self):
        """What `python -m build` makes is complete: Odoo installs it."""
        with tempfile.TemporaryDirectory(dir=run_folder()) as folder:
            for addon in present_addons():
                _unpack_wheel(addon, Path(folder))
            runner = Runner(
                self.sandbox.runner.odoo,
                self.sandbox.runner.server,
                repository=Path(folder) / "odoo" / "addons",
            )
            database = self._database("wheels", self.sandbox.templates.base())
            outcome = runner.install(database, present_addons())
            self.sandbox.databases.drop(database)
            self._clean(outcome, "installing the wheels")

    def _lint(self):
        """Odoo's `test_lint` on all installed modules: ours are the only new ones."""
        database = self._installed("lint")
        tags = "/test_lint,-/test_lint:TestPyLint"
        outcome = self.sandbox.runner.install(
            database, ["test_lint"], "--test-tags", tags, http_port=free_port()
        )
        self.sandbox.databases.drop(database)
        if not outcome.ok:
            problems = "\n".join(outcome.problems) or outcome.explain()
            raise SandboxError(f"{problems}\nlog: {outcome.log}")

    def _faults(self):
        """No step of a process and no message is lost or doubled, whatever happens to
        the servers."""
        database = self._installed("faults")
        code = FAULTS % {"plugins": str(PLUGINS), "rounds": 20}
        outcome = self.sandbox.runner.script(database, code)
        if outcome.code:
            raise SandboxError(outcome.explain())
        self.sandbox.databases.drop(database)

    def _demo(self):
        """The database that `demo` starts from."""
        self._installed("full", demo=True)
        self._works(self.full, "service_crm.menu_service_root")

    def _translated(self):
        code = TRANSLATED % {"addons": present_addons(), "repository": REPOSITORY}
        outcome = self.sandbox.runner.script(self.full, code)
        self._clean(outcome, "python3 tests/sandbox translate tells what is missing")

    def _walk(self):
        """Three customers through a running demo, from the door to the rating."""
        runner = self.sandbox.runner
        self._clean(runner.script(self.full, SETTINGS), "settings of the demo")
        port = free_port()
        command = runner.command(
            self.full, "--log-level=warn", http_port=port, gevent_port=free_port()
        )
        with open(run_folder() / "walk-odoo.log", "w", encoding="utf-8") as log:
            odoo = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=runner.environment(),
                cwd=run_folder(),
                start_new_session=True,
            )
        try:
            done = walk(f"http://127.0.0.1:{port}", self.full, patience=120)
        finally:
            end_group(odoo.pid)
        if done.returncode:
            raise SandboxError(done.stdout + done.stderr)

    def _upgrade(self):
        runner = self.sandbox.runner
        outcome = runner.install(self.full, present_addons(), mode="-u")
        self._clean(outcome, "upgrade")
        self._works(self.full, "service_crm.menu_service_root")

    def _uninstall(self):
        addons = {"addons": present_addons()}
        runner = self.sandbox.runner
        self._clean(runner.script(self.full, ENTERED), "entering records")
        self._clean(runner.script(self.full, UNINSTALL % addons), "uninstall")
        self._clean(runner.script(self.full, GONE % addons), "left after uninstall")
        self._works(self.full)


def _unpack_wheel(addon, folder):
    command = [
        python(), "-m", "build", "--wheel", "--no-isolation", "-o", folder,
        REPOSITORY / addon,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SandboxError(f"{done.stdout}{done.stderr}")
    for wheel in folder.glob(f"odoo_addon_{addon}-*.whl"):
        zipfile.ZipFile(wheel).extractall(folder)


def _failures(log):
    """The failures of a pytest run, from the first one on."""
    text = log.read_text(errors="replace")
    return "\n".join(text[max(text.find("= FAILURES ="), 0) :].splitlines()[:80])


def _list(addon):
    others = [name for name in with_dependencies([addon]) if name != addon]
    return f"with {', '.join(others)}" if others else "without the others"
