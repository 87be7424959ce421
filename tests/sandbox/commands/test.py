"""Lint, every test in Odoo, and the installation checks."""

import json
import os
import threading
import time

import checks
from database import run_name
from lint import lint_checks
from paths import REPOSITORY, SandboxError, present_addons, run_folder, say
from provision_venv import python
from results import Results
from sandbox import prepare
from server import run_guarded

PLUGINS = REPOSITORY / "tests" / "sandbox" / "plugins"
TOP_LEVEL = REPOSITORY / "tests" / "acceptance"
PLAIN = REPOSITORY / "tests" / "sandbox_tests"
LONGEST = 60 * 60


def add_arguments(parser):
    parser.add_argument("paths", nargs="*", help="only these test files or folders")
    parser.add_argument("-k", metavar="EXPRESSION", help="only tests that match")
    parser.add_argument("--no-lint", action="store_true", help="leave out the linters")
    parser.add_argument(
        "--no-checks", action="store_true", help="leave out the installation checks"
    )


def run(arguments):
    start = time.monotonic()
    selected = bool(arguments.paths or arguments.k)
    sandbox = prepare(arguments.odoo)
    results = Results()
    if not arguments.no_lint:
        for name, passed, output in lint_checks(sandbox.runner):
            results.add("lint", name, passed, output)
            if not passed:
                print(output)
    plain, in_odoo = _split(arguments.paths)
    if plain:
        _pytest(results, "plain", plain, arguments, ["-p", "no:odoo"], {})
    lane = None
    if in_odoo:
        database = run_name("tests")
        template = sandbox.templates.addons()
        sandbox.databases.copy(template, database)
        if not selected and not arguments.no_checks:
            lane = _Lane(checks.Checks(sandbox, results))
            lane.start()
        try:
            _in_odoo(sandbox, results, database, in_odoo, arguments)
        finally:
            sandbox.databases.drop(database)
    if lane:
        lane.join()
        if lane.error:
            results.add("check", "installation checks", False, str(lane.error))
    results.save(complete=not selected)
    return _close(results, time.monotonic() - start)


class _Lane(threading.Thread):
    """The installation checks, on the second core."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work = work
        self.error = None

    def run(self):
        try:
            self.work.run()
        except Exception as error:  # noqa: BLE001 - told by the caller as a failure
            self.error = error


def _split(paths):
    """Plain Python tests and those that run in Odoo; all of them unless told."""
    if not paths:
        folders = [REPOSITORY / addon / "tests" for addon in present_addons()]
        folders.append(TOP_LEVEL)
        plain = [PLAIN] if PLAIN.is_dir() else []
        return plain, [folder for folder in folders if folder.is_dir()]
    plain, in_odoo = [], []
    for path in paths:
        path = (REPOSITORY / path.partition("::")[0]).resolve()
        if not path.exists():
            raise SandboxError(f"no such test: {path}")
    for path in paths:
        is_plain = path.startswith(str(PLAIN.relative_to(REPOSITORY)))
        (plain if is_plain else in_odoo).append(REPOSITORY / path)
    return plain, in_odoo


def _in_odoo(sandbox, results, database, paths, arguments):
    configuration = sandbox.runner.configuration(database)
    options = [
        f"--odoo-config={configuration}",
        f"--odoo-database={database}",
        "--odoo-log-level=warn",
        "--odoo-http",
    ]
    environment = sandbox.runner.environment()
    _pytest(results, "test", paths, arguments, options, environment)


def _pytest(results, kind, paths, arguments, options, environment):
    report = run_folder() / f"report-{kind}.json"
    report.unlink(missing_ok=True)
    search = [environment.get("PYTHONPATH"), str(PLUGINS)]
    environment = {
        **(environment or os.environ),
        "PYTHONPATH": ":".join(filter(None, search)),
        "SANDBOX_REPORT": str(report),
        "PYTHONUNBUFFERED": "1",
    }
    command = [
        python(), "-m", "pytest", "-p", "sandbox_report", "-p", "no:cacheprovider",
        f"--rootdir={REPOSITORY}", "-o", "faulthandler_timeout=600", "-q",
        "--tb=short", "--show-capture=no", "--durations=15", "--durations-min=5",
        *options, *paths,
    ]  # fmt: skip
    if arguments.k:
        command += ["-k", arguments.k]
    say(f"running {', '.join(str(p.relative_to(REPOSITORY)) for p in paths)} …")
    code = run_guarded(command, timeout=LONGEST, env=environment, cwd=REPOSITORY)
    if report.exists():
        results.add_report(kind, json.loads(report.read_text()))
    else:
        results.add(kind, "pytest", False, f"pytest ended without a report ({code})")
    # 5: nothing matched -k in these paths
    if code not in (0, 5) and not results.count("failed"):
        results.add(kind, "pytest", False, f"exit code {code}")


def _close(results, seconds):
    """Tell what failed and how long it took; the last line is read by machines."""
    failed = [entry for entry in results.entries if entry[2] == "failed"]
    print()
    for kind, name, _outcome, detail, _seconds in failed:
        print(f"FAILED {kind}: {name}")
        if detail and kind == "check":
            print("    " + detail.replace("\n", "\n    "))
    minutes, rest = divmod(round(seconds), 60)
    print(f"took {minutes} min {rest} s")
    print(results.closing_line(), flush=True)
    nothing_ran = not results.count("passed")
    return 1 if failed or nothing_ran else 0
