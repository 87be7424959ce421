"""Find an Odoo 19, or fetch Debian's package of it without installing it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from paths import CACHE, ODOO, SandboxError, locked, say

FROM_SID = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-ocr-b",
)
FROM_OWN_RELEASE = ("fonts-font-awesome", "fonts-inconsolata")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# The package leaves this file out; without it every page logs an error.
LEFT_OUT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"

NOT_FOUND = """\
No Odoo 19 found. Provide one in any of these ways:
  1. a source checkout:   --odoo PATH   (or the environment's ODOO_HOME=PATH)
  2. a package:           install Odoo 19 so that this Python can `import odoo`
  3. a container:         run this command inside an Odoo 19 container,
                          with PGHOST, PGUSER and PGPASSWORD set
On Debian the sandbox fetches the package odoo-19 by itself; here that failed:
  %s"""


@dataclass(frozen=True)
class Odoo:
    """One usable Odoo: what goes on PYTHONPATH and where its addons are."""

    python_path: Path
    addons: tuple
    version: str
    origin: str

    def fingerprint(self):
        return f"{self.version} {self.python_path}"


def find_odoo(given=None, fetch=True):
    """Return the first Odoo 19 of: `given`, $ODOO_HOME, importable, Debian's."""
    for origin, path in (("--odoo", given), ("ODOO_HOME", os.environ.get("ODOO_HOME"))):
        if path:
            odoo = _inspect(Path(path).expanduser(), origin)
            if not odoo:
                raise SandboxError(f"{origin}: no Odoo 19 in {path}")
            return odoo
    odoo = _importable() or _unpacked()
    if not odoo and fetch:
        with locked("odoo"):
            odoo = _unpacked() or _fetch()
    return odoo


def _inspect(path, origin):
    """An Odoo in a source checkout, or in a folder of Python packages."""
    for base in (path, path / "usr/lib/python3/dist-packages", path.parent):
        release = base / "odoo" / "release.py"
        if not release.exists():
            continue
        version = _version(release)
        if not version.startswith("19."):
            continue
        folders = (base / "odoo" / "addons", base / "addons")
        addons = tuple(str(f) for f in folders if (f / "web").is_dir())
        if addons:
            return Odoo(base, addons, version, origin)
    return None


def _version(release):
    match = re.search(
        r"^version_info\s*=\s*\((\d+),\s*(\d+)", release.read_text(), re.M
    )
    return ".".join(match.groups()) if match else ""


def _importable():
    code = "import odoo.release, os; print(os.path.dirname(odoo.release.__file__))"
    try:
        found = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    path = found.stdout.strip()
    return _inspect(Path(path).parent, "importable") if path else None


def _unpacked():
    return _inspect(ODOO, "Debian's package") if ODOO.is_dir() else None


def _fetch():
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise SandboxError(NOT_FOUND % "this machine has no apt-get and dpkg")
    if not KEYRING.exists():
        raise SandboxError(NOT_FOUND % "the package debian-archive-keyring is missing")
    say("fetching Odoo 19 (Debian's package, 123 MB; unpacked, not installed) …")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="odoo-", dir=CACHE) as work:
        work = Path(work)
        try:
            mirror = _debian_mirror()
            _download(_private_apt(work, mirror), FROM_SID, work)
            _download([], FROM_OWN_RELEASE, work)
        except subprocess.CalledProcessError as error:
            reason = (error.stderr or "").strip() or str(error)
            raise SandboxError(NOT_FOUND % reason.replace("\n", "\n  ")) from error
        tree = work / "tree"
        for package in sorted(work.glob("*.deb")):
            subprocess.run(["dpkg", "-x", package, tree], check=True)
        _complete(tree)
        shutil.rmtree(ODOO, ignore_errors=True)
        tree.rename(ODOO)
    odoo = _unpacked()
    say(f"Odoo {odoo.version} is in {ODOO}")
    return odoo


def _apt(*arguments, **kwargs):
    return subprocess.run(
        arguments, check=True, capture_output=True, text=True, **kwargs
    ).stdout


def _debian_mirror():
    """The mirror this machine's own apt uses."""
    query = (
        "apt-get",
        "indextargets",
        "--format",
        "$(REPO_URI)",
        "Created-By: Packages",
        "Component: main",
    )
    for attempt in range(2):
        for line in _apt(*query).splitlines():
            if line.endswith("/debian/"):
                return line
        if not attempt:
            _apt("apt-get", "update")
    raise SandboxError(NOT_FOUND % "apt knows no Debian mirror on this machine")


def _private_apt(work, mirror):
    """Options of an apt of our own for sid: the machine's lists stay untouched."""
    apt = work / "apt"
    for folder in ("lists/partial", "cache/archives/partial", "parts"):
        (apt / folder).mkdir(parents=True)
    sources = apt / "sources.list"
    sources.write_text(f"deb [signed-by={KEYRING}] {mirror} sid main\n")
    settings = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": apt / "parts",
        "Dir::State::Lists": apt / "lists",
        "Dir::Cache": apt / "cache",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
    }
    options = [
        part for item in settings.items() for part in ("-o", "=".join(map(str, item)))
    ]
    _apt("apt-get", *options, "update")
    return options


def _download(options, packages, work):
    _apt(
        "apt-get",
        *options,
        "-o",
        "APT::Sandbox::User=root",
        "download",
        *packages,
        cwd=work,
    )


def _complete(tree):
    """Add what Debian leaves out, and make sure that no link dangles."""
    addons = tree / "usr/lib/python3/dist-packages/odoo/addons"
    left_out = addons / LEFT_OUT
    if not left_out.exists():
        left_out.parent.mkdir(parents=True, exist_ok=True)
        left_out.write_text("// not in Debian's package: video background blur\n")
    dangling = [
        str(path.relative_to(tree))
        for path in addons.rglob("*")
        if path.is_symlink() and not path.exists()
    ]
    if dangling:
        say("warning: links without a target: " + ", ".join(dangling[:5]))
