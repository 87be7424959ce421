"""Builders of the end of the main way: agreed orders, finished works, payments."""

from odoo.fields import Command

from .common import ServiceCommon


class MoneyCommon(ServiceCommon):
    """Requests of a known customer with a confirmed order; no approvals are asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env.company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", cls.env.company, install_demo=False
            )
        cls.team.write(
            {
                "approval_customer": False,
                "approval_manager": False,
                "approval_dispatcher": False,
            }
        )
        cls.inspection = cls.build_product("Lift inspection", 100.0)
        cls.hinge = cls.build_product("Петля двери", 40.0, invoice_policy="order")

    @classmethod
    def build_agreed_request(cls, *products, customer=None, pricelist=None, **values):
        """A request with a confirmed order, one line (2 pieces) per product."""
        customer = customer or cls.customer
        company = cls.env["res.company"].browse(values.get("company_id")) or (
            cls.env.company
        )
        request = cls.build_request(
            partner_id=customer.id,
            type="opportunity",
            user_id=cls.user_manager.id,
            dispatcher_id=cls.user_dispatcher.id,
            **values,
        )
        order = (
            cls.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": customer.id,
                    "opportunity_id": request.id,
                    "user_id": cls.user_manager.id,
                    "company_id": company.id,
                    **({"pricelist_id": pricelist.id} if pricelist else {}),
                    "order_line": [
                        Command.create({"product_id": p.id, "product_uom_qty": 2})
                        for p in products or cls.inspection
                    ],
                }
            )
        )
        order.action_confirm()
        return request

    @classmethod
    def build_visit(cls, request, state="done", done=None, **values):
        """A work order of all order lines in this state.

        :param done: quantity done per line; the ordered one unless told
        """
        order = request.order_ids
        return cls.env["service.work.order"].create(
            {
                "partner_id": request.partner_id.id,
                "team_id": request.team_id.id,
                "request_id": request.id,
                "order_id": order.id,
                "company_id": order.company_id.id,
                "performer_id": cls.performer.id,
                "state": state,
                "line_ids": [
                    Command.create(
                        {
                            "sale_line_id": line.id,
                            "product_id": line.product_id.id,
                            "name": line.name,
                            "quantity_planned": line.product_uom_qty,
                            "quantity_done": (
                                line.product_uom_qty if done is None else done
                            ),
                        }
                    )
                    for line in order.order_line.filtered("product_id")
                ],
                **values,
            }
        )

    @classmethod
    def close_works(cls, requests):
        """Close all work orders of these requests, and go on as they do."""
        requests.work_order_ids.write({"state": "closed"})
        requests._action_works_closed()
        cls.env.cr.flush()

    @classmethod
    def get_invoices(cls, requests):
        """Invoices of these requests, as accounting sees them."""
        return requests.order_ids.invoice_ids

    @classmethod
    def pay(cls, invoices, amount=None, user=None):
        """Register a payment by Odoo's own wizard."""
        wizard = (
            cls.env["account.payment.register"]
            .with_user(user or cls.env.user)
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create({} if amount is None else {"amount": amount})
        )
        wizard.action_create_payments()
        cls.env.cr.flush()

    @classmethod
    def get_entries(cls, request, field_name):
        """Values this request entered, oldest first."""
        return (
            cls.env["service.phase.log"]
            .search(
                [
                    ("res_model", "=", "crm.lead"),
                    ("res_id", "=", request.id),
                    ("field_name", "=", field_name),
                ],
                order="id",
            )
            .mapped("value")
        )
