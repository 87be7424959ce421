"""Working on a batch so that one poisoned record never stops the others."""

from collections import deque
from contextlib import contextmanager

from psycopg2 import InterfaceError, OperationalError

from odoo.exceptions import ConcurrencyError

# Not the fault of a record: another transaction was faster, or the connection is gone.
# Only the whole transaction can be repeated, so these always go through.
PASS_THROUGH = (OperationalError, InterfaceError, ConcurrencyError)


@contextmanager
def isolated(env):
    """A savepoint that takes with it all that was begun inside, if it fails.

    What was pending before is submitted first, so that an error of the caller's own
    changes is raised to the caller, and stays when the block fails. Unlike
    ``cr.savepoint()`` it does not run the callbacks of the commit early (a change of a
    tracked field then makes two messages); those that the failed block added are
    forgotten.
    """
    cr = env.cr
    env.flush_all()
    hooks = [(h, deque(h._funcs), _copy(h.data)) for h in (cr.precommit, cr.postcommit)]
    try:
        with cr.savepoint(flush=False):
            yield
            env.flush_all()
    except BaseException:
        env.transaction.clear()
        for hook, functions, data in hooks:
            hook._funcs = functions
            hook.data = data
        raise


def run_isolated(env, records, run, on_error):
    """Run something on a batch; find the culprits by halving, let the others go on.

    One savepoint for the whole batch. When it fails, all it did is taken back and each
    half is tried alone, until the record that fails is alone. ::

        sent = run_isolated(
            self.env, mails, lambda part: part._send(), self._keep_error
        )

    :param env: environment whose transaction is used
    :param records: recordset (or list) of any length
    :param run: called with a part of the records; must bear to be called again with
        the same record after it failed
    :param on_error: called with the culprit (one record) and the exception, outside of
        the savepoint; may write
    :return: the records for which ``run`` succeeded
    :raise: errors of concurrency and of the connection: the transaction is to be
        repeated as a whole
    """
    succeeded = records[:0]
    parts = [records] if records else []
    while parts:
        part = parts.pop()
        try:
            with isolated(env):
                run(part)
        except PASS_THROUGH:
            raise
        except Exception as error:
            if len(part) == 1:
                on_error(part, error)
            else:
                half = len(part) // 2
                parts += [part[half:], part[:half]]
        else:
            succeeded += part
    return succeeded


def _copy(data):
    """A copy of nested dicts, lists and sets that shares what they hold."""
    if isinstance(data, dict):
        copied = data.copy()
        copied.update((key, _copy(value)) for key, value in data.items())
        return copied
    if isinstance(data, list | set):
        return data.copy()
    return data
