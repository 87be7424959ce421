from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import ServiceCommon


class TestOtherTeams(ServiceCommon):
    """What is no service team stays exactly as Odoo makes it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            login="seller",
            name="Seller",
            groups="sales_team.group_sale_salesman",
        )
        cls.chief = new_test_user(
            cls.env,
            login="chief",
            name="Chief",
            groups="sales_team.group_sale_manager",
        )
        cls.sales = cls.env["crm.team"].create(
            {
                "name": "Direct Sales",
                "sequence": 1,
                "user_id": cls.chief.id,
                "member_ids": [Command.link(cls.seller.id)],
            }
        )

    def test_a_plain_lead_is_created_as_ever(self):
        lead = self.env["crm.lead"].with_user(self.seller).create({"name": "Deal"})
        self.assertEqual(lead.team_id, self.sales)
        self.assertEqual(lead.user_id, self.seller)
        self.assertEqual(lead.type, "opportunity")
        self.assertFalse(lead.service_number)
        self.assertFalse(lead.service_phase)
        self.assertFalse(lead.waiting_for)
        self.assertFalse(lead.match_state)
        self.assertEqual(lead.display_name, "Deal")
        self.assertFalse(lead.stage_id.team_ids)

    def test_a_seller_without_a_team_makes_no_request(self):
        lonely = new_test_user(
            self.env, login="lonely", groups="sales_team.group_sale_salesman"
        )
        self.team.sequence = 0
        lead = self.env["crm.lead"].with_user(lonely).create({"name": "Deal"})
        self.assertFalse(lead.team_id.is_service)

    def test_mail_goes_to_the_leader_as_ever(self):
        lead = self.env["crm.lead"].message_new(
            {
                "subject": "Offer",
                "from": "x@example.com",
                "email_from": "x@example.com",
                "to": "sales@example.com",
                "body": "",
                "message_id": "<plain@x>",
            },
            custom_values={"team_id": self.sales.id},
        )
        self.assertEqual(lead.user_id, self.chief)
        self.assertFalse(lead.is_service)

    def test_contact_data_is_synchronised_as_ever(self):
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "team_id": self.sales.id, "partner_id": self.customer.id}
        )
        lead.phone = "+7 495 555-00-00"
        self.assertEqual(self.customer.phone, "+7 495 555-00-00")

    def test_conversion_makes_the_partner_as_ever(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "lead",
                "team_id": self.sales.id,
                "user_id": self.seller.id,
                "contact_name": "New Person",
                "email_from": "new@example.com",
            }
        )
        self.assertFalse(lead.partner_id)
        wizard = (
            self.env["crm.lead2opportunity.partner"]
            .with_user(self.seller)
            .with_context(
                active_model="crm.lead", active_id=lead.id, active_ids=lead.ids
            )
            .create({"name": "convert", "action": "create"})
        )
        wizard.action_apply()
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.partner_id.name, "New Person")
        self.assertFalse(lead.match_state)

    def test_won_and_lost_as_ever(self):
        won, lost = (
            self.env["crm.lead"]
            .with_user(self.seller)
            .create([{"name": "Won"}, {"name": "Lost"}])
        )
        won.action_set_won()
        self.assertEqual(won.won_status, "won")
        self.assertFalse(won.stage_id.service_phase)
        lost.action_set_lost()
        self.assertEqual(lost.won_status, "lost")

    def test_columns_and_drag_as_ever(self):
        lead = self.env["crm.lead"].with_user(self.seller).create({"name": "Deal"})
        columns = lead.with_context(
            default_team_id=self.sales.id
        )._read_group_stage_ids(self.env["crm.stage"], [])
        self.assertTrue(columns)
        self.assertFalse(any(columns.mapped("service_phase")))
        lead.stage_id = columns[-1]
        self.assertEqual(lead.stage_id, columns[-1])
        self.assertFalse(any(lead._stage_find(limit=None).mapped("service_phase")))

    def test_merging_as_ever(self):
        leads = (
            self.env["crm.lead"]
            .with_user(self.seller)
            .create([{"name": "One"}, {"name": "Two"}])
        )
        merged = leads.merge_opportunity()
        self.assertEqual(len(leads.exists()), 1)
        self.assertEqual(merged.user_id, self.seller)

    def test_sellers_see_no_requests_and_service_people_no_deals(self):
        request = self.build_request()
        deal = self.env["crm.lead"].create(
            {"name": "Deal", "team_id": self.sales.id, "user_id": self.seller.id}
        )
        for user in (self.seller, self.chief):
            self.assertNotIn(request, request.with_user(user).search([]))
            with self.assertRaises(AccessError):
                request.with_user(user).read(["name"])
        for user in (self.user_operator, self.user_performer):
            self.assertNotIn(deal, deal.with_user(user).search([]))
            with self.assertRaises(AccessError):
                deal.with_user(user).read(["name"])
        self.assertIn(request, request.with_user(self.user_dispatcher).search([]))

    def test_odoo_gives_out_no_requests(self):
        self.env["ir.config_parameter"].set_param("crm.lead.auto.assignment", True)
        self.team.member_ids = [Command.link(self.user_manager.id)]
        self.team.crm_team_member_ids.assignment_max = 30
        request = self.build_request()
        (self.team + self.sales)._action_assign_leads(
            force_quota=True, creation_delta_days=0
        )
        self.assertFalse(request.user_id)
