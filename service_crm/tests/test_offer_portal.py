import re
from contextlib import ExitStack
from unittest.mock import patch

from odoo import api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, HttpCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

from .common import requirement
from .common_offer import OfferCommon
from .test_portal_offer import SIGNATURE


@tagged("post_install", "-at_install")
class TestOfferPortal(HttpCase, OfferCommon):
    """The customer ticks options and signs on the own page, without a login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.portal_confirmation_sign = True
        cls.env.company.portal_confirmation_pay = False
        cls.order = cls.send()
        cls.option = cls.get_line(cls.order, cls.paint)
        cls.token = cls.order._portal_ensure_token()

    def tick(self, line=None, token=None, order=None, **values):
        """Tick an option, as the page does it."""
        order = order or self.order
        return self.make_jsonrpc_request(
            f"/my/orders/{order.id}/update_line_dict",
            {
                "access_token": self.token if token is None else token,
                "line_id": (line or self.option).id,
                **values,
            },
        )

    def read_page(self):
        self.env.flush_all()
        return self.url_open(f"/my/orders/{self.order.id}?access_token={self.token}")

    def sign(self, query=""):
        return self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/accept{query}",
            {
                "access_token": self.token,
                "name": "Анна Петрова",
                "signature": SIGNATURE,
            },
        )

    def get_sign_query(self, page):
        """What the page sends along with the signature."""
        return "?" + re.search(r"/accept\?([^\"']*)", page.text)[1].replace(
            "&amp;", "&"
        )

    def test_ticking_with_the_link(self):
        page = self.read_page()
        self.assertIn("Tick what you want", page.text)
        self.assertIn("2 × (5 m + 6 m) × 3 m = 66 m²", page.text)
        self.assertEqual(self.tick(), {"done": True})
        self.assertEqual(self.option.product_uom_qty, 66)
        self.assertEqual(self.order.amount_untaxed, 3085.95)
        self.assertTrue(self.request.request_line_ids[2].is_chosen)
        self.assertEqual(self.request.service_amount_untaxed, 3085.95)
        self.assertIn("3,085.95", self.read_page().text)
        self.assertEqual(self.tick(remove=True), {"done": True})
        self.assertEqual(self.order.amount_untaxed, 445.95)

    def test_quantities_are_not_the_customers(self):
        self.tick(input_quantity=1)
        self.assertEqual(self.option.product_uom_qty, 66)
        self.tick(input_quantity=-5)
        self.assertEqual(self.option.product_uom_qty, 66)
        self.tick(input_quantity=0)
        self.assertEqual(self.option.product_uom_qty, 0)

    def test_strangers_tick_nothing(self):
        for token in ("", "00000000", False):
            with mute_logger("odoo.http"):
                self.tick(token=token or "")
            self.assertEqual(self.option.product_uom_qty, 0, token)
        other = self.send(self.build_deal())
        # The own link opens no line of another order, and no line that is no option.
        foreign = self.get_line(other, self.paint)
        self.assertIn("error", self.tick(line=foreign))
        with mute_logger("odoo.http"):
            self.tick(line=foreign, order=other)
        self.assertEqual(foreign.product_uom_qty, 0)
        doors = self.get_line(self.order, self.doors)
        self.assertIn("error", self.tick(line=doors, remove=True))
        self.assertEqual(doors.product_uom_qty, 1)
        section = self.order.order_line.filtered("is_optional")
        self.assertIn("error", self.tick(line=section))

    def test_logged_in_customer_and_stranger(self):
        new_test_user(
            self.env,
            "portal_anna",
            groups="base.group_portal",
            partner_id=self.customer.id,
        )
        new_test_user(self.env, "portal_other", groups="base.group_portal")
        self.authenticate("portal_other", "portal_other")
        with mute_logger("odoo.http"):
            self.tick(token="")
        self.assertEqual(self.option.product_uom_qty, 0)
        self.authenticate("portal_anna", "portal_anna")
        self.assertEqual(self.tick(token=""), {"done": True})
        self.assertEqual(self.option.product_uom_qty, 66)
        note = self.request.message_ids[0]
        self.assertEqual(note.author_id, self.customer)

    def test_after_the_signature_nothing_is_ticked(self):
        self.team.approval_manager = True
        self.order.sudo()._create_approvals(["manager"])
        result = self.sign()
        self.assertTrue(result.get("force_refresh"), result)
        self.assertEqual(self.order.state, "sent")
        self.assertIn("error", self.tick())
        self.assertEqual(self.option.product_uom_qty, 0)
        self.assertNotIn("Tick what you want", self.read_page().text)

    def test_ticked_option_is_agreed_with_the_signature(self):
        self.tick()
        page = self.read_page()
        result = self.sign(self.get_sign_query(page))
        self.assertTrue(result.get("force_refresh"), result)
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.version_ids.amount_accepted, 3085.95)

    def test_another_sum_or_version_has_to_be_read_first(self):
        seen = self.get_sign_query(self.read_page())
        self.tick()  # in another window
        self.assertIn("has changed", self.sign(seen)["error"])
        self.assertFalse(self.order.signature)
        seen = self.get_sign_query(self.read_page())
        self.refine(self.order)
        self.send()
        self.assertIn("has changed", self.sign(seen)["error"])
        self.assertEqual(self.order.state, "sent")
        self.assertTrue(self.sign(self.get_sign_query(self.read_page())))
        self.assertEqual(self.order.state, "sale")

    @requirement("R171")
    def test_the_page_shows_the_present_version_only(self):
        self.refine(self.order)
        page = self.read_page()
        self.assertIn("working on this offer", page.text)
        self.assertNotIn("Осмотр лифта", page.text)
        doors = self.request.request_line_ids[1]
        doors.with_user(self.user_dispatcher).discount = 50
        self.send()
        page = self.read_page()
        self.assertIn("version 2", " ".join(page.text.split()))
        self.assertIn("407.75", page.text)
        self.assertNotIn("445.95", page.text.split("o_portal_chatter")[0])

    def test_expired_offer_is_neither_ticked_nor_accepted(self):
        self.order.validity_date = "2020-01-01"
        page = self.read_page()
        self.assertIn("This offer expired!", page.text)
        self.assertNotIn("Accept &amp; Sign", page.text)
        self.assertIn("error", self.tick())
        self.assertIn("error", self.sign())
        self.assertEqual(self.order.state, "sent")
        self.assertEqual(self.option.product_uom_qty, 0)

    def test_pdf_of_the_page_is_the_offer(self):
        url = f"/my/orders/{self.order.id}?access_token={self.token}"
        page = self.url_open(f"{url}&report_type=html")
        self.assertIn("Commercial offer", page.text)

    def test_other_orders_keep_the_way_of_odoo(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "display_type": "line_section",
                            "name": "Options",
                            "is_optional": True,
                        }
                    ),
                    Command.create({"product_id": self.paint.id, "product_uom_qty": 0}),
                ],
            }
        )
        order.action_quotation_sent()
        token = order._portal_ensure_token()
        line = order.order_line[1]
        self.tick(line=line, order=order, token=token, input_quantity=3)
        self.assertEqual(line.product_uom_qty, 3)


@tagged("post_install", "-at_install")
class TestOfferRace(BaseCase):
    """Tick and signature at the same moment, in transactions that really commit."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self._env(cr)
            partner = env["res.partner"].create({"name": "Анна"})
            product = env["product.product"].create(
                {"name": "Race", "type": "service", "list_price": 50}
            )
            request = env["crm.lead"].create(
                {
                    "name": "Race",
                    "team_id": env.ref("service_crm.team_service").id,
                    "type": "opportunity",
                    "partner_id": partner.id,
                    "request_line_ids": [
                        Command.create({"product_id": product.id, "quantity": 2}),
                        Command.create({"product_id": product.id, "is_optional": True}),
                    ],
                }
            )
            request.action_ask_approvals()
            order = request.service_quotation_id
            self.order_id = order.id
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
            env["sale.order"].browse(self.order_id)._action_cancel()
            for model, ids in self.made:
                env[model].browse(ids).unlink()
            env["service.phase.log"].search(
                [("res_model", "=", "crm.lead"), ("res_id", "in", self.made[1][1])]
            ).unlink()

    def test_what_is_signed_is_not_ticked_afterwards(self):
        with ExitStack() as stack:
            cursors = [stack.enter_context(self.registry.cursor()) for _ in range(2)]
            signing, ticking = map(self._env, cursors)
            order = ticking["sale.order"].browse(self.order_id)
            option = order._get_option_lines()
            self.assertTrue(order._can_be_edited_on_portal())
            signing["sale.order"].browse(self.order_id)._record_customer_word(
                "approved", spoken_with="Анна"
            )
            signing.cr.commit()
            answers = []

            def tick():
                order.env.invalidate_all()
                answers.append(order._customer_choose(option, True, order.partner_id))

            with (
                mute_logger("odoo.sql_db", "odoo.service.model"),
                patch("odoo.service.model.time.sleep"),
            ):
                retrying(tick, ticking)
            self.assertEqual(answers, [False], "the tick came too late")
        with self.registry.cursor() as cr:
            order = self._env(cr)["sale.order"].browse(self.order_id)
            self.assertEqual(order.state, "sale")
            self.assertEqual(order.amount_untaxed, 100)
