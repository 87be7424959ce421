"""Lint, every test in Odoo, and the installation checks."""

import threading
import time

import checks
from database import run_name
from lint import lint_checks
from paths import REPOSITORY, SandboxError, present_addons, say
from pytest_run import run_in_odoo, run_plain
from results import Results
from sandbox import prepare
from templates import BESIDE

TOP_LEVEL = REPOSITORY / "tests" / "acceptance"
BESIDE_TESTS = REPOSITORY / "tests" / "beside"
# Need neither Odoo nor a database.
PLAIN = (
    REPOSITORY / "tests" / "sandbox_tests",
    REPOSITORY / "tests" / "properties",
)


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
    sandbox = prepare(arguments.odoo, "needed")
    results = Results()
    if not arguments.no_lint:
        for name, passed, output in lint_checks(sandbox.runner):
            results.add("lint", name, passed, output)
            if not passed:
                print(output)
    plain, in_odoo, beside = _split(arguments.paths)
    only = ["-k", arguments.k] if arguments.k else []
    if plain:
        _say_running(plain)
        run_plain(results, plain, only)
    lane = None
    if in_odoo:
        database = run_name("tests")
        template = sandbox.templates.addons()
        problems = sandbox.templates.problems(template)
        results.add("check", "installing all", not problems, "\n".join(problems))
        sandbox.databases.copy(template, database)
        if not selected and not arguments.no_checks:
            lane = _Lane(checks.Checks(sandbox, results))
            lane.start()
        try:
            _say_running(in_odoo)
            run_in_odoo(sandbox.runner, results, "test", database, in_odoo, only)
        finally:
            sandbox.databases.drop(database)
    if beside:
        _run_beside(sandbox, results, beside, only)
    if lane:
        lane.join()
        if lane.error:
            results.add("check", "installation checks", False, str(lane.error))
    results.save(complete=not selected)
    return _close(results, time.monotonic() - start)


def _run_beside(sandbox, results, paths, only):
    """Tests in a company that has more of Odoo than our addons ask for."""
    template = sandbox.templates.addons(beside=BESIDE)
    problems = sandbox.templates.problems(template)
    name = f"installing all beside {', '.join(BESIDE)}"
    results.add("check", name, not problems, "\n".join(problems))
    with sandbox.databases.passing("beside", template) as database:
        _say_running(paths)
        run_in_odoo(sandbox.runner, results, "beside", database, paths, only)


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


def _say_running(paths):
    say(f"running {', '.join(str(p.relative_to(REPOSITORY)) for p in paths)} …")


def _split(paths):
    """Plain tests, those that run in Odoo, those beside more of Odoo.

    All of them unless told which.
    """
    if not paths:
        folders = [REPOSITORY / addon / "tests" for addon in present_addons()]
        paths = [*PLAIN, *folders, TOP_LEVEL, BESIDE_TESTS]
        paths = [path for path in paths if path.is_dir()]
    plain, in_odoo, beside = [], [], []
    for path in paths:
        path = REPOSITORY / path
        file = REPOSITORY / str(path).partition("::")[0]
        if not file.exists():
            raise SandboxError(f"no such test: {file}")
        folders = {file, *file.parents}
        if folders & set(PLAIN):
            plain.append(path)
        else:
            (beside if BESIDE_TESTS in folders else in_odoo).append(path)
    return plain, in_odoo, beside


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
