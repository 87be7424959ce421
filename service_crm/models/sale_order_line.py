from odoo import api, fields, models
from odoo.exceptions import UserError

from .service_request_line_sale import SALE_LINE_FIELDS


class SaleOrderLine(models.Model):
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
        lines._check_not_asked()
        return lines

    def write(self, vals):
        changed = {
            name: sale_name
            for name, sale_name in SALE_LINE_FIELDS.items()
            if sale_name in vals
        }
        if changed:
            self._check_not_asked()
        result = super().write(vals)
        if changed:
            self._tell_request_lines(changed)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        self._check_not_asked()

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
