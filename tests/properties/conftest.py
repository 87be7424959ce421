"""Tests of the plain tools, without Odoo.

The tools of an addon are imported as a package of their own, `service_tools`,
`bpm_tools`, `sms_tools`: `from service_tools.expression import parse`. The servers and
texts that several tests use stand beside them.
"""

import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).resolve().parent))

for name, addon in (
    ("service_tools", "service_crm"),
    ("bpm_tools", "service_crm_bpm"),
    ("sms_tools", "service_crm_sms"),
):
    package = ModuleType(name)
    package.__path__ = [str(ROOT / addon / "tools")]
    sys.modules[name] = package

# The same examples in every run, however slow the machine: a failure is a bug.
settings.register_profile(
    "sandbox",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("sandbox")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    """Servers on loopback are called directly."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
