"""Template databases, built once and copied.

Two levels: what our addons depend on, or more of Odoo (the same for every checkout,
remade only with another Odoo), and our addons on top (remade when their files change).
"""

import ast
import time

from database import content_hash, run_name, short_hash
from paths import (
    ADDONS,
    REPOSITORY,
    SandboxError,
    checkout_id,
    locked,
    present_addons,
    say,
)

# What a company may have besides: our addons must get on with them.
BESIDE = ("sale_stock", "hr", "project", "sale_timesheet", "base_vat")


def manifest(addon):
    path = REPOSITORY / addon / "__manifest__.py"
    return ast.literal_eval(path.read_text(encoding="utf-8"))


def dependencies():
    """Odoo's own modules that our addons need."""
    needed = {"crm", "sms", "account"}
    for addon in present_addons():
        needed.update(manifest(addon)["depends"])
    return sorted(needed - set(ADDONS))


def with_dependencies(addons):
    """The addons and those of ours that they need, in that order."""
    ordered = []
    for addon in addons:
        needed = [name for name in manifest(addon)["depends"] if name in ADDONS]
        for name in [*with_dependencies(needed), addon]:
            if name not in ordered:
                ordered.append(name)
    return ordered


class Templates:
    """Finds or builds template databases."""

    def __init__(self, runner, databases):
        self.runner = runner
        self.databases = databases

    def base(self, demo=False, beside=()):
        """Odoo with everything our addons depend on, and the modules `beside`."""
        modules = sorted({*dependencies(), *beside})
        key = short_hash(self.runner.odoo.fingerprint(), demo, *modules)
        name = f"scrm_base_{'demo_' if demo else ''}{key}"
        options = ["--with-demo"] if demo else []

        def build(database):
            what = "Odoo with demo data" if demo else "Odoo"
            self._install(database, modules, options, f"{what}: {', '.join(modules)}")

        return self._template(name, build)

    def addons(self, addons=None, demo=False, beside=()):
        """Our addons (all of them unless told) installed on the base.

        :param beside: further modules of Odoo that are there already
        """
        addons = with_dependencies(addons or present_addons())
        if not addons:
            raise SandboxError("this checkout has no addon yet")
        base = self.base(demo, beside)
        key = short_hash(base, content_hash(addons))
        kind = "demo" if demo else "plain"
        family = f"scrm_tpl_{checkout_id()}_{kind}_{short_hash(*addons, *beside)[:4]}_"
        options = ["--with-demo"] if demo else []

        def build(database):
            self.databases.copy(base, database)
            problems = self._install(database, addons, options, ", ".join(addons))
            for old in self.databases.names(family):
                self.databases.drop(old)
            note = {"checkout": str(REPOSITORY), "problems": problems}
            self.databases.set_note(database, note)

        return self._template(family + key, build)

    def problems(self, name):
        """The warnings Odoo logged while a template of `addons` was built."""
        return self.databases.note(name).get("problems", [])

    def _template(self, name, build):
        """The database of that name, built under another name first.

        So a killed build leaves no half-made template.
        """
        if self.databases.exists(name):
            return name
        with locked(name):
            if not self.databases.exists(name):
                building = run_name(f"build_{short_hash(name)[:6]}")
                self.databases.drop(building)
                try:
                    build(building)
                    self.databases.rename(building, name)
                finally:
                    self.databases.drop(building)
        return name

    def _install(self, database, modules, options, what):
        start = time.monotonic()
        say(f"building a template database: {what} …")
        log_name = f"template-{short_hash(*modules, *options)[:4]}"
        outcome = self.runner.install(database, modules, *options, name=log_name)
        if outcome.code:
            outcome.check(f"installing {what}")
        say(f"  … {time.monotonic() - start:.0f} s")
        return outcome.problems
