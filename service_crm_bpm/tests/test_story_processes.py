from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.service_crm.tests.common import requirement

from .common_story import StoryCommon


@tagged("post_install", "-at_install")
class TestStoryProcesses(StoryCommon):
    """The other shipped processes, walked by their roles."""

    @requirement("R104", "R105")
    def test_lost_customer_is_won_back(self):
        """Called, reason, special offer, agreed and paid: the delivery starts."""
        self.customer.user_id = self.user_manager
        run = self.begin("lost_customers", self.customer, role="manager")
        self.assertAt(run, "call")
        self.do(run, "call", "Answers")
        with self.assertRaisesRegex(UserError, "Reason noted"):
            self.as_role(self.get_open(run), "manager").action_complete(
                self.get_way(run, "reasons", "Price or quality").id
            )
        self.do(run, "reasons", "Price or quality")
        self.do(run, "special", "Interested")
        self.assertEqual(self.get_open(run).stage_id.name, "Prepare offer")
        self.do(run, "offer", "Agreed and paid")
        self.assertEqual(run.state, "done")
        self.assertEqual(run.token_ids.mapped("stage_id.name")[-2], "Picking, delivery")
        # The child has its own life: stages and a line of the journal.
        child = run.child_ids
        self.assertEqual(child.process_id.name, "Delivery of goods")
        self.assertEqual((child.state, child.res_id), ("running", self.customer.id))
        journal = self.env["bpm.instance"].with_user(self.user_manager)
        self.assertIn(child, journal.search([("state", "=", "running")]).sudo())
        for key, result, role in (
            ("route", "Planned", "dispatcher"),
            ("load", "Loaded", "dispatcher"),
            ("hand", "Accepted", "dispatcher"),
            ("papers", "Complete", "manager"),
        ):
            self.assertAt(child, key)
            user = self.get_open(child).user_id
            self.users["present"] = user
            self.assertTrue(user.has_group(f"service_crm.group_service_{role}"))
            self.do(child, key, result, role="present")
        self.assertEqual(child.state, "done")
        self.assertTrue(child.is_success)

    @requirement("R122")
    def test_order_of_an_online_shop(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "user_id": self.user_manager.id,
                "order_line": [
                    Command.create({"product_id": self.hinge.id, "product_uom_qty": 2})
                ],
            }
        )
        run = self.begin("online_shop", order, role="manager")
        self.assertAt(run, "clarify")
        self.do(run, "clarify", "Not reached")
        self.assertAt(run, "again")
        self.pass_time(run, days=4)
        self.do(run, "clarify", "Clear")
        self.assertAt(run, "payment")
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.pay(invoice)
        self.assertAt(run, "logistics")
        self.assertReserved(run, order)
        delivery = run.child_ids
        self.assertEqual(delivery.process_id, self.get_shipped("delivery_of_goods"))
        self.assertEqual(delivery.res_id, self.customer.id)
        for key in ("route", "load", "hand", "papers"):
            token = self.get_open(delivery)
            self.assertEqual(token.stage_id.key, key)
            self.complete(delivery, key, token.stage_id.outgoing_ids[0].name)
        self.assertEqual((run.state, run.end_stage_id.key), ("done", "done"))

    def assertReserved(self, run, order):
        """The transfers of the order are reserved and linked with the run; without a
        stock in Odoo the protocol says that it is done by hand."""
        text = run.journal_ids.filtered(lambda row: row.event == "robot").text
        if "picking_ids" not in order:
            self.assertIn("Odoo keeps no stock here: reserve the goods by hand", text)
            return
        self.assertTrue(order.picking_ids)
        self.assertEqual(set(order.picking_ids.mapped("state")), {"assigned"})
        self.assertEqual(
            run.link_ids.mapped("document"), list(order.picking_ids), "linked"
        )

    @requirement("R151")
    def test_examples_on_any_document(self):
        """Hiring, purchases and customer registration are there and run."""
        self.user_admin.group_ids += self.env.ref("account.group_account_invoice")
        hiring = self.begin("hiring", role="manager", note="Электромеханик")
        self.do(hiring, "search", "Candidate found", role="admin")
        self.do(hiring, "talk", "Fits")
        self.approve(hiring)
        self.assertAt(hiring, "papers", "place", "plan")
        self.do(hiring, "papers", role="admin")
        self.do(hiring, "plan")
        self.do(hiring, "place", role="admin")
        self.assertAt(hiring, "probation")
        self.pass_time(hiring, days=95)
        self.do(hiring, "result", "Stays")
        self.assertEqual((hiring.state, hiring.is_success), ("done", True))

        purchase = self.begin("purchase_request", role="dispatcher")
        purchase._set_variables({"amount": "250000"})
        self.do(purchase, "describe", "Described", role="dispatcher")
        self.approve(purchase)
        self.assertAt(purchase, "accounting")

        partner = self.build_partner("ООО Ромашка", email="info@romashka.example.com")
        customer = self.begin("customer_registration", partner, role="manager")
        self.do(customer, "data", "Complete")
        with self.assertRaises(UserError):
            self.do(customer, "manager", role="admin")
        partner.user_id = self.user_manager
        self.do(customer, "manager", role="admin")
        self.do(customer, "welcome")
        self.assertEqual((customer.state, customer.is_success), ("done", True))

    def approve(self, run):
        """Who is asked agrees."""
        approval = run.token_ids.approval_ids.filtered(lambda a: a.state == "pending")
        approval[0].with_user(approval[0].user_id).action_approve()
        self.settle()

    @requirement("R159")
    def test_assignment(self):
        """The issuer sees state, deadline and result, and accepts or returns it."""
        run = self.begin("assignment", role="manager", note="Сверить акты за октябрь")
        self.assertEqual(self.get_open(run).user_id, self.user_manager)
        asked = self.as_role(self.get_open(run), "manager").action_complete(
            self.get_way(run, "give", "Given").id
        )
        self.assertEqual(asked["res_model"], "bpm.step", "who does it is asked")
        self.do(run, "give", "Given", next_user_id=self.user_operator.id)
        token = self.get_open(run)
        self.assertEqual(token.user_id, self.user_operator)
        seen = self.as_role(run, "manager").sudo(False)
        self.assertTrue(seen.date_deadline)
        self.assertEqual(seen.responsible_ids, self.user_operator)
        self.as_role(token, "operator").action_begin()
        self.assertEqual(seen.token_ids[-1:].state, "progress")
        self.do(run, "do", "Done", role="operator")
        self.assertAt(run, "accept")
        self.assertEqual(self.get_open(run).user_id, self.user_manager, "the issuer")
        self.assertEqual(token.result_id.name, "Done")
        self.do(run, "accept", "Returned", next_user_id=self.user_operator.id)
        self.assertAt(run, "do")
        self.assertEqual(self.get_open(run).user_id, self.user_operator)
        self.do(run, "do", "Done", role="operator")
        self.do(run, "accept", "Accepted")
        self.assertEqual((run.state, run.is_success), ("done", True))

    @requirement("R175")
    def test_bad_rating_starts_complaint_handling(self):
        """Two stars and less: cause, corrective action, approved, done, told."""
        requests = self.build_known() | self.build_known() | self.build_known()
        for request, stars in zip(requests, (1, 2, 3), strict=True):
            request._move_to_phase("closing")
            request.sudo().rating_apply(
                stars, token=request._rating_get_access_token(), feedback="Опоздали"
            )
        self.settle()
        runs = self.env["bpm.instance"].search(
            [("family_id", "=", self.get_shipped("complaint").id)]
        )
        self.assertEqual(sorted(runs.mapped("res_id")), sorted(requests[:2].ids))
        run = runs.filtered(lambda run: run.res_id == requests[0].id).sudo()
        self.assertAt(run, "talk")
        self.assertEqual(self.get_open(run).user_id, self.user_manager)
        self.do(run, "talk", "Justified")
        with self.assertRaisesRegex(UserError, "Cause noted"):
            self.as_role(self.get_open(run), "manager").action_complete()
        run._set_variables(
            {"cause": "Нет запаса", "action": "Держать ролики на складе"}
        )
        self.do(run, "cause")
        self.assertAt(run, "approve")
        self.approve(run)
        self.assertAt(run, "correct")
        self.do(run, "correct", role="dispatcher")
        self.do(run, "tell", "Satisfied")
        self.assertEqual((run.state, run.end_stage_id.key), ("done", "done"))
        self.assertEqual(run.variables["cause"], "Нет запаса")

    @requirement("R233", "R261")
    def test_outcomes_of_leads_are_ends_with_a_report(self):
        """Order, nurturing, disqualified, to the distributor, no assortment."""
        leads = self.build_new(5, partner_id=self.customer.id, phone="+7 495 120-81-15")
        results = (
            "Ready to buy",
            "Not yet",
            "Not our customer",
            "Passed to distributor",
            "No assortment",
        )
        for lead, result in zip(leads, results, strict=True):
            lead.user_id = self.user_operator
            run = self.begin("incoming_marketing", lead)
            self.do(run, "qualify", result, role="operator")
        runs = self.env["bpm.instance"].with_user(self.user_manager)
        domain = [("family_id", "=", self.get_shipped("incoming_marketing").id)]
        ended = runs._read_group(
            [*domain, ("state", "=", "done")],
            ["end_stage_id", "is_success"],
            ["__count"],
        )
        self.assertEqual(
            sorted((stage.key, success, count) for stage, success, count in ended),
            [
                ("assortment", False, 1),
                ("disqualified", False, 1),
                ("distributor", False, 1),
                ("ordered", True, 1),
            ],
        )
        nurtured = runs.search([*domain, ("state", "=", "running")])
        self.assertEqual(nurtured.res_id, leads[1].id)
        self.assertEqual(self.get_places(nurtured), ["nurture"])
        for view in ("pivot", "graph", "list"):
            runs.get_view(view_type=view)
