"""Two at once: a period of a contract is invoiced once, a payment has one invoice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from odoo import api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestContractRace(BaseCase):
    """Transactions that really commit invoice the same contract at the same time."""

    def setUp(self):
        super().setUp()
        # Whoever loads the registry waits for these tests and holds its lock meanwhile.
        self.patch(Registry, "_lock", DummyRLock())
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            if not env.company.chart_template:
                env["account.chart.template"].try_loading(
                    "generic_coa", env.company, install_demo=False
                )
            today = env["service.contract"]._get_today(env.company)
            partner = env["res.partner"].create({"name": "Гонка"})
            contract = env["service.contract"].create(
                {
                    "subject": "Гонка",
                    "partner_id": partner.id,
                    "billing": "period",
                    "billing_period": "year",
                    "billing_amount": 100,
                    "date_start": today.replace(year=today.year - 1, month=1, day=1),
                    "date_end": today.replace(year=today.year - 1, month=12, day=31),
                    "payment_ids": [Command.create({"amount": 50})],
                }
            )
            contract.action_activate()
            self.contract_id = contract.id
            self.partner_id = partner.id
        self.addCleanup(self.remove)

    def environment(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {"mail_notrack": True})

    def remove(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            contract = env["service.contract"].browse(self.contract_id)
            moves = contract.move_ids
            contract.period_ids.unlink()
            contract.payment_ids.unlink()
            moves.unlink()
            contract.state = "draft"
            contract.unlink()
            env["res.partner"].browse(self.partner_id).unlink()

    def run_twice(self, get_call):
        """What two transactions that begin at the same moment answer."""
        barrier = Barrier(2)

        def work(_number):
            with self.registry.cursor() as cr:
                env = self.environment(cr)
                env["service.contract"].browse(self.contract_id).state  # noqa: B018
                call = get_call(env["service.contract"].browse(self.contract_id))
                barrier.wait(timeout=20)
                try:
                    retrying(call, env)
                except UserError:
                    return "refused"
                return "done"

        with ThreadPoolExecutor(2) as pool, mute_logger("odoo.service.model"):
            return sorted(pool.map(work, range(2)))

    def check(self):
        with self.registry.cursor() as cr:
            contract = self.environment(cr)["service.contract"].browse(self.contract_id)
            return len(contract.period_ids), len(contract.move_ids)

    def test_one_period_by_the_button(self):
        answers = self.run_twice(lambda contract: contract.action_bill)
        self.assertEqual(answers, ["done", "refused"])
        self.assertEqual(self.check(), (1, 1))

    def test_one_period_by_button_and_job(self):
        def bill(contract):
            domain = contract._get_billing_domain()
            found = contract.search(domain & contract._get_job_domain())
            (found & contract).try_lock_for_update()._run_job(
                lambda part: part._bill_next_period()
            )

        self.run_twice(lambda contract: lambda: bill(contract))
        self.assertEqual(self.check(), (1, 1))

    def test_one_invoice_of_a_planned_payment(self):
        def invoice(contract):
            contract.payment_ids.filtered(
                lambda row: not row.period_start
            ).action_make_invoice()

        answers = self.run_twice(lambda contract: lambda: invoice(contract))
        self.assertEqual(answers, ["done", "refused"])
        self.assertEqual(self.check(), (0, 1))
