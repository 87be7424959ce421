"""List which requirement numbers a passing test proves."""

import re

from paths import REPOSITORY, present_addons
from results import load_proven

MARK = re.compile(r"@requirement\(([^)]*)\)")


def add_arguments(parser):
    parser.add_argument("-v", "--verbose", action="store_true", help="name the tests")


def run(arguments):
    proven = load_proven()
    passing, failing = {}, {}
    for test, entry in proven.items():
        target = passing if entry["outcome"] == "passed" else failing
        for number in entry["requirements"]:
            target.setdefault(number, []).append(test)
    marked = _marked()
    if not proven:
        print("No test has run yet: python3 tests/sandbox test")
    for number in sorted({*passing, *failing, *marked}, key=_order):
        if number in failing:
            state = "FAILS"
        elif number in passing:
            state = "proven"
        else:
            state = "not run"
        tests = [*failing.get(number, []), *passing.get(number, [])]
        print(f"{number:6} {state:8} {len(tests)} test{'s' * (len(tests) != 1)}")
        if arguments.verbose:
            for test in tests:
                print(f"         {test}")
    good = [number for number in passing if number not in failing]
    print(f"{len(good)} requirements proven")
    return 1 if failing or not proven else 0


def _marked():
    """The numbers the source marks, whether run or not."""
    numbers = set()
    for folder in (*present_addons(), "tests/acceptance", "tests/beside"):
        for path in (REPOSITORY / folder).rglob("test_*.py"):
            for mark in MARK.findall(path.read_text(encoding="utf-8")):
                numbers.update(re.findall(r"[A-Z]+\d+", mark))
    return numbers


def _order(number):
    match = re.match(r"([A-Z]+)(\d+)", number)
    return (match[1], int(match[2])) if match else (number, 0)
