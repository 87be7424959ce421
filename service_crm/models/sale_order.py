from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SaleOrder(models.Model):
    """The priced agreement of a service request."""

    _inherit = "sale.order"

    is_service = fields.Boolean(
        "Service Order",
        related="opportunity_id.is_service",
        store=True,
        precompute=True,
    )
    work_order_ids = fields.One2many("service.work.order", "order_id", "Work Orders")
    has_free_lines = fields.Boolean(
        "Not in Catalogue", compute="_compute_has_free_lines"
    )

    @api.depends("order_line.not_in_catalogue")
    def _compute_has_free_lines(self):
        for order in self:
            order.has_free_lines = any(order.order_line.mapped("not_in_catalogue"))

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state == "sale")._check_agreed()
        return orders

    def write(self, vals):
        if "is_service" in vals and not self.env.su:
            raise AccessError(
                self.env._("An order is a service order when its request is one.")
            )
        if vals.get("state") == "sale":
            self.filtered(lambda order: order.state != "sale")._check_agreed()
        if not {"partner_id", "pricelist_id", "fiscal_position_id"}.isdisjoint(vals):
            self.order_line._check_not_asked()
        return super().write(vals)

    def action_draft(self):
        """Back to a draft: what was approved, was approved of another offer."""
        asked = self.filtered("is_service")._get_live_approvals()
        result = super().action_draft()
        asked._withdraw()
        return result

    def action_open_request(self):
        """Open the service request of the order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.opportunity_id.display_name,
            "res_model": "crm.lead",
            "res_id": self.opportunity_id.id,
            "view_mode": "form",
        }

    def _get_open_action(self):
        """Open the one order: in Odoo's own form, or as the customer sees it.

        Operators may read an order, but not what Odoo's form shows of its invoices.
        """
        if not self:
            raise UserError(self.env._("There is no quotation yet."))
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            return {
                "type": "ir.actions.act_url",
                "url": self.get_portal_url(),
                "target": "new",
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "sale.order",
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _confirmation_error_message(self):
        return super()._confirmation_error_message() or self._get_agreement_error()

    def _get_agreement_error(self):
        """Why a service order can not be carried out yet; ``False`` when it can."""
        self.ensure_one()
        # What was asked counts also when the order was taken from its request.
        agreed_on = self.is_service or self._get_live_approvals()
        missing = self._get_missing_approvals() if agreed_on else ()
        return bool(missing) and self.env._(
            "%(order)s is not agreed yet. Approval is missing from: %(missing)s.",
            order=self.name,
            missing=", ".join(missing),
        )

    def _check_agreed(self):
        """Refuse orders without their approvals, whichever way they are confirmed."""
        for order in self:
            if error := order._get_agreement_error():
                raise UserError(error)

    def _action_confirm(self):
        """Requests whose order is confirmed are agreed."""
        result = super()._action_confirm()
        requests = self.filtered("is_service").opportunity_id
        if requests:
            requests._move_to_phase("agreed")
        return result

    def _action_cancel(self):
        """Nobody is asked any more to approve a cancelled order."""
        result = super()._action_cancel()
        self.filtered("is_service")._get_live_approvals()._withdraw()
        return result

    # The customer's own page of the offer --------------------------------------------

    def _has_to_be_signed(self):
        return super()._has_to_be_signed() and not (
            self.is_service
            and (self.state != "sent" or self._is_approved_by("customer"))
        )

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and not (
            self.is_service and self.state != "sent"
        )

    def _validate_order(self):
        """The customer accepted on the portal: that is the customer's approval."""
        service = self.filtered("is_service")
        for order in service:
            order._record_customer_word("approved", spoken_with=order.signed_by)
        rest = self - service
        return super(SaleOrder, rest)._validate_order() if rest else None
