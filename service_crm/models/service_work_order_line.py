from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

# What a performer says about a line, and what he may add to a job.
PERFORMER_FIELDS = frozenset({"quantity_done", "is_done"})
PERFORMER_NEW_FIELDS = PERFORMER_FIELDS | {
    "work_order_id",
    "sequence",
    "product_id",
    "name",
}


class ServiceWorkOrderLine(models.Model):
    _name = "service.work.order.line"
    _description = "Work or material of a work order"
    _order = "work_order_id, sequence, id"

    work_order_id = fields.Many2one(
        "service.work.order", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    sale_line_id = fields.Many2one(
        "sale.order.line",
        "Order Line",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    product_id = fields.Many2one(
        "product.product",
        "Service or Material",
        domain=[("sale_ok", "=", True)],
        ondelete="restrict",
    )
    name = fields.Char(
        "Description",
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    quantity_planned = fields.Float("Planned", default=1.0, digits="Product Unit")
    quantity_done = fields.Float("Done", digits="Product Unit", copy=False)
    uom_id = fields.Many2one("uom.uom", "Unit", compute="_compute_uom_id")
    is_done = fields.Boolean(
        "Done?",
        compute="_compute_is_done",
        inverse="_inverse_is_done",
        store=True,
        precompute=True,
        copy=False,
    )

    _quantity_done_positive = models.Constraint(
        "CHECK(quantity_done >= 0)", "What was done cannot be less than nothing."
    )

    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            if line.product_id and not line.name:
                line.name = line.product_id.display_name

    @api.depends("product_id", "sale_line_id")
    def _compute_uom_id(self):
        for line in self:
            # The unit of an order line is no secret of the order.
            sale_line = line.sale_line_id.sudo()
            line.uom_id = sale_line.product_uom_id or line.product_id.uom_id

    @api.depends("quantity_done")
    def _compute_is_done(self):
        for line in self:
            line.is_done = line.quantity_done > 0

    def _inverse_is_done(self):
        for line in self:
            if line.is_done and not line.quantity_done:
                line.quantity_done = line.quantity_planned or 1.0
            elif not line.is_done:
                line.quantity_done = 0.0

    @api.constrains("sale_line_id", "work_order_id")
    def _check_sale_line(self):
        """What was sold is of an order of the same visit or request."""
        for line in self.filtered("sale_line_id"):
            # A performer has no right on orders; his lines are checked all the same.
            sale_line, visit = line.sale_line_id.sudo(), line.work_order_id.sudo()
            order = sale_line.order_id
            same_request = order.opportunity_id and (
                order.opportunity_id == visit.request_id
            )
            if order != visit.order_id and not same_request:
                raise ValidationError(
                    self.env._(
                        "%(line)s belongs to %(order)s, which is not an order of "
                        "this visit.",
                        line=line.name,
                        order=order.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            orders = self.env["service.work.order"].browse(
                {vals["work_order_id"] for vals in vals_list if "work_order_id" in vals}
            )
            self._check_lines_by_hand(orders)
            if self._is_by_performer():
                for vals in vals_list:
                    self._check_performer_fields(vals, PERFORMER_NEW_FIELDS)
                    vals["quantity_planned"] = 0.0
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_lines_by_hand(self.work_order_id)
            if self._is_by_performer():
                self._check_performer_fields(vals, PERFORMER_FIELDS)
            elif "work_order_id" in vals:
                self._check_lines_by_hand(
                    self.env["service.work.order"].browse(vals["work_order_id"])
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        if not self.env.su:
            self._check_lines_by_hand(self.work_order_id)

    def action_toggle_done(self):
        """Tick a line as done as planned, or take that back."""
        for line in self:
            line.is_done = not line.is_done
        return True

    def _is_by_performer(self):
        """Whether a performer, and not a dispatcher, is at work."""
        return not self.env.user.has_group("service_crm.group_service_dispatcher")

    def _check_lines_by_hand(self, orders):
        """Delivered quantities of finished jobs are facts others rely on."""
        if self._is_by_performer():
            orders._check_open_for_performer()
        closed = orders.filtered(lambda order: order.state in ("closed", "cancelled"))
        if closed:
            raise UserError(
                self.env._(
                    "%(numbers)s: the lines of closed work orders are no longer "
                    "changed.",
                    numbers=", ".join(closed.mapped("name")),
                )
            )

    def _check_performer_fields(self, vals, allowed):
        """A performer writes what was done; lines he adds himself plan nothing."""
        foreign = vals.keys() - allowed
        if vals.get("quantity_planned") == 0.0:
            foreign -= {"quantity_planned"}
        if foreign:
            raise AccessError(
                self.env._(
                    "A performer says how much was done; ask the dispatcher to "
                    "change: %(fields)s.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        if name in self._fields
                        else name
                        for name in sorted(foreign)
                    ),
                )
            )
