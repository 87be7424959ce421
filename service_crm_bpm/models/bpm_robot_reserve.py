from odoo import api, models
from odoo.exceptions import UserError

# states of moves that are not reserved, or not wholly
UNRESERVED = ("confirmed", "waiting", "partially_available")


class BpmRobot(models.Model):
    """Robot: reserve the goods of an order, where Odoo keeps the stock.

    Its transfers are linked with the run. Goods that are missing are an error: a stage
    with a way “The stage failed” is left by it.
    """

    _inherit = "bpm.robot"

    @api.model
    def _get_robot_kinds(self):
        """Adds: reserving goods."""
        kinds = super()._get_robot_kinds()
        return {**kinds, "reserve": {"name": self.env._("Reserve the goods")}}

    def _check_reserve(self):
        """Orders have goods."""
        if self.model_name != "sale.order":
            raise UserError(self.env._("Goods are reserved for orders only."))

    def _describe_reserve(self):
        """The action in words."""
        return self.env._("reserve the goods")

    def _run_reserve(self, records):
        """Reserve what the orders of the documents need."""
        for order in records.filtered(lambda order: order.state != "sale"):
            raise UserError(
                self.env._("%(order)s is not confirmed.", order=order.display_name)
            )
        if "picking_ids" not in records:
            text = self.env._("Odoo keeps no stock here: reserve the goods by hand")
            return dict.fromkeys(records.ids, text)
        opened = records.picking_ids.filtered(
            lambda transfer: transfer.state not in ("done", "cancel")
        )
        lacking = opened.move_ids.filtered(lambda move: move.state in UNRESERVED)
        if lacking:
            lacking.picking_id.action_assign()
        results = {}
        for order in records:
            transfers = order.picking_ids & opened
            self._check_reserved(transfers)
            if entry := self._get_entry(order):
                entry.token_id.instance_id._link(transfers)
            results[order.id] = (
                self.env._(
                    "reserved: %(transfers)s",
                    transfers=", ".join(transfers.mapped("display_name")),
                )
                if transfers
                else self.env._("nothing to deliver")
            )
        return results

    def _check_reserved(self, transfers):
        """Nothing is missing.

        :raise UserError: with the goods that are
        """
        missing = [
            self.env._(
                "%(product)s: %(reserved)g of %(wanted)g %(unit)s",
                product=move.product_id.display_name,
                reserved=move.quantity,
                wanted=move.product_uom_qty,
                unit=move.product_uom.name,
            )
            for move in transfers.move_ids
            if move.state in UNRESERVED
        ]
        if missing:
            raise UserError(
                self.env._("Not reserved: %(goods)s.", goods=", ".join(missing))
            )
