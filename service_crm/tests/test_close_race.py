from odoo.fields import Command
from odoo.tests import tagged

from .common_race import RaceCommon


@tagged("post_install", "-at_install")
class TestCloseRace(RaceCommon):
    """Transactions that really commit close the same request at the same time."""

    def make(self, env):
        product = env["product.product"].create(
            {"name": "Race", "type": "service", "list_price": 50}
        )
        partner = env["res.partner"].create({"name": "Гонка"})
        request = env["crm.lead"].create(
            {
                "name": "Race",
                "team_id": env.ref("service_crm.team_service").id,
                "partner_id": partner.id,
                "type": "opportunity",
                "user_id": env.ref("base.user_admin").id,
            }
        )
        order = env["sale.order"].create(
            {
                "partner_id": partner.id,
                "opportunity_id": request.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        order.action_ask_approvals()
        order.service_approval_ids.action_approve(spoken_with="Анна", method="phone")
        visits = env["service.work.order"].create(
            [
                {
                    "request_id": request.id,
                    "order_id": order.id,
                    "state": "done",
                    "line_ids": [
                        Command.create(
                            {
                                "sale_line_id": order.order_line.id,
                                "product_id": product.id,
                                "quantity_done": 1,
                            }
                        )
                    ],
                }
            ]
            * 2
        )
        request._move_to_phase("closing")
        self.ids = {
            "crm.lead": request.ids,
            "sale.order": order.ids,
            "service.work.order": visits.ids,
            "product.template": product.product_tmpl_id.ids,
            "res.partner": partner.ids,
        }

    def remove(self, env):
        order = self.get(env, "sale.order")
        order.invoice_ids.unlink()
        visits = self.get(env, "service.work.order")
        visits.write({"state": "cancelled"})
        visits.unlink()
        order._action_cancel()
        order.unlink()
        for model in ("crm.lead", "service.work.order"):
            self.forget_entries(env, model)
        self.get(env, "crm.lead").unlink()
        self.get(env, "product.template").unlink()
        self.get(env, "res.partner").unlink()

    def test_the_last_two_visits_closed_at_once(self):
        self.run_at_once(
            lambda env, number: self.get(env, "service.work.order")[
                number
            ]._action_close()
        )
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            request = self.get(env, "crm.lead")
            self.assertTrue(request.works_closed_at)
            invoice = self.get(env, "sale.order").invoice_ids
            self.assertEqual(len(invoice), 1)
            self.assertEqual(invoice.invoice_line_ids.quantity, 2)
            kind = env.ref("service_crm.mail_activity_invoice_documents")
            activities = request.activity_ids.filtered(
                lambda a: a.activity_type_id == kind
            )
            self.assertEqual(len(activities), 1)

    def test_one_visit_closed_twice(self):
        with self.registry.cursor() as cr:
            self.get(self.environment(cr), "service.work.order")[0]._action_close()
        self.run_at_once(
            lambda env, number: self.get(env, "crm.lead")._action_works_closed()
        )
        with self.registry.cursor() as cr:
            self.assertFalse(self.get(self.environment(cr), "sale.order").invoice_ids)
            self.get(self.environment(cr), "service.work.order")[1]._action_close()
        self.run_at_once(
            lambda env, number: self.get(env, "crm.lead")._action_works_closed()
        )
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            self.assertEqual(len(self.get(env, "sale.order").invoice_ids), 1)

    def test_the_manager_is_told_once(self):
        with self.registry.cursor() as cr:
            self.get(self.environment(cr), "service.work.order")._action_close()
        self.run_at_once(lambda env, number: self.get(env, "crm.lead").action_close())
        with self.registry.cursor() as cr:
            request = self.get(self.environment(cr), "crm.lead")
            self.assertEqual(request.service_phase, "done")
            told = request.message_ids.filtered(lambda m: "is closed" in (m.body or ""))
            self.assertEqual(len(told), 1)
