"""The customer's contracts on the portal, and who does not see them."""

from datetime import date

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
class TestContractPortal(ContractCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = new_test_user(
            cls.env, "anna_portal", groups="base.group_portal"
        )
        cls.portal_user.partner_id.parent_id = cls.company_customer
        cls.contract = cls.build_contract(
            subject="Обслуживание лифтов дома",
            amount_total=1000,
            date_end=date(2030, 12, 31),
            equipment_ids=[Command.set(cls.lift.ids)],
        )
        cls.plan(cls.contract, ("2030-08-01", 1000))
        cls.pay(cls.build_invoice(cls.contract, 400))
        cls.stranger = cls.build_contract(
            subject="Чужой договор", partner_id=cls.build_partner(name="Чужой").id
        )
        cls.draft = cls.build_contract(subject="Черновик", activate=False)

    def test_the_list_and_the_page(self):
        self.authenticate("anna_portal", "anna_portal")
        home = self.url_open("/my").text
        self.assertIn("/my/contracts", home)
        text = self.url_open("/my/contracts").text
        self.assertIn("Обслуживание лифтов дома", text)
        self.assertNotIn("Чужой договор", text)
        self.assertNotIn("Черновик", text)
        page = self.url_open(f"/my/contracts/{self.contract.id}").text
        for words in (self.contract.name, "Лифт № 4711", "600.00", "INV/"):
            self.assertIn(words, page)
        other = self.url_open(f"/my/contracts/{self.stranger.id}")
        self.assertNotIn("Чужой договор", other.text)

    def test_only_with_the_link(self):
        url = f"/my/contracts/{self.contract.id}"
        self.assertNotIn(self.contract.name, self.url_open(url).text)
        self.assertNotIn(
            self.contract.name, self.url_open(f"{url}?access_token=wrong").text
        )
        action = self.contract.with_user(self.user_operator).action_open_customer_page()
        self.assertIn(self.contract.name, self.url_open(action["url"]).text)
