"""What is another company's can not be linked, priced or charged by its number."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_contract import ContractCommon
from .common_documents import DocumentsCommon
from .common_rights import RightsCommon


@tagged("post_install", "-at_install")
class TestCompanyLinks(DocumentsCommon, ContractCommon, RightsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Филиал"})
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            groups="service_crm.group_service_manager",
            company_id=cls.other.id,
            company_ids=cls.other.ids,
        )
        cls.secret = cls.build_partner("Тайный", company_id=cls.env.company.id)
        cls.theirs = cls.build_partner("Их клиент", company_id=cls.other.id)
        cls.hidden = cls.build_agreed_request(
            customer=cls.secret, company_id=cls.env.company.id
        )
        cls.contract = cls.build_contract(
            partner_id=cls.secret.id, billing="period", billing_amount=310.0
        )
        cls.performer.company_id = cls.env.company
        cls.team.company_id = False

    def refused(self, model, **values):
        """Not made with this value; the refusal names nothing of the other company."""
        with self.undone(), mute_logger("odoo.models"):
            with self.assertRaises(UserError) as refusal:
                self.rpc(self.stranger, model, "create", values)
                self.env.flush_all()
        for record in self.secret | self.hidden.partner_id:
            self.assertNotIn(record.name, str(refusal.exception))
        for name in (self.hidden.order_ids.name, self.hidden.service_number):
            self.assertNotIn(name, str(refusal.exception))
        self.assertNotIn(self.contract.subject, str(refusal.exception))

    def test_partners_of_another_company_stand_in_no_paper(self):
        paper = {"type_id": self.act.id, "partner_id": self.theirs.id}
        self.assertTrue(self.rpc(self.stranger, "service.document", "create", paper))
        for name, value in (
            ("partner_id", self.secret.id),
            ("attorney_id", self.secret.id),
            ("supplier_id", self.secret.id),
            ("delivery_address_id", self.secret.id),
            ("participant_ids", [Command.set(self.secret.ids)]),
            ("performer_id", self.performer.id),
            ("request_id", self.hidden.id),
            ("order_id", self.hidden.order_ids.id),
            ("contract_id", self.contract.id),
        ):
            with self.subTest(field=name):
                self.refused("service.document", **{**paper, name: value})

    def test_work_is_not_charged_to_a_contract_of_another_company(self):
        lead = {
            "name": "Лифт",
            "team_id": self.team.id,
            "type": "opportunity",
            "partner_id": self.theirs.id,
            "company_id": self.other.id,
        }
        request = self.rpc(self.stranger, "crm.lead", "create", lead)
        self.refused("crm.lead", **lead, contract_id=self.contract.id)
        self.refused("crm.lead", **lead, site_id=self.secret.id)
        self.refused(
            "crm.lead",
            **{**lead, "partner_id": False, "company_id": False},
            contract_id=self.contract.id,
        )
        with self.assertRaisesRegex(UserError, "another company"):
            self.rpc(
                self.stranger,
                "crm.lead",
                "write",
                [request],
                {"contract_id": self.contract.id},
            )

    def test_contracts_and_tenders_stay_in_their_company(self):
        values = {"subject": "Лифты", "partner_id": self.theirs.id}
        self.assertTrue(self.rpc(self.stranger, "service.contract", "create", values))
        lift = self.lift
        lift.company_id = self.env.company
        visit = {"equipment_id": lift.id}
        for name, value in (
            ("request_id", self.hidden.id),
            ("site_ids", [Command.set(self.secret.ids)]),
            ("equipment_ids", [Command.set(lift.ids)]),
            ("maintenance_ids", [Command.create(visit)]),
            ("maintenance_ids", [Command.create({"site_id": self.secret.id})]),
        ):
            with self.subTest(field=name):
                self.refused("service.contract", **{**values, name: value})
        self.refused("service.tender", subject="Лифты", partner_id=self.secret.id)

    def test_nobody_tries_the_prices_of_another_company(self):
        request = self.build_request(company_id=self.env.company.id)
        self.build_line(request, self.inspection)
        self.refused("service.price.rule.try", request_id=request.id)
        trial = self.rpc("manager", "service.price.rule.try", "create", [{}])
        trial = self.env["service.price.rule.try"].browse(trial)
        trial.with_user(self.user_manager).request_id = request
        self.assertEqual(trial.amount_before, 100.0)

    def test_the_caller_says_nothing_about_the_invoices_of_a_step(self):
        """The steps make them as superuser: defaults of the call are left behind."""
        payment = self.plan(self.contract, ("2026-07-20", 50.0))
        context = {"default_state": "posted", "default_ref": "чужое"}
        for model, method, record in (
            ("service.contract", "action_bill", self.contract),
            ("service.contract.payment", "action_make_invoice", payment),
        ):
            with self.subTest(model=model), self.undone():
                self.rpc("manager", model, method, record.ids, context=context)
                moves = self.contract.move_ids
                self.assertTrue(moves)
                self.assertEqual(set(moves.mapped("state")), {"draft"})
                self.assertFalse(any(moves.mapped("ref")))
