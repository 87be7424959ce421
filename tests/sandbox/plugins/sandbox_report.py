"""A pytest plugin: what was proven, and what Odoo's log said meanwhile.

Writes a JSON file with one entry per test (outcome, requirement numbers), and
fails the test during which Odoo logged a WARNING or worse. Browser tests that
were skipped are errors: a missing browser must not look like success.
"""

import json
import logging
import os
import time

import pytest
from log_rules import is_allowed

LEVEL = logging.WARNING
LONGEST_LINE = 4000  # characters; a page can say a lot


class LogWatch(logging.Handler):
    """Keeps what reaches the root logger; muted and asserted lines do not."""

    def __init__(self):
        super().__init__(LEVEL)
        self.lines = []

    def emit(self, record):
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            message = str(record.msg)
        if not is_allowed(record.name, message):
            if record.exc_info:
                message += "\n" + logging.Formatter().formatException(record.exc_info)
            self.lines.append(f"{record.levelname} {record.name}: {message}")

    def take(self):
        lines, self.lines = self.lines, []
        return lines


class Report:
    """Collects results for the sandbox."""

    def __init__(self, path):
        self.path = path
        self.tests = {}
        self.stray = []
        self.told = []
        self.watch = LogWatch()
        self.started = time.time()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self):
        logging.getLogger().addHandler(self.watch)

    def pytest_collection_modifyitems(self, config, items):
        """Leave out what needs a web server where only the rest is asked for."""
        if os.environ.get("SANDBOX_BROWSER") == "":
            left_out = [item for item in items if is_browser_test(item)]
            items[:] = [item for item in items if item not in left_out]
            config.hook.pytest_deselected(items=left_out)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item):
        self.stray += self.watch.take()
        yield
        self.stray += self.watch.take()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        outcome = yield
        report = outcome.get_result()
        lines = self.watch.take()
        if lines and report.outcome == "passed":
            report.outcome = "failed"
            report.longrepr = "Odoo's log must stay clean:\n" + "\n".join(lines)
        elif lines and report.outcome == "failed":
            self.told.append((item.nodeid, lines))
        if report.skipped and is_browser_test(item):
            report.outcome = "failed"
            report.longrepr = f"a browser test was skipped: {report.longrepr}"
        entry = self.tests.setdefault(
            item.nodeid,
            {
                "outcome": "passed",
                "seconds": 0,
                "requirements": _requirements(item),
                "label": getattr(item, "originalname", item.name),
            },
        )
        entry["seconds"] = round(entry["seconds"] + report.duration, 2)
        if report.failed or (report.skipped and entry["outcome"] == "passed"):
            entry["outcome"] = report.outcome

    def pytest_collectreport(self, report):
        if report.failed:
            self.tests[report.nodeid] = {
                "outcome": "failed",
                "seconds": 0,
                "requirements": [],
                "label": "collection",
            }

    def pytest_terminal_summary(self, terminalreporter):
        for name, lines in self.told:
            # what a browser had to say, for one
            terminalreporter.section(f"Odoo's log during {name}", red=True)
            for line in lines:
                terminalreporter.write_line(line[:LONGEST_LINE])
        self.stray += self.watch.take()
        if self.stray:
            terminalreporter.section("Odoo's log outside of tests", red=True)
            for line in self.stray:
                terminalreporter.write_line(line)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        self.stray += self.watch.take()
        if self.stray and not session.exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        result = {"started": self.started, "tests": self.tests, "stray": self.stray}
        with open(self.path, "w", encoding="utf-8") as handle:
            json.dump(result, handle, indent=1, ensure_ascii=False)


def _requirements(item):
    function = getattr(item, "function", None)
    return list(getattr(function, "requirements", ()))


def is_browser_test(item):
    try:
        from odoo.tests import HttpCase
    except ImportError:
        return False
    return isinstance(getattr(item, "cls", None), type) and issubclass(
        item.cls, HttpCase
    )


def pytest_configure(config):
    path = os.environ.get("SANDBOX_REPORT")
    if path:
        config.pluginmanager.register(Report(path), "sandbox-report")
