from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from unittest.mock import patch

from odoo import api
from odoo.exceptions import UserError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name
from odoo.tools import mute_logger


class RaceCommon(BaseCase):
    """Transactions that really commit, and do the same thing at the same moment.

    A test makes its records in :meth:`make`, notes them in ``self.ids`` and takes them
    away in :meth:`remove`; nothing is rolled back.
    """

    def setUp(self):
        super().setUp()
        # Whoever loads the registry waits for these tests and holds its lock meanwhile.
        self.patch(Registry, "_lock", DummyRLock())
        self.registry = Registry(get_db_name())
        self.ids = {}
        with self.registry.cursor() as cr:
            self.make(self.environment(cr))
        self.addCleanup(self.clean_up)

    def make(self, env):
        """Make what is raced for."""
        raise NotImplementedError

    def remove(self, env):
        """Take away what was made, and what the test made of it."""
        raise NotImplementedError

    def clean_up(self):
        with self.registry.cursor() as cr:
            self.remove(self.environment(cr))

    def environment(self, cr, uid=api.SUPERUSER_ID):
        return api.Environment(cr, uid, {"mail_notrack": True})

    def get(self, env, model):
        return env[model].browse(self.ids[model])

    def forget_entries(self, env, model):
        """Take away the rows of the log about the records made."""
        env["service.phase.log"].search(
            [("res_model", "=", model), ("res_id", "in", self.ids[model])]
        ).unlink()

    def remove_visits(self, env):
        """Take away the visits made, whom they were for, who went, and who planned."""
        self.forget_entries(env, "service.work.order")
        orders = self.get(env, "service.work.order")
        orders.write({"state": "cancelled"})
        orders.unlink()
        self.get(env, "resource.resource").unlink()
        self.get(env, "res.partner").unlink()
        users = self.get(env, "res.users")
        partners = users.partner_id
        users.unlink()
        partners.unlink()

    def run_at_once(self, job, workers=2, users=None):
        """Run ``job(env, number)`` in threads whose snapshots are all taken before.

        :param users: ids of the users who do it, instead of the system
        :return: what each of them was told: the refusal, or nothing
        """
        barrier = Barrier(workers)

        def work(number):
            with self.registry.cursor() as cr:
                env = self.environment(cr, users[number] if users else api.SUPERUSER_ID)
                env["service.work.order"].search_count([])  # the snapshot is taken
                barrier.wait(30)
                try:
                    retrying(lambda: job(env, number), env)
                except UserError as error:
                    cr.rollback()
                    return str(error)
                return ""

        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            patch("odoo.service.model.time.sleep"),
            patch("odoo.service.model.MAX_TRIES_ON_CONCURRENCY_FAILURE", 50),
            ThreadPoolExecutor(workers) as pool,
        ):
            return list(pool.map(work, range(workers), timeout=60))
