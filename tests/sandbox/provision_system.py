"""Programs from the machine's own distribution: browser, PDF maker, office."""

import os
import shutil
import subprocess

from paths import SandboxError, locked, say

BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
# program -> Debian package
PROGRAMS = {"wkhtmltopdf": "wkhtmltopdf", "pdftotext": "poppler-utils"}
# The addons do without it (a DOCX stays a DOCX); the tests make its PDF.
ONLY_FOR_TESTS = {"soffice": "libreoffice-writer-nogui"}


def find_browser():
    """The browser that Odoo's browser tests will take, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def missing_packages(for_tests=True):
    programs = {**PROGRAMS, **(ONLY_FOR_TESTS if for_tests else {})}
    missing = [pkg for name, pkg in programs.items() if not shutil.which(name)]
    return missing if find_browser() else ["chromium", *missing]


def ensure_programs(required=True):
    """Install what is missing; say how to when we may not.

    :param required: whether to stop without them (the tests need all of them)
    """
    if not missing_packages(for_tests=required):
        return
    with locked("apt"):
        missing = missing_packages(for_tests=required)
        if not missing:
            return
        by_hand = f"apt-get install --no-install-recommends {' '.join(missing)}"
        if os.geteuid() or not shutil.which("apt-get"):
            advice = f"missing programs; as root:  {by_hand}"
            if required:
                raise SandboxError(advice)
            say(advice)
            return
        say(f"installing {', '.join(missing)} …")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in ("apt-get update", f"{by_hand} --yes"):
            done = subprocess.run(
                command.split(),
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        if done.returncode:
            raise SandboxError(f"{by_hand}\n  failed: {done.stderr.strip()[-1500:]}")
