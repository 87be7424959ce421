"""Two at once: a period of a contract is invoiced once, a payment has one invoice."""

from odoo.fields import Command
from odoo.tests import tagged

from .common_race import RaceCommon


@tagged("post_install", "-at_install")
class TestContractRace(RaceCommon):
    """Transactions that really commit invoice the same contract at the same time."""

    def make(self, env):
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
        self.ids = {"service.contract": contract.ids, "res.partner": partner.ids}

    def remove(self, env):
        contract = self.get(env, "service.contract")
        moves = contract.move_ids
        contract.period_ids.unlink()
        contract.payment_ids.unlink()
        moves.unlink()
        contract.state = "draft"
        contract.unlink()
        self.get(env, "res.partner").unlink()

    def run_twice(self, job):
        """What two who do the same with the contract at once are told, sorted."""
        told = self.run_at_once(
            lambda env, number: job(self.get(env, "service.contract"))
        )
        return sorted("refused" if text else "done" for text in told)

    def check(self):
        with self.registry.cursor() as cr:
            contract = self.get(self.environment(cr), "service.contract")
            return len(contract.period_ids), len(contract.move_ids)

    def test_one_period_by_the_button(self):
        answers = self.run_twice(lambda contract: contract.action_bill())
        self.assertEqual(answers, ["done", "refused"])
        self.assertEqual(self.check(), (1, 1))

    def test_one_period_by_button_and_job(self):
        def bill(contract):
            domain = contract._get_billing_domain()
            found = contract.search(domain & contract._get_job_domain())
            (found & contract).try_lock_for_update()._run_job(
                lambda part: part._bill_next_period()
            )

        self.run_twice(bill)
        self.assertEqual(self.check(), (1, 1))

    def test_one_invoice_of_a_planned_payment(self):
        def invoice(contract):
            contract.payment_ids.filtered(
                lambda row: not row.period_start
            ).action_make_invoice()

        answers = self.run_twice(invoice)
        self.assertEqual(answers, ["done", "refused"])
        self.assertEqual(self.check(), (0, 1))
