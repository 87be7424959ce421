from contextlib import ExitStack
from unittest.mock import patch

from odoo import api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestApprovalRace(BaseCase):
    """Two people approve at the same moment, in transactions that really commit."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self._env(cr)
            team = env.ref("service_crm.team_service")
            partner = env["res.partner"].create({"name": "Анна"})
            product = env["product.product"].create({"name": "Race", "type": "service"})
            request = env["crm.lead"].create(
                {
                    "name": "Race",
                    "team_id": team.id,
                    "type": "opportunity",
                    "partner_id": partner.id,
                    "request_line_ids": [Command.create({"product_id": product.id})],
                }
            )
            request.action_ask_approvals()
            order = request.service_quotation_id
            order._create_approvals(["manager"])
            self.order_id = order.id
            self.approval_ids = order.service_approval_ids.ids
            self.made = [
                (record._name, record.ids)
                for record in (order, request, product, partner)
            ]
        self.addCleanup(self._remove)

    def _env(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})

    def _remove(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            order = env["sale.order"].browse(self.order_id)
            order._action_cancel()
            for model, ids in self.made:
                env[model].browse(ids).unlink()
            env["service.phase.log"].search(
                [("res_model", "=", "crm.lead"), ("res_id", "in", self.made[1][1])]
            ).unlink()

    def _approve(self, env, index):
        approval = env["service.approval"].browse(self.approval_ids[index])
        approval.action_approve(spoken_with="Анна", method="phone")
        env.flush_all()

    def test_two_last_approvals_confirm_the_order_once(self):
        with ExitStack() as stack:
            cursors = [stack.enter_context(self.registry.cursor()) for _ in range(2)]
            operator, manager = map(self._env, cursors)
            for env in (operator, manager):
                order = env["sale.order"].browse(self.order_id)
                self.assertEqual(order.service_approval_state, "waiting")
            self._approve(operator, 0)
            operator.cr.commit()
            tries = []

            def repeat():
                tries.append(1)
                self._approve(manager, 1)

            with (
                mute_logger("odoo.sql_db", "odoo.service.model"),
                patch("odoo.service.model.time.sleep"),
            ):
                retrying(repeat, manager)
            self.assertEqual(len(tries), 2, "the second one had to look again")
        with self.registry.cursor() as cr:
            env = self._env(cr)
            order = env["sale.order"].browse(self.order_id)
            self.assertEqual(order.state, "sale")
            self.assertEqual(
                order.service_approval_ids.mapped("state"), ["approved", "approved"]
            )
            entered = env["service.phase.log"].search_count(
                [
                    ("res_model", "=", "crm.lead"),
                    ("res_id", "=", order.opportunity_id.id),
                    ("phase", "=", "agreed"),
                ]
            )
            self.assertEqual(entered, 1)
