"""The hooks that the addons' READMEs promise are those that the code has."""

import ast
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ADDONS = ("service_crm", "service_crm_bpm", "service_crm_sms")
HOOK = re.compile(r"extension point", re.IGNORECASE)
NAME = re.compile(r"(?<![\w>])(_[a-z_]+)\(")


def functions(addon):
    """``{name: docstring}`` of all methods of an addon, without its tests."""
    found = {}
    for path in (REPOSITORY / addon).rglob("*.py"):
        if "tests" in path.parts[len(REPOSITORY.parts) :]:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                found[node.name] = found.get(node.name, "") + (
                    ast.get_docstring(node) or ""
                )
    return found


def promised(addon):
    text = (REPOSITORY / addon / "README.rst").read_text(encoding="utf-8")
    return set(NAME.findall(text.partition("\nExtending\n")[2]))


@pytest.mark.parametrize("addon", ADDONS)
def test_every_promised_hook_exists(addon):
    existing = {**functions("service_crm"), **functions(addon)}
    assert promised(addon) - set(existing) == set()


@pytest.mark.parametrize("addon", ADDONS)
def test_every_hook_is_promised(addon):
    hooks = {name for name, text in functions(addon).items() if HOOK.search(text)}
    assert hooks - promised(addon) == set()
