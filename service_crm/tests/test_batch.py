from psycopg2.errors import SerializationFailure

from odoo.tests import TransactionCase
from odoo.tools import mute_logger

from ..tools.batch import isolated, run_isolated


class TestRunIsolated(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Клиент {n}"} for n in range(100)]
        )
        cls.poisoned = cls.partners[37]

    def setUp(self):
        super().setUp()
        self.errors = []
        self.runs = []

    def _run(self, partners):
        self.runs.append(len(partners))
        partners.write({"comment": "done"})
        if self.poisoned in partners:
            raise ValueError("poisoned")

    def _keep_error(self, partner, error):
        self.errors.append((partner, str(error)))

    def test_all_well_is_one_savepoint(self):
        run_isolated(self.env, self.partners - self.poisoned, self._run, None)
        self.assertEqual(self.runs, [99])

    def test_one_poisoned_among_a_hundred(self):
        done = run_isolated(self.env, self.partners, self._run, self._keep_error)
        self.assertEqual(self.errors, [(self.poisoned, "poisoned")])
        self.assertEqual(done, self.partners - self.poisoned)
        self.assertEqual(
            self.partners.filtered("comment"), self.partners - self.poisoned
        )
        self.assertLess(len(self.runs), 20, "halved, not one by one")

    def test_several_culprits_each_with_its_own_error(self):
        culprits = self.partners[3] + self.partners[4] + self.partners[99]

        def run(partners):
            if bad := partners & culprits:
                raise ValueError(f"bad {bad[0].id}")

        done = run_isolated(self.env, self.partners, run, self._keep_error)
        self.assertEqual(self.errors, [(p, f"bad {p.id}") for p in culprits])
        self.assertEqual(len(done), 97)

    @mute_logger("odoo.sql_db")
    def test_errors_of_the_database_too(self):
        def run(partners):
            partners.write({"comment": "done"})
            if self.poisoned in partners:
                self.env.cr.execute("SELECT 1/0")

        done = run_isolated(self.env, self.partners, run, self._keep_error)
        self.assertEqual(len(done), 99)
        self.assertEqual(len(self.errors), 1)

    @mute_logger("odoo.sql_db")
    def test_errors_that_show_only_when_flushed(self):
        def run(partners):
            for partner in partners & self.poisoned:
                partner.write({"type": "contact", "name": False})

        done = run_isolated(self.env, self.partners, run, self._keep_error)
        self.assertEqual([p for p, _error in self.errors], [self.poisoned])
        self.assertEqual(len(done), 99)
        self.assertEqual(self.poisoned.name, "Клиент 37")

    def test_errors_of_concurrency_go_through(self):
        def run(partners):
            raise SerializationFailure("another one was faster")

        with self.assertRaises(SerializationFailure):
            run_isolated(self.env, self.partners, run, self._keep_error)
        self.assertFalse(self.errors)

    def test_what_was_pending_before_stays(self):
        self.poisoned.comment = "mine"
        run_isolated(self.env, self.poisoned, self._run, self._keep_error)
        self.assertIn("mine", self.poisoned.comment)
        self.env.invalidate_all()
        self.assertIn("mine", self.poisoned.comment)

    def test_callbacks_of_the_failed_part_are_forgotten(self):
        called = []
        hooks = self.env.cr.precommit
        hooks.add(lambda: called.append("mine"))
        hooks.data["test"] = {"a": [1]}

        def fail(_partner):
            hooks.add(lambda: called.append("failed"))
            self.env.cr.postcommit.add(lambda: called.append("sent"))
            hooks.data["test"]["a"].append(2)
            raise ValueError("failed")

        run_isolated(self.env, self.poisoned, fail, self._keep_error)
        self.assertEqual(len(self.errors), 1)
        self.assertEqual(hooks.data["test"], {"a": [1]})
        with isolated(self.env):
            hooks.add(lambda: called.append("second"))
        hooks.run()
        self.env.cr.postcommit.run()
        self.assertEqual(called, ["mine", "second"])

    def test_nothing_to_do(self):
        self.assertFalse(run_isolated(self.env, self.partners[:0], self._run, None))
        self.assertFalse(self.runs)
