"""Measure: medians, queries and ratios, each with the addons installed for it."""

import ast
import json
import re
import subprocess
import tempfile
from pathlib import Path

from paths import (
    CACHE,
    REPOSITORY,
    SandboxError,
    locked,
    present_addons,
    run_folder,
    say,
)
from provision_venv import ensure_venv, python
from sandbox import prepare
from server import run_guarded, serving

FOLDER = REPOSITORY / "tests" / "bench"
PLUGINS = REPOSITORY / "tests" / "sandbox" / "plugins"
PEERS = CACHE / "peers"

CODE = """
import sys
sys.path.insert(0, %(plugins)r)
import bench_harness
bench_harness.main(env, %(script)r, %(addons)r, %(target)r, %(instances)r)
"""
NO_ODOO = ["no Odoo"]  # what is installed for a script that needs none


def add_arguments(parser):
    parser.add_argument("names", nargs="*", help="request, for bench_request.py")
    parser.add_argument("--keep", action="store_true", help="keep the databases")
    parser.add_argument(
        "--instances",
        metavar="DIR",
        type=Path,
        help="measure public problems instead of ours (planning)",
    )


def run(arguments):
    scripts = sorted(FOLDER.glob("bench_*.py"))
    if arguments.names:
        wanted = {f"bench_{name.removeprefix('bench_')}" for name in arguments.names}
        scripts = [script for script in scripts if script.stem in wanted]
    elif arguments.instances:
        scripts = [s for s in scripts if _settings(s)["INSTANCES"]]
    if arguments.instances and not arguments.instances.is_dir():
        raise SandboxError(f"no such folder: {arguments.instances}")
    if not scripts:
        raise SandboxError(f"no such bench; there are: {_known()}")
    good = True
    for script in scripts:
        rows = _measure(script, arguments)
        good &= _table(script, rows)
    return 0 if good else 1


def _known():
    return ", ".join(p.stem.removeprefix("bench_") for p in FOLDER.glob("bench_*.py"))


def _settings(script):
    """The constants of a bench script, read without running it."""
    settings = {
        "DATABASES": [present_addons()],
        "PEERS": [],
        "DEMO": False,
        "BROWSER": False,
        "INSTANCES": False,
    }
    for node in ast.parse(script.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.Assign):
            continue
        name = getattr(node.targets[0], "id", None)
        if name in settings:
            settings[name] = ast.literal_eval(node.value)
    return settings


def _measure(script, arguments):
    """Run the script once in each of the databases it names."""
    settings = _settings(script)
    if not settings["DATABASES"]:
        return _in_python(script, arguments.instances)
    peers = [_peer(requirement) for requirement in settings["PEERS"]]
    sandbox = prepare(arguments.odoo, extra_addons=peers)
    rows = []
    for addons in settings["DATABASES"]:
        ours = [name for name in addons if name in present_addons()]
        others = [name for name in addons if name not in ours]
        demo = settings["DEMO"]
        templates = sandbox.templates
        template = templates.addons(ours, demo) if ours else templates.base(demo)
        say(f"{script.stem}: {', '.join(addons) or 'plain Odoo'} …")
        with sandbox.databases.passing("bench", template) as database:
            if others:
                outcome = sandbox.runner.install(database, others)
                if outcome.code:
                    outcome.check(f"installing {', '.join(others)}")
            rows += _in_odoo(sandbox.runner, database, script, addons)
            if settings["BROWSER"]:
                rows += _in_browser(sandbox.runner, database, script, addons)
    return rows


def _in_python(script, instances):
    """Run a script that needs neither Odoo nor a database."""
    ensure_venv()
    say(f"{script.stem}: {', '.join(NO_ODOO)} …")
    with tempfile.TemporaryDirectory(dir=run_folder()) as folder:
        target = Path(folder) / "rows.json"
        code = "env = None" + _get_code(script, NO_ODOO, target, instances)
        done = subprocess.run(
            [python(), "-c", code], capture_output=True, text=True, check=False
        )
        if done.returncode or not target.exists():
            raise SandboxError(f"{script.name} failed:\n{done.stderr[-3000:]}")
        return json.loads(target.read_text())


def _get_code(script, addons, target, instances=None):
    return CODE % {
        "plugins": str(PLUGINS),
        "script": str(script),
        "addons": list(addons),
        "target": str(target),
        "instances": str(instances.resolve()) if instances else None,
    }


