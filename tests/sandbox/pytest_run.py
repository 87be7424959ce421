"""Run pytest: plain, or inside Odoo against a database."""

import json
import os
import subprocess

from paths import REPOSITORY, run_folder
from provision_venv import python
from server import run_guarded

PLUGINS = REPOSITORY / "tests" / "sandbox" / "plugins"
LONGEST = 60 * 60
NOTHING_MATCHED = 5


def run_plain(results, paths, extra=()):
    """Tests that need neither Odoo nor a database."""
    options = ["-p", "no:odoo", "--import-mode=importlib", *extra]
    return _run(results, "plain", paths, options, dict(os.environ))


def run_in_odoo(runner, results, kind, database, paths, extra=(), **kwargs):
    """Odoo's tests, with its web server, on a database of their own."""
    options = [
        f"--odoo-config={runner.configuration(database)}",
        f"--odoo-database={database}",
        "--odoo-log-level=warn",
        "--odoo-http",
        *extra,
    ]
    return _run(results, kind, paths, options, runner.environment(), **kwargs)


def _run(results, kind, paths, options, environment, browser=True, log=None):
    """Run pytest once; its results go to `results`, its output to `log` if given."""
    report = run_folder() / f"report-{kind}.json"
    report.unlink(missing_ok=True)
    search = [environment.get("PYTHONPATH"), str(PLUGINS)]
    environment = {
        **environment,
        "PYTHONPATH": ":".join(filter(None, search)),
        "SANDBOX_REPORT": str(report),
        "SANDBOX_BROWSER": "1" if browser else "",
        "PYTHONUNBUFFERED": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(run_folder() / "hypothesis"),
    }
    command = [
        python(), "-m", "pytest", "-p", "sandbox_report", "-p", "sandbox_assets",
        "-p", "no:cacheprovider",
        "-p", "no:warnings",  # Odoo logs them, and its log is watched
        f"--rootdir={REPOSITORY}", "-o", "faulthandler_timeout=600", "-q",
        "--tb=short", "--show-capture=no", "--durations=15", "--durations-min=5",
        *options, *paths,
    ]  # fmt: skip
    with open(log or os.devnull, "w", encoding="utf-8") as handle:
        redirect = {"stdout": handle, "stderr": subprocess.STDOUT} if log else {}
        code = run_guarded(
            command, timeout=LONGEST, env=environment, cwd=REPOSITORY, **redirect
        )
    before = results.count("failed")
    if report.exists():
        results.add_report(kind, json.loads(report.read_text()))
    else:
        results.add(kind, "pytest", False, f"pytest ended without a report ({code})")
    if code not in (0, NOTHING_MATCHED) and results.count("failed") == before:
        results.add(kind, "pytest", False, f"exit code {code}")
    return code in (0, NOTHING_MATCHED)
