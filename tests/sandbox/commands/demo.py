"""Start Odoo with the three addons and telling demo data."""

import time
import urllib.error
import urllib.request

from database import content_hash
from demo_state import Demo, demo_database, mail_folder, start_detached
from paths import REPOSITORY, SandboxError, locked, present_addons, run_folder, say
from provision_venv import python
from sandbox import prepare
from server import free_port, port_is_free

ROLES = ("operator", "manager", "dispatcher", "performer", "admin")

LANGUAGE = """
# Runs once per language: load it and give it to everybody.
lang = %(lang)r
env["res.lang"]._activate_lang(lang)
installed = env["ir.module.module"].search([("state", "=", "installed")])
installed._update_translations([lang], overwrite=False)
env["res.users"].search([]).partner_id.write({"lang": lang})
env["res.partner"].search([("lang", "!=", lang)]).write({"lang": lang})
env.cr.commit()
"""


# What a company has set before it uses mail: its domain. And a demo asks nobody
# outside about the customers that are typed into it.
SETTINGS = """
if not env["mail.alias.domain"].search_count([]):
    env["mail.alias.domain"].create({"name": "example.com"})
env["ir.config_parameter"].set_param("crm.iap.lead.enrich.setting", "manual")
asking = env.ref("mail.ir_cron_module_update_notification", raise_if_not_found=False)
if asking:
    asking.active = False
env.cr.commit()
"""


def add_arguments(parser):
    parser.add_argument("--port", type=int, default=0, help="default: 8069 or the next")
    parser.add_argument("--fresh", action="store_true", help="forget what was entered")
    parser.add_argument("--lang", metavar="CODE", help="for example ru_RU")


def run(arguments):
    start = time.monotonic()
    sandbox = prepare(arguments.odoo, "wanted")
    with locked(demo_database()):
        running = Demo.load()
        if running and (arguments.fresh or not _is_current(sandbox, arguments)):
            running.stop()
            running = None
        if not running:
            _database(sandbox, arguments)
            running = _start(sandbox, arguments.port)
        elif arguments.port not in (0, running.port):
            running.stop()
            running = _start(sandbox, arguments.port)
    _tell(sandbox, running, time.monotonic() - start)
    return 0


def _is_current(sandbox, arguments):
    note = sandbox.databases.note(demo_database())
    same_lang = arguments.lang in (None, note.get("lang"))
    return same_lang and note.get("content") == content_hash(present_addons())


def _database(sandbox, arguments):
    """Make the demo database, or bring the one that exists up to date."""
    databases, name = sandbox.databases, demo_database()
    content = content_hash(present_addons())
    if arguments.fresh or not databases.exists(name):
        template = sandbox.templates.addons(demo=True)
        databases.copy(template, name)
        sandbox.runner.script(name, SETTINGS, name="settings").check("settings")
        note = {"content": content, "lang": "en_US"}
    else:
        note = sandbox.databases.note(demo_database())
        if note.get("content") != content:
            say("the addons have changed: upgrading the demo database …")
            outcome = sandbox.runner.install(name, present_addons(), mode="-u")
            if outcome.code:
                raise SandboxError(
                    f"upgrade failed; --fresh starts over:\n{outcome.explain()}"
                )
            note["content"] = content
    if arguments.lang and arguments.lang != note.get("lang"):
        say(f"loading the language {arguments.lang} …")
        code = LANGUAGE % {"lang": arguments.lang}
        sandbox.runner.script(name, code, name="language").check(arguments.lang)
        note["lang"] = arguments.lang
    databases.set_note(name, note)


def _start(sandbox, port):
    """Start Odoo and a mail catcher; both go on when this command ends."""
    if port and not port_is_free(port):
        raise SandboxError(f"port {port} is taken; choose another with --port")
    port = port or free_port(8069)
    say("starting Odoo …")
    sandbox.databases.sql(
        "UPDATE ir_config_parameter SET value = :'url' WHERE key = 'web.base.url'",
        demo_database(),
        url=f"http://127.0.0.1:{port}",
    )
    mail_port = free_port()
    log = run_folder() / "demo.log"
    log.unlink(missing_ok=True)
    catcher = REPOSITORY / "tests" / "sandbox" / "mail_catcher.py"
    environment = sandbox.runner.environment()
    mail_pid = start_detached(
        [python(), catcher, str(mail_port), mail_folder()],
        run_folder() / "mail.log",
        environment,
    )
    command = sandbox.runner.command(
        demo_database(),
        http_port=port,
        gevent_port=free_port(port + 1),
        max_cron_threads=2,
        smtp_server="127.0.0.1",
        smtp_port=mail_port,
        email_from="service@example.com",
    )
    demo = Demo(port, start_detached(command, log, environment), mail_pid)
    demo.save()
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if not Demo.load():
            raise SandboxError(f"Odoo ended: {_tail(log)}\nlog: {log}")
        try:
            with urllib.request.urlopen(f"{demo.address}/web/login", timeout=60):
                return demo
        except urllib.error.HTTPError as error:
            raise SandboxError(f"the login page fails ({error}); log: {log}") from error
        except OSError:
            time.sleep(0.3)
    raise SandboxError(f"Odoo does not answer; log: {log}")


def _tail(log):
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])


def _tell(sandbox, demo, seconds):
    rows = sandbox.databases.sql(
        "SELECT u.login, p.name FROM res_users u JOIN res_partner p"
        " ON p.id = u.partner_id WHERE u.active",
        demo_database(),
    )
    names = dict(rows)
    print(f"\nOdoo runs at {demo.address} (started in {seconds:.0f} s)\n")
    print("log in as    password     who")
    for login in ROLES:
        if login in names:
            print(f"{login:12} {login:12} {names[login]}")
    print(f"\nmail it sends:   {mail_folder()}")
    print("mail to it:      python3 tests/sandbox mail < message.eml")
    print("its log:         " + str(run_folder() / "demo.log"))
    print("to end it:       python3 tests/sandbox stop")
