"""The whole way of a service request, both branches, as the people who walk it."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.service_crm.tests.common_way import MainWayCommon

MAIL = """\
From: {sender}
To: {to}
Subject: {subject}
Message-ID: <{message_id}@mail.example.com>
Date: Mon, 23 Nov 2026 09:12:00 +0300
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{body}
"""


@tagged("post_install", "-at_install")
class TestStory(MainWayCommon):
    """Seed 000: operator → (manager) → dispatcher → performer → dispatcher → paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env.company.alias_domain_id:
            cls.env.company.alias_domain_id = cls.env["mail.alias.domain"].create(
                {"name": "service.example.com"}
            )
        cls.team.alias_id.alias_name = "service-story"
        cls.team.write({"approval_customer": True, "approval_manager": True})
        cls.roller = cls.build_product("Ролик двери", 18.0)

    def receive(self, sender, subject, body, message_id):
        """A mail arrives at the team's address, through Odoo's gateway."""
        self.env["mail.thread"].message_process(
            None,
            MAIL.format(
                sender=sender,
                to=self.team.alias_id.alias_full_name,
                subject=subject,
                body=body,
                message_id=message_id,
            ).encode(),
        )

    def walk_from_dispatch_to_paid(self, request):
        """The common second half of both branches."""
        # The dispatcher prices the job from the catalogue and asks for the approvals.
        self.price(request, {"product_id": self.roller.id, "quantity": 2})
        order = request.service_quotation_id
        self.assertEqual(order.amount_total, 136.0)
        with self.assertRaises(UserError):
            self.as_role(order, "dispatcher").action_confirm()
        # … picks performer and time while the customer is on the line,
        visit = self.plan(request)
        self.as_role(visit, "dispatcher").action_confirm_customer()
        self.assertEqual(visit.slot_state, "tentative")
        own = self.as_role(visit, "performer")
        own.action_accept()
        self.assertEqual(visit.slot_state, "fixed")
        # … the customer agrees on the phone, the manager in the system.
        self.agree_customer(order)
        self.assertEqual(order.state, "sent")
        self.agree_manager(order)
        self.assertEqual(order.state, "sale")
        self.assertEqual(request.service_phase, "agreed")
        # The performer does the job.
        own.action_on_the_way()
        self.assertEqual(request.service_phase, "execution")
        self.do_job(visit)
        self.assertEqual(request.service_phase, "closing")
        self.assertFalse(order.invoice_ids, "no invoice before the work is checked")
        # The dispatcher checks and closes; the invoice equals what was delivered.
        self.as_role(visit, "dispatcher").action_close()
        invoice = order.invoice_ids
        self.assertEqual(invoice.state, "draft")
        self.assertEqual(invoice.amount_untaxed, 136.0)
        invoice.action_post()
        self.pay(invoice)
        self.assertEqual(request.service_payment_state, "paid")
        # The customer rates; the dispatcher's last step tells the manager.
        request.rating_apply(
            5, token=request._rating_get_access_token(), feedback="Спасибо!"
        )
        self.assertEqual(request.service_phase, "done")
        self.assertEqual(request.won_status, "won")
        self.assertEqual(request.rating_last_value, 5)
        return visit

    def test_known_customer_by_mail(self):
        """Known sender: a message on the customer, a deal by one button, to the end."""
        before = self.env["crm.lead"].search_count([])
        self.receive(
            "Anna <anna@alfa.example.com>", "Лифт скрипит", "Подъезд 2", "story-1"
        )
        self.assertEqual(self.env["crm.lead"].search_count([]), before, "no lead")
        item = self.env["service.inbound"].search([], order="id desc", limit=1)
        self.assertEqual(item.partner_id, self.customer)
        self.as_role(item, "operator").action_make_request()
        request = item.request_id
        self.assertEqual(request.type, "opportunity")
        self.assertEqual(request.partner_id, self.customer)
        taken = self.as_role(request, "operator")
        taken.write(
            {"service_need": "Лифт скрипит", "dispatcher_id": self.user_dispatcher.id}
        )
        taken.action_pass_to_dispatch()
        self.assertEqual(request.service_phase, "dispatch")
        self.walk_from_dispatch_to_paid(request)

    def test_new_customer_by_mail(self):
        """Stranger: a lead, the manager makes contact and company, to the end."""
        self.receive(
            "Борис Новиков <boris@novikov.example.com>",
            "Нужен монтаж",
            "Телефон +7 903 333-20-20",
            "story-2",
        )
        request = self.env["crm.lead"].search(
            [("email_normalized", "=", "boris@novikov.example.com")]
        )
        self.assertEqual(len(request), 1)
        self.assertEqual(request.type, "lead")
        self.assertEqual(request.service_phase, "new")
        self.assertRegex(request.service_number, r"^SR/\d{4}/\d{5}$")
        taken = self.as_role(request, "operator")
        taken.action_take()
        taken.user_id = self.user_manager
        taken.action_pass_to_manager()
        self.assertEqual(request.service_phase, "qualification")
        known = self.as_role(request, "manager")
        with self.assertRaises(UserError):
            known.action_pass_to_dispatch()
        known.write(
            {
                "partner_name": "ООО Новиков",
                "contact_name": "Борис Новиков",
                "service_need": "Монтаж котла",
            }
        )
        known.action_convert_new()
        self.assertEqual(request.partner_id.parent_id.name, "ООО Новиков")
        self.assertEqual(request.type, "opportunity")
        known.dispatcher_id = self.user_dispatcher
        known.action_pass_to_dispatch()
        self.walk_from_dispatch_to_paid(request)
