"""Write the texts of the addons into i18n/*.pot and bring i18n/ru.po up to date."""

from paths import REPOSITORY, SandboxError, present_addons, say
from sandbox import prepare

# In Odoo's shell, where polib is at hand. Texts that went are left out, new ones are
# empty until somebody translates them.
MERGE = """
import polib
for addon in %(addons)r:
    folder = f"%(repository)s/{addon}/i18n"
    russian = polib.pofile(f"{folder}/ru.po")
    russian.merge(polib.pofile(f"{folder}/{addon}.pot"))
    for entry in russian.obsolete_entries():
        russian.remove(entry)
    for entry in russian:
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    russian.save()
    empty = [entry.msgid for entry in russian if not entry.msgstr]
    print(f"{addon}: {len(russian)} texts, {len(empty)} to translate")
    print(*(f"  {text}" for text in empty), sep="\\n")
"""


def add_arguments(parser):
    """Nothing to choose: all addons, Russian."""


def run(arguments):
    sandbox = prepare(arguments.odoo, programs=False)
    template = sandbox.templates.addons(demo=True)
    addons = present_addons()
    with sandbox.databases.passing("translate", template) as database:
        sandbox.runner.run(database, *addons, subcommand=("i18n", "export")).check(
            "exporting the texts"
        )
        code = MERGE % {"addons": addons, "repository": REPOSITORY}
        outcome = sandbox.runner.script(database, code)
        if outcome.code:
            raise SandboxError(outcome.explain())
        say(outcome.log.read_text())
    return 0
