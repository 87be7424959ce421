"""Which warnings in Odoo's log do not fail a run, each with its reason."""

import re

LOG_LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>WARNING|ERROR|CRITICAL)"
    r" \S+ (?P<logger>[\w.]+): (?P<message>.*)"
)

ANY_LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ ")

# (logger, message, reason)
ALLOWED = (
    (
        r"py\.warnings$",
        r"(?![^\n]*(/service_crm|\bservice[._]|\bbpm[._]))",
        "a Python warning from Odoo or a library, naming none of our files or fields",
    ),
    (
        r"odoo\.addons\.base\.models\.ir_actions_report$",
        r".*(wkhtmltopdf|Wkhtmltopdf)",
        "the distribution's wkhtmltopdf is not built with the patched Qt",
    ),
)


def is_allowed(logger, message):
    return any(
        re.match(name, logger) and re.match(text, message, re.DOTALL)
        for name, text, _reason in ALLOWED
    )