def _in_odoo(runner, database, script, addons):
    with tempfile.TemporaryDirectory(dir=run_folder()) as folder:
        target = Path(folder) / "rows.json"
        code = _get_code(script, addons, target)
        outcome = runner.script(database, code, name=f"{script.stem}")
        if outcome.code or not target.exists():
            raise SandboxError(f"{script.name} failed:\n{outcome.explain()}")
        return json.loads(target.read_text())


def _in_browser(runner, database, script, addons):
    """What the script's `browse` measures in Chromium, of the data `run` left."""
    with (
        tempfile.TemporaryDirectory(dir=run_folder()) as folder,
        serving(runner, database) as address,
    ):
        target, log = Path(folder) / "rows.json", run_folder() / f"{script.stem}.log"
        command = [python(), PLUGINS / "bench_browser.py", script, address, target]
        with open(log, "w", encoding="utf-8") as handle:
            code = run_guarded(
                [*map(str, command), *addons],
                timeout=900,
                stdout=handle,
                stderr=subprocess.STDOUT,
            )
        if code or not target.exists():
            raise SandboxError(f"{script.name}, in the browser:\n{log.read_text()}")
        return json.loads(target.read_text())


def _peer(requirement):
    """Another project's addons from PyPI, unpacked beside; to measure only."""
    folder = PEERS / re.sub(r"[^\w.]+", "-", requirement)
    with locked("peers"):
        if not folder.is_dir():
            say(f"fetching {requirement} …")
            PEERS.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=PEERS) as work:
                command = [python(), "-m", "pip", "install", "-q", "--no-deps"]
                command += ["--target", work + "/tree", requirement]
                done = subprocess.run(
                    command, capture_output=True, text=True, check=False
                )
                if done.returncode:
                    raise SandboxError(f"{requirement}: {done.stderr[-800:]}")
                Path(work, "tree").rename(folder)
    return folder / "odoo" / "addons"


def _table(script, rows):
    """Print one script's measures; False when a limit is exceeded."""
    title = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or ""
    print(f"\n{script.stem}: {title.splitlines()[0] if title else ''}")
    header = f"{'measure':46} {'installed':28} {'ms':>9} {'python':>8} {'queries':>8}"
    print(f"{header} {'ratio':>7} {'limit':>7}")
    good = True
    for row in rows:
        line, fine = _line(row, rows)
        good &= fine
        print(line)
    return good


def _line(row, rows):
    installed = ", ".join(row["addons"]) or "plain Odoo"
    start = f"{row['name'][:46]:46} {_short(installed):28}"
    if "value" in row:
        fine = row["limit"] is None or row["value"] <= row["limit"]
        limit = "" if row["limit"] is None else f"{row['limit']:g}"
        verdict = "" if fine else "  OVER"
        return f"{start} {row['value']:>9} {'':17} {'':7} {limit:>7}{verdict}", fine
    ratio = _ratio(row, rows)
    over = [
        row["limit"] and ratio is not None and ratio > row["limit"],
        row["max_queries"] is not None and row["calls_queries"] > row["max_queries"],
        row["max_ms"] is not None and row["ms"] > row["max_ms"],
    ]
    limits = [f"{row['limit']:g}×" if row["limit"] else ""]
    limits += [f"{row['max_ms']:g} ms" if row["max_ms"] is not None else ""]
    limits += [f"{row['max_queries']:g} q" if row["max_queries"] is not None else ""]
    shown = f"{ratio:.2f}×" if ratio is not None else ""
    limit = " ".join(filter(None, limits))
    verdict = "  OVER" if any(over) else ""
    times = f"{row['ms']:>9.3f} {row['cpu']:>8.3f} {row['queries']:>8.2f}"
    return f"{start} {times} {shown:>7} {limit:>7}{verdict}", not any(over)


def _ratio(row, rows):
    """To the base in the same database if it is there, else in another."""
    if row["base"] is None:
        return None
    bases = [o for o in rows if o["name"] == row["base"] and o is not row]
    same = [other for other in bases if other["addons"] == row["addons"]]
    for base in same or bases:
        if base.get("ms"):
            return row["ms"] / base["ms"]
    return None


def _short(installed):
    return installed.replace("service_crm", "crm") if len(installed) > 28 else installed
