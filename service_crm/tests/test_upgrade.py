import logging

from odoo.fields import Command

from .common_crew import CrewCommon
from .common_upgrade import UpgradeMixin
from .test_price_rules import PriceRuleCommon

LOGGER = "odoo.addons.service_crm.tools.upgrade"
PERFORMER_ONLY = "performer_user_id"


class TestUpgradeRules(UpgradeMixin, CrewCommon):
    """Record rules of databases that were installed before there were helpers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = (
            cls.env["ir.model.data"]
            .search([("module", "=", "service_crm"), ("model", "=", "ir.rule")])
            .mapped(lambda data: cls.env["ir.rule"].browse(data.res_id))
        )
        cls.shipped = {rule: rule.domain_force for rule in cls.rules}

    def make_old(self):
        """The rules of performers as they were: only who leads a visit sees it."""
        for rule, domain in self.shipped.items():
            if rule != self.env.ref("service_crm.rule_request_question_performer"):
                rule.domain_force = domain and domain.replace(
                    "booked_ids.user_id", PERFORMER_ONLY
                )

    def test_helpers_see_their_visit_and_its_request(self):
        request = self.build_request(partner_id=self.customer.id)
        line = self.build_line(request, self.build_product())
        visit = self.plan(request_id=request.id)
        visit.helper_ids = self.helper
        part = visit.line_ids or visit.line_ids.create(
            {"work_order_id": visit.id, "product_id": line.product_id.id}
        )
        self.make_old()
        seen = (visit | visit, request, line, part)
        for records in seen:
            own = records.with_user(self.user_helper)
            self.assertFalse(own._filtered_access("read"), records)
        self.migrate("service_crm", "post-rules")
        for records in seen:
            for user in (self.user_helper, self.user_performer):
                self.assertEqual(
                    records.with_user(user)._filtered_access("read"), records
                )

    def test_rules_are_as_in_a_new_database(self):
        self.make_old()
        invoices = self.env.ref("service_crm.rule_account_move_service")
        invoices.domain_force = """
            [('move_type', 'in', ('out_invoice', 'out_refund')),
             ('invoice_line_ids.sale_line_ids.order_id.is_service', '=', True)]
        """
        ratings = self.env.ref("service_crm.rule_rating_read")
        _roles, condition, rest = ratings.domain_force.partition(" if ")
        ratings.domain_force = f"[(1, '=', 1)]{condition}{rest}"
        roles = self.add_shipped(
            "service_crm.rule_approval_roles",
            "ir.rule",
            name="Approvals: operators, managers, dispatchers",
            model_id=self.env["ir.model"]._get_id("service.approval"),
            domain_force="[('is_visible', '=', True)]",
        )
        self.migrate("service_crm", "post-rules")
        self.assertFalse(roles.exists())
        for rule, domain in self.shipped.items():
            self.assertEqual(
                " ".join((rule.domain_force or "").split()),
                " ".join((domain or "").split()),
                rule.name,
            )

    def test_closed_teams(self):
        """Also those whose rule names a parameter that is gone."""
        looking = self.rules.filtered(
            lambda rule: "privacy_domain" in (rule.domain_force or "")
        )
        # those of contracts are new: an upgrade brings them as they are shipped
        renewed = looking.filtered(
            lambda rule: (
                rule.domain_force.startswith("user._get_service_privacy")
                and " + " in rule.domain_force
            )
        )
        self.assertGreater(len(renewed), 9)
        for rule in renewed:
            self.query(
                "UPDATE ir_rule SET domain_force = %s WHERE id = %s",
                self.shipped[rule].partition(" + ")[0],
                rule.id,
            )
        self.query(
            "UPDATE ir_rule SET domain_force = %s WHERE id = %s",
            "user._get_service_privacy_domain(planner=True)",
            self.env.ref("service_crm.rule_work_order_privacy").id,
        )
        self.migrate("service_crm", "post-privacy")
        for rule in looking:
            self.assertEqual(rule.domain_force, self.shipped[rule], rule.name)

    def test_what_an_administrator_changed_stays(self):
        self.make_old()
        own = "[('performer_user_id', '=', user.id), ('state', '!=', 'draft')]"
        visits = self.env.ref("service_crm.rule_work_order_performer")
        visits.domain_force = own
        documents = self.env.ref("service_crm.rule_document_performer")
        documents.active = False
        with self.assertLogs(LOGGER, logging.INFO) as log:
            self.migrate("service_crm", "post-rules")
        self.assertEqual(len(log.output), 1)
        self.assertIn("rule_work_order_performer was changed", log.output[0])
        self.assertEqual(visits.domain_force, own)
        self.assertFalse(documents.active)
        self.assertIn("booked_ids", documents.domain_force)

    def test_a_second_time_and_deleted_rules(self):
        self.env.ref("service_crm.rule_equipment_performer").unlink()
        with self.assertNoLogs(LOGGER, logging.INFO):
            self.migrate("service_crm", "post-rules")
            self.migrate("service_crm", "post-rules")


class TestUpgradePrices(UpgradeMixin, PriceRuleCommon):
    """Requests that were priced before there were price rules."""

    def test_prices_stay_when_rules_are_asked(self):
        request = self.request.with_user(self.user_dispatcher)
        listed = self.build_line(request, self.repair)
        by_hand = self.build_line(request, self.roller, price_unit=150, discount=10)
        free = self.build_line(request, name="Вывоз мусора", price_unit=500)
        lines = listed | by_hand | free
        self.query(
            "UPDATE service_request_line SET price_base = NULL, discount_base = NULL"
            " WHERE id IN %s",
            lines._ids,
        )
        self.migrate("service_crm", "post-prices")
        urgent = self.build_parameter("urgent")
        self.build_rule("Скидка", kind="discount", percent=5, condition="urgent")
        request.request_line_ids = [Command.create({"product_id": self.roller.id})]
        self.answer(request, urgent, True)
        self.assertEqual((listed.price_unit, listed.discount), (1000, 5))
        self.answer(request, urgent, False)
        self.assertEqual(
            [(line.price_unit, line.discount) for line in lines],
            [(1000, 0), (150, 10), (500, 0)],
        )
        self.assertEqual(request.service_amount_total, 1000 + 135 + 500 + 200)
