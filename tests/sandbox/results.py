"""What the tests and checks of a run came to, and where it is kept."""

import json
from dataclasses import dataclass, field

from paths import run_folder

FILE = "results.json"


@dataclass
class Results:
    """Collects passes and failures of one run."""

    entries: list = field(default_factory=list)
    proven: dict = field(default_factory=dict)

    def add(self, kind, name, passed, detail="", seconds=0):
        outcome = "passed" if passed else "failed"
        self.entries.append((kind, name, outcome, detail, seconds))

    def add_report(self, kind, report):
        """Take over what the pytest plugin wrote."""
        for name, test in report["tests"].items():
            self.entries.append((kind, name, test["outcome"], "", test["seconds"]))
            known = self.proven.get(name, {"outcome": "passed"})
            if test["requirements"] and known["outcome"] == "passed":
                self.proven[name] = {
                    "outcome": test["outcome"],
                    "requirements": test["requirements"],
                }
        if report["stray"]:
            self.add(kind, "Odoo's log outside of tests", False)

    def count(self, outcome):
        return sum(1 for entry in self.entries if entry[2] == outcome)

    def save(self, complete):
        """Keep what was proven; a partial run replaces only its own tests."""
        known = {} if complete else load_proven()
        path = run_folder() / FILE
        new = path.with_suffix(".new")
        new.write_text(json.dumps({**known, **self.proven}, indent=1))
        new.replace(path)

    def closing_line(self):
        passed, failed = self.count("passed"), self.count("failed")
        skipped = self.count("skipped")
        line = f"{passed} passed, {failed} failed"
        return f"{line}, {skipped} skipped" if skipped else line


def load_proven():
    """{test: {outcome, requirements}} of the last runs of this checkout."""
    try:
        return json.loads((run_folder() / FILE).read_text())
    except (OSError, ValueError):
        return {}
