"""What the migrations of the addons share.

Record rules, templates and the like are the company's once they are installed
(``noupdate``): Odoo leaves them as they are, also where nobody has touched them. A
migration brings those up to date that are still as they were shipped, and says which
are not.
"""

import logging

_logger = logging.getLogger(__name__)


def renew(env, changes):
    """Give shipped records the value that is shipped now.

    :param changes: ``{(xml id, field): (values shipped before, value shipped now)}``
    """
    for (name, field), (before, now) in changes.items():
        record = env.ref(name, raise_if_not_found=False)
        if not record or _plain(record[field]) == _plain(now):
            continue
        if _is_shipped(record, field, before):
            record[field] = now
        else:
            _logger.info(
                "%s was changed here and stays as it is; shipped now: %s", name, now
            )


def remove(env, field, gone):
    """Delete shipped records that are shipped no more.

    :param field: what tells whether somebody changed them
    :param gone: ``{xml id: values shipped before}``
    """
    for name, before in gone.items():
        record = env.ref(name, raise_if_not_found=False)
        if not record:
            continue
        if _is_shipped(record, field, before):
            record.unlink()
        else:
            _logger.info("%s was changed here and stays; it is shipped no more", name)


def _is_shipped(record, field, before):
    return _plain(record[field]) in [_plain(value) for value in before]


def _plain(value):
    """A value without what makes no difference: spaces and line breaks."""
    return " ".join(value.split()) if isinstance(value, str) else value
