"""The closing line, what is proven, and what a log line is."""

import pytest
from log_rules import LOG_LINE, is_allowed
from results import Results


def test_closing_line_counts_each_outcome():
    results = Results()
    results.add("lint", "ruff", True)
    results.add("check", "uninstall", False)
    assert results.closing_line() == "1 passed, 1 failed"
    results.entries.append(("test", "x", "skipped", "", 0))
    assert results.closing_line() == "1 passed, 1 failed, 1 skipped"


def test_report_brings_outcomes_and_requirements():
    results = Results()
    tests = {
        "a": {"outcome": "passed", "seconds": 1, "requirements": ["R7", "R10"]},
        "b": {"outcome": "failed", "seconds": 1, "requirements": []},
    }
    results.add_report("test", {"tests": tests, "stray": []})
    assert results.proven == {"a": {"outcome": "passed", "requirements": ["R7", "R10"]}}
    assert results.closing_line() == "1 passed, 1 failed"


def test_a_warning_outside_of_tests_is_a_failure():
    results = Results()
    results.add_report("test", {"tests": {}, "stray": ["WARNING odoo: x"]})
    assert results.count("failed") == 1


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("2026-01-02 03:04:05,678 9 WARNING db odoo.models: late", "WARNING"),
        ("2026-01-02 03:04:05,678 9 ERROR ? odoo.sql_db: bad query", "ERROR"),
        ("2026-01-02 03:04:05,678 9 INFO db odoo.models: fine", None),
        ("Traceback (most recent call last):", None),
    ],
)
def test_log_lines(line, level):
    match = LOG_LINE.match(line)
    assert (match and match["level"]) == level


def test_python_warnings_count_only_in_our_own_files():
    library = "/usr/lib/python3/x.py:1: DeprecationWarning: old"
    assert is_allowed("py.warnings", library)
    assert not is_allowed("py.warnings", "/repo/service_crm/models/a.py:1: Deprecated")
    field = (
        "/usr/lib/odoo/orm/fields.py:9: UserWarning: Field crm.lead.service_x cannot"
    )
    assert not is_allowed("py.warnings", field)
    assert not is_allowed("odoo.models", "anything else")
