"""Which warnings in Odoo's log do not fail a run, each with its reason."""

import re

LOG_LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>WARNING|ERROR|CRITICAL)"
    r" \S+ (?P<logger>[\w.]+): (?P<message>.*)"
)

# (logger, message, reason)
ALLOWED = (
    (
        r"py\.warnings$",
        r"(?![^\n]*/service_crm)",
        "a Python warning that comes from Odoo or a library, not from our files",
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
