"""A pytest plugin: the scripts and styles of Odoo's pages are put together once.

Odoo keeps them as attachments. What a test makes of them is rolled back with the rest
of it, so each test with a browser would put them together anew.
"""

from contextlib import contextmanager

import pytest
from sandbox_report import is_browser_test

SCRIPTS = (
    "web.assets_web",
    "web.assets_frontend_minimal",
    "web.assets_frontend_lazy",
    "web.assets_tests",
    "web.assets_unit_tests_setup",
    "web.assets_unit_tests",
    "web.assets_emoji",
    "bus.websocket_worker_assets",
)
STYLES = (
    "web.assets_web",
    "web.assets_web_print",
    "web.assets_frontend",
    "web.assets_unit_tests_setup",
)


@pytest.fixture(scope="session", autouse=True)
def assets(request):
    """Kept in the database before the first test, where one needs a browser."""
    if not any(map(is_browser_test, request.session.items)):
        return
    request.getfixturevalue("load_registry")
    with _environment() as env:
        for name in SCRIPTS:
            env["ir.qweb"]._get_asset_bundle(name, css=False).js()
        for name in STYLES:
            env["ir.qweb"]._get_asset_bundle(name, js=False).css()


@contextmanager
def _environment():
    """An environment of its own, kept at the end."""
    from odoo import SUPERUSER_ID
    from odoo.api import Environment
    from odoo.modules.registry import Registry
    from odoo.tests.common import get_db_name

    with Registry(get_db_name()).cursor() as cr:
        yield Environment(cr, SUPERUSER_ID, {})
