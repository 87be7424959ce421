"""Which tests run where, and which programs each command asks for."""

import provision_system
import pytest
from commands import test
from paths import REPOSITORY, SandboxError


def names(paths):
    return [str(path.relative_to(REPOSITORY)) for path in paths]


def test_without_a_choice_everything_runs():
    plain, in_odoo, beside = map(names, test._split([]))
    assert plain == ["tests/sandbox_tests", "tests/properties"]
    assert in_odoo[0] == "service_crm/tests"
    assert in_odoo[-1] == "tests/acceptance"
    assert beside == ["tests/beside"]


def test_a_chosen_test_goes_to_its_lane():
    chosen = [
        "tests/properties/test_slots.py::test_x",
        "service_crm/tests/test_slots.py",
        "tests/beside/test_beside.py::TestBeside",
    ]
    assert [names(paths) for paths in test._split(chosen)] == [[c] for c in chosen]


def test_a_test_that_is_not_there_is_named():
    with pytest.raises(SandboxError, match=r"no such test.*test_none\.py"):
        test._split(["tests/properties/test_none.py::test_x"])


def test_the_demo_does_without_an_office(monkeypatch):
    found = {"chromium", "wkhtmltopdf", "pdftotext"}
    monkeypatch.setattr(
        provision_system.shutil, "which", lambda name: name if name in found else None
    )
    assert provision_system.missing_packages(for_tests=False) == []
    assert provision_system.missing_packages() == ["libreoffice-writer-nogui"]
