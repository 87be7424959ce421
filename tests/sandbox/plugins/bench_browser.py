"""What a bench script is given in the browser: Chromium, and notes of figures.

Run by ``python3 tests/sandbox bench`` for scripts with ``BROWSER = True``: arguments
are the script, the address of Odoo, the file for the rows and the installed addons.
"""

import json
import shutil
import statistics
import sys

from bench_harness import load
from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SCREEN = {"width": 1920, "height": 1080}
# Frames as the page itself is given them, until stopFrames() is called.
FRAMES = """
() => {
    const times = [];
    let going = true;
    const note = (time) => { times.push(time); going && requestAnimationFrame(note); };
    requestAnimationFrame(note);
    window.stopFrames = () => {
        going = false;
        return times.slice(1).map((time, i) => time - times[i]);
    };
}
"""


class Notes:
    """Collects figures, as the bench of the server does."""

    def __init__(self, addons):
        self.addons = addons
        self.rows = []

    def note(self, name, value, limit=None):
        row = {"name": name, "addons": self.addons, "value": value, "limit": limit}
        self.rows.append(row)

    def note_median(self, name, function, repeat=5, limit=None):
        """The median of what the function returns, the first time left out."""
        function()
        values = [function() for _ in range(repeat)]
        self.note(name, round(statistics.median(values)), limit)

    def note_frames(self, name, page, function, median=None, most=None):
        """Milliseconds between the frames the page drew while the function ran.

        :param median: highest median that is accepted
        :param most: highest value that 95 % of the frames may take
        """
        page.evaluate(FRAMES)
        function()
        frames = sorted(page.evaluate("() => window.stopFrames()"))
        self.note(
            f"{name}: frame, median ms", round(statistics.median(frames), 1), median
        )
        late = frames[min(len(frames) - 1, int(len(frames) * 0.95))]
        self.note(f"{name}: 95 % of frames within, ms", round(late, 1), most)


def main(script, address, target, *addons):
    notes = Notes(list(addons))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=FLAGS,
        )
        context = browser.new_context(viewport=SCREEN, timezone_id="UTC")
        load(script).browse(context, address, notes)
        browser.close()
    with open(target, "w", encoding="utf-8") as handle:
        json.dump(notes.rows, handle)


if __name__ == "__main__":
    main(*sys.argv[1:])
