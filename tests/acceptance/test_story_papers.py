"""A renovation from the first question to the last signature, by its people.

Kit and rules → offer, refined → option ticked → half paid → work → papers → rest paid.
"""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.service_crm.tests.common_money import MoneyCommon
from odoo.addons.service_crm.tests.test_kit import KitCommon

# A dot, as a drawn signature.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestStoryPapers(KitCommon, MoneyCommon):
    """Catalogue, prices, documents, contract and money of one job."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write(
            {
                "approval_customer": True,
                "payment_scheme": "half",
                "service_item_ids": [Command.set(cls.kit.ids)],
            }
        )
        cls.env["service.document.type"].search([]).active = False
        cls.act = cls.env.ref("service_crm.document_type_act")
        cls.act.write({"active": True, "in_set": True, "is_required": True})
        cls.urgency = cls.build_parameter(
            "Срочно", "urgency", kind="boolean", scope="request", has_default=True
        )
        cls.env["service.price.rule"].search([]).active = False
        cls.rule = cls.env["service.price.rule"].create(
            {
                "name": "Срочный выезд",
                "kind": "surcharge",
                "level": "order",
                "method": "percent",
                "percent": 10,
                "condition": "urgency",
            }
        )
        cls.painting = cls.build_product("Покраска потолка", 5000.0)
        cls.start = (fields.Datetime.now() + timedelta(days=7)).replace(
            hour=10, minute=0, second=0, microsecond=0
        )
        # A day of work, whatever weekday the start falls on.
        cls.performer.calendar_id = False

    def as_role(self, record, role):
        """``record`` in the hands of the user of the role."""
        return record.with_user(self.users[role])

    def approve(self, order):
        """The customer says yes, with the name on the page."""
        approvals = order.service_approval_ids.filtered(lambda a: a.state == "pending")
        self.as_role(approvals, "operator").action_approve(
            spoken_with="Анна Петрова", method="phone"
        )

    def test_renovation_from_question_to_last_signature(self):
        # The kit comes by itself, the price follows the answers and the rule.
        deal = self.build_deal(user_id=self.user_manager.id, name="Ремонт комнаты")
        priced = self.as_role(deal, "dispatcher")
        self.answer(priced, length=5, width=6, height=3, walls="flat")
        works = 30 * 800 + 30 * 90 + 66 * 450 + 96 * 600
        self.assertEqual(deal.service_amount_untaxed, works)
        self.answer(priced, urgency=True)
        self.assertAlmostEqual(deal.service_amount_untaxed, works * 1.1, 2)
        self.answer(priced, urgency=False)
        self.assertEqual(deal.service_amount_untaxed, works)
        priced.write(
            {
                "request_line_ids": [
                    Command.create(
                        {"product_id": self.painting.id, "is_optional": True}
                    )
                ]
            }
        )
        # The first offer is not accepted: a smaller room, a second version.
        priced.action_ask_approvals()
        order = deal.service_quotation_id
        first = order.offer_version_id
        self.assertEqual((first.number, first.amount_total), (1, works))
        refine = self.env["sale.order.refine"].with_user(self.user_dispatcher)
        refine.create(
            {"order_ids": order.ids, "reason": "Комната меньше"}
        ).action_refine()
        self.answer(priced, length=4, width=5)
        works = 20 * 800 + 20 * 90 + 54 * 450 + 74 * 600
        priced.action_ask_approvals()
        self.assertEqual(first.state, "replaced")
        self.assertEqual(
            (order.offer_version_id.number, order.offer_version_id.amount_total),
            (2, works),
        )
        # The customer ticks the ceiling, then agrees.
        option = order.order_line.filtered(
            lambda line: line.product_id == self.painting
        )
        order.sudo()._customer_choose(option, True, self.customer)
        self.assertEqual(order.amount_total, works + 5000)
        self.approve(order)
        self.assertEqual(deal.service_phase, "agreed")
        # Half of it is paid before the work begins.
        priced.action_create_work_order()
        visit = deal.work_order_ids
        planned = self.as_role(visit, "dispatcher")
        planned.write({"performer_id": self.performer.id, "date_start": self.start})
        planned.action_assign()
        planned.action_confirm_customer()
        own = self.as_role(visit, "performer")
        own.action_accept()
        with self.assertRaises(UserError) as refused:
            own.action_start()
        self.assertIn("owes", str(refused.exception))
        advance, rest = order.payment_ids.sorted("date")
        self.assertEqual(advance.amount + rest.amount, works + 5000)
        advance.action_make_invoice()
        invoice = order.invoice_ids
        self.assertEqual(invoice.amount_total, advance.amount)
        invoice.action_post()
        self.pay(invoice)
        own.action_start()
        for line in own.line_ids:
            line.quantity_done = line.quantity_planned
        own.report = "Комната готова"
        own.action_done()
        # The papers: one press makes the set; the act is signed by the customer.
        priced.action_make_documents()
        act = deal.document_ids
        self.assertEqual(act.type_id, self.act)
        self.as_role(act, "dispatcher").action_issue()
        self.assertTrue(act.name)
        planned.action_close()
        with self.assertRaises(UserError) as refused:
            priced.action_close()
        self.assertIn(self.act.name, str(refused.exception))
        self.as_role(act, "dispatcher").action_sign("Анна Петрова", SIGNATURE)
        # The rest is what was delivered less the advance.
        final = order.invoice_ids - invoice
        self.assertEqual(final.state, "draft")
        self.assertAlmostEqual(final.amount_total, works + 5000 - advance.amount, 2)
        final.action_post()
        with self.assertRaises(UserError):
            priced.action_close()
        self.pay(final)
        self.assertEqual(deal.service_payment_state, "paid")
        priced.action_close()
        self.assertEqual(deal.service_phase, "done")
        self.assertEqual(order.payment_paid, works + 5000)
