from odoo import api, fields, models
from odoo.exceptions import UserError

from .service_request_line_option import FROM_REQUEST
from .service_request_line_sale import SALE_LINE_FIELDS


class SaleOrderLine(models.Model):
    """Order line: the request says the same as the draft of its quotation."""

    _inherit = "sale.order.line"

    not_in_catalogue = fields.Boolean(
        help="Written by hand: nothing in the catalogue fits yet."
    )
    service_request_line_ids = fields.One2many(
        "service.request.line", "sale_line_id", "Requested Services"
    )
    work_order_line_ids = fields.One2many("service.work.order.line", "sale_line_id")

    def _compute_discount(self):
        # The agreed price holds the price list's discount already.
        agreed = self.filtered("service_request_line_ids")
        for line in agreed:
            line.discount = line.discount
        super(SaleOrderLine, self - agreed)._compute_discount()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._forget_sections()
        lines._check_not_asked()
        lines._copy_to_request()
        return lines

    def write(self, vals):
        changed = {
            name: sale_name
            for name, sale_name in SALE_LINE_FIELDS.items()
            if sale_name in vals
        }
        moved = not {"sequence", "is_optional"}.isdisjoint(vals)
        if changed or moved and any(self.order_id.order_line.mapped("is_optional")):
            self._check_not_asked()
        result = super().write(vals)
        if changed:
            self._tell_request_lines(changed)
        if moved:
            self._forget_sections()
            self.order_id._tell_options()
        return result

    def unlink(self):
        # Whoever may change the draft decides what the request says.
        told = self.sudo().filtered(lambda line: line._is_told_to_request())
        request_lines = told.service_request_line_ids
        orders = self.order_id
        result = super().unlink()
        if left := request_lines.exists():
            left.unlink()
        orders.order_line._forget_sections()
        orders._tell_options()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        self._check_not_asked()

    def _forget_sections(self):
        """Odoo remembers the section of a line, wherever the lines are moved."""
        self.order_id.order_line.invalidate_recordset(["parent_id"])

    def _check_not_asked(self):
        """Refuse changes of an order whose approvals are asked for or given."""
        asked = self.order_id.filtered(
            lambda order: order.state == "sent" and order._get_live_approvals()
        )
        if asked:
            raise UserError(
                self.env._(
                    "Approvals are asked for %(order)s as it is. To change it, first "
                    "take the quotation back to a draft.",
                    order=asked[0].name,
                )
            )

    # pylint: disable-next=missing-return
    def _write_choice(self, chosen):
        """Write what the customer ticked, in an offer nobody else may change now."""
        for line in self:
            quantity = line._get_offered_quantity() if chosen else 0.0
            # Past the check of `write`: ticking changes nothing of what is offered.
            # pylint: disable-next=super-method-mismatch
            super(SaleOrderLine, line).write({"product_uom_qty": quantity})
        self._tell_request_lines({"quantity": "product_uom_qty"})

    def _is_told_to_request(self):
        """Whether the line is a service in the draft quotation of a request."""
        self.ensure_one()
        return bool(
            self.order_id.is_service
            and self.order_id.state == "draft"
            and self.product_id
            and not self.display_type
            and not self.is_downpayment
        )

    def _tell_request_lines(self, changed):
        """Keep the request's lines the same as the draft of their quotation.

        :param dict changed: ``{field of the request line: field of the order line}``
        """
        # Whoever may change the order line decides what the request says.
        for request_line in self.sudo().service_request_line_ids:
            request_line._take_over(
                {
                    name: request_line.sale_line_id[sale_name]
                    for name, sale_name in changed.items()
                }
            )

    def _copy_to_request(self):
        """Put lines written into a draft by hand into the request as well.

        A line the request has already, and that is in no open quotation, is taken for
        the same one: nothing is doubled.
        """
        # As above; of the request only its lines are touched.
        lines = self.sudo().filtered(
            lambda line: (
                line._is_told_to_request() and not line.service_request_line_ids
            )
        )
        if not lines:
            return
        loose = lines.order_id.opportunity_id.request_line_ids.filtered(
            lambda line: line.sale_state in (False, "cancel")
        )
        vals_list = []
        for line in lines:
            values = line._prepare_request_line_values()
            same = loose.filtered(
                lambda asked, values=values: (
                    all(
                        asked[name].id == values[name]
                        for name in ("request_id", "product_id")
                    )
                    and (asked.product_id or asked.name == values["name"])
                )
            )[:1]
            if not same:
                vals_list.append(values)
                continue
            loose -= same
            same.sale_line_id = line
            same._take_over(
                {
                    name: line[sale_name]
                    for name, sale_name in SALE_LINE_FIELDS.items()
                    if name != "product_id"
                }
            )
        added = loose.create(vals_list)
        prices = added.filtered("product_id")._get_listed_prices()
        for line, price in prices.items():
            line.price_listed = price  # another one was written by hand: it stays
        lines.order_id._tell_options()

    def _prepare_request_line_values(self):
        """Values of the request line of a line written by hand. Extension point.

        :return: values for ``service.request.line.create``
        """
        self.ensure_one()
        optional = self._is_line_optional()
        stand_in = self.env["ir.model.data"]._xmlid_to_res_id(
            "service_crm.product_other_service"
        )
        product_id = self.product_id.id
        return {
            "request_id": self.order_id.opportunity_id.id,
            "sale_line_id": self.id,
            "product_id": product_id != stand_in and product_id,
            "name": self.name,
            "quantity": self.product_uom_qty or 1.0,
            "product_uom_id": self.product_uom_id.id,
            "price_unit": self.price_unit,
            "discount": self.discount,
            "is_optional": optional,
            "is_chosen": optional and bool(self.product_uom_qty),
        }


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _tell_options(self):
        """Lines moved into the optional section, or out of it, are told the request."""
        if self.env.context.get("service_writing") is FROM_REQUEST:
            return
        for order in self.filtered(lambda o: o.is_service and o.state == "draft"):
            lines = order._get_priced_lines()
            for line in lines:
                # As in `_tell_request_lines`.
                asked = line.sudo().service_request_line_ids
                optional = line._is_line_optional()
                changed = asked.filtered(
                    lambda asked, optional=optional: asked.is_optional != optional
                )
                if changed:
                    changed.write(
                        {
                            "is_optional": optional,
                            "is_chosen": optional and bool(line.product_uom_qty),
                        }
                    )
