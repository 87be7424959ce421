"""Links, files and facts of papers and contracts that nobody gets at by RPC."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_contract import ContractCommon
from .common_documents import PAPER, SIGNATURE, DocumentsCommon
from .common_rights import RightsCommon

OTHERS = ("performer", "user", "portal")
TALKERS = ("operator", "manager", "dispatcher")
# What no record comes with, neither as a value nor as a default.
FORGED = {
    "service.document": {
        "state": "signed",
        "name": "АКТ/1",
        "signed_by": "Анна",
        "holder": "customer",
    },
    "service.contract": {"state": "active", "name": "C-1", "amount_paid": 5.0},
    "service.contract.payment": {"state": "paid", "amount_paid": 5.0},
    "service.work.order": {"state": "closed", "customer_confirmed": "2026-01-01"},
    "crm.lead": {"service_payment_state": "paid", "service_number": "SR/1"},
    "sale.order": {"payment_paid": 5.0},
}


@tagged("post_install", "-at_install")
class TestPaperLeaks(DocumentsCommon, ContractCommon, RightsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.request = cls.build_agreed_request()
        cls.visit = cls.build_visit(cls.request, "in_progress")
        cls.paper = cls.build_paper(
            request_id=cls.request.id, work_order_id=cls.visit.id
        )
        cls.paper._action_issue()
        cls.contract = cls.build_fixed()
        cls.values = {
            "service.document": {
                "type_id": cls.act.id,
                "partner_id": cls.customer.id,
            },
            "service.contract": {
                "subject": "Лифты",
                "partner_id": cls.company_customer.id,
            },
            "service.contract.payment": {
                "contract_id": cls.contract.id,
                "amount": 10.0,
            },
            "service.work.order": {"request_id": cls.request.id},
            "crm.lead": {"name": "Лифт", "team_id": cls.team.id},
            "sale.order": {"partner_id": cls.customer.id},
        }

    def test_the_link_is_for_those_who_talk_to_customers(self):
        for record in (self.paper, self.contract, self.request, self.visit):
            ask = (record._name, "get_portal_url", record.ids)
            for role in OTHERS:
                with self.subTest(model=record._name, role=role):
                    self.assertEqual(self.ask(role, *ask), "no")
            for role in TALKERS:
                with self.subTest(model=record._name, role=role):
                    self.assertEqual(self.ask(role, *ask), "yes")

    def test_the_mail_with_the_link_is_not_the_performers(self):
        self.paper.with_user(self.user_manager).action_send()
        token = self.paper.access_token
        on = [("model", "=", PAPER), ("res_id", "=", self.paper.id)]
        self.assertTrue(
            self.env["mail.message"].search_count([*on, ("body", "ilike", token)])
        )
        found = self.rpc("performer", "mail.message", "search_read", on, ["body"])
        self.assertNotIn(token, str(found))
        template = self.env.ref("service_crm.mail_template_document")
        for role, may in (("performer", False), ("dispatcher", True)):
            with self.subTest(role=role), self.undone():
                try:
                    preview = self.rpc(
                        role,
                        "mail.template.preview",
                        "create",
                        {
                            "mail_template_id": template.id,
                            "resource_ref": f"{PAPER},{self.paper.id}",
                        },
                    )
                    shown = self.rpc(
                        role, "mail.template.preview", "read", preview, ["body_html"]
                    )
                except UserError:
                    shown = ""
                self.assertEqual(token in str(shown), may)

    def test_facts_do_not_come_as_defaults(self):
        """The context of a call is its caller's."""
        for model, facts in FORGED.items():
            for name, value in facts.items():
                with self.subTest(model=model, field=name), self.undone():
                    values = self.values[model]
                    role = "dispatcher" if "work" in model else "manager"
                    context = {f"default_{name}": value}
                    made = self.rpc(role, model, "create", values, context=context)
                    record = self.env[model].sudo().browse(made)
                    field = self.env[model]._fields[name]
                    record.invalidate_recordset()
                    self.assertNotEqual(
                        field.convert_to_write(record[name], record),
                        field.convert_to_write(
                            field.convert_to_cache(value, record), record
                        ),
                    )

    def test_what_is_paid_of_an_order_is_not_typed_when_it_is_made(self):
        values = {**self.values["sale.order"], "payment_paid": 5.0}
        self.assertEqual(self.ask("manager", "sale.order", "create", values), "no")

    def test_papers_and_payments_of_hidden_orders(self):
        """Who may not read an order does not copy it by way of a paper."""
        foreign = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "user_id": self.user_admin.id,
                "order_line": [Command.create({"product_id": self.inspection.id})],
            }
        )
        company = self.env["res.company"].create({"name": "Филиал"})
        theirs = self.env["service.contract"].create(
            {
                **self.values["service.contract"],
                "company_id": company.id,
                "billing_product_id": False,
            }
        )
        paper = self.build_paper()
        for role in ("manager", "dispatcher"):
            self.assertEqual(self.ask(role, "sale.order", "read", foreign.ids), "no")
            for values in ({"order_id": foreign.id}, {"contract_id": theirs.id}):
                new = {**self.values[PAPER], **values}
                with self.subTest(role=role, values=values):
                    self.assertEqual(self.ask(role, PAPER, "create", new), "no")
                    self.assertEqual(
                        self.ask(role, PAPER, "write", paper.ids, values), "no"
                    )
        plan = {"order_id": foreign.id, "percent": 100}
        self.assertEqual(
            self.ask("manager", "service.contract.payment", "create", plan), "no"
        )

    def test_issued_and_signed_files_stay(self):
        """Neither performer nor dispatcher puts another file in their place."""
        self.paper.with_user(self.user_dispatcher).action_sign("Анна", SIGNATURE)
        drawn = self.env["ir.attachment"].search(
            [
                ("res_model", "=", PAPER),
                ("res_id", "=", self.paper.id),
                ("res_field", "=", "signature"),
            ]
        )
        self.assertTrue(drawn)
        self.paper.signed_on = "2026-01-01"  # before the scan
        scan = self.build_scan(user=self.user_performer)
        self.paper.with_user(self.user_performer).scan_ids = scan
        for role in ("performer", "dispatcher", "manager", "admin"):
            for file in self.paper.attachment_id | drawn:
                ask = (role, "ir.attachment")
                with self.subTest(role=role, file=file.name):
                    self.assertEqual(
                        self.ask(*ask, "write", file.ids, {"raw": "чужое"}), "no"
                    )
                    self.assertEqual(self.ask(*ask, "unlink", file.ids), "no")
                    if role != "admin":
                        self.assertEqual(
                            self.ask(*ask, "read", file.ids, ["raw"]), "yes"
                        )
        self.assertEqual(
            self.ask("performer", "ir.attachment", "unlink", scan.ids), "yes"
        )
        with self.assertRaisesRegex(AccessError, "stays as it was"):
            self.paper.attachment_id.with_user(self.user_dispatcher).name = "x"
