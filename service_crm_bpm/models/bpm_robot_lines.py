from odoo import api, fields, models
from odoo.exceptions import UserError


class BpmRobot(models.Model):
    """Robot: add lines of the catalogue to a request or a quotation."""

    _inherit = "bpm.robot"

    line_product_ids = fields.Many2many(
        "product.product",
        string="Services and Goods",
        domain="[('sale_ok', '=', True)]",
        help="Added once: what the document has already is not added again.",
    )
    line_quantity = fields.Float("Quantity of Each", default=1.0, digits="Product Unit")

    @api.model
    def _get_robot_kinds(self):
        """Adds: lines of the catalogue."""
        kinds = super()._get_robot_kinds()
        return {**kinds, "lines": {"name": self.env._("Add lines of the catalogue")}}

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        return [*super()._get_guarded_fields(), "line_product_ids", "line_quantity"]

    @api.model
    def _get_line_fields(self):
        """Documents with lines: ``{model: (lines, field of the quantity)}``.

        Registry and extension point.
        """
        return {
            "crm.lead": ("request_line_ids", "quantity"),
            "sale.order": ("order_line", "product_uom_qty"),
        }

    def _check_lines(self):
        """These documents have lines, and something is added."""
        if self.model_name not in self._get_line_fields():
            raise UserError(
                self.env._("%(model)s has no lines.", model=self.model_id.name)
            )
        if not self.line_product_ids:
            raise UserError(self.env._("Choose what is added."))
        if self.line_quantity <= 0:
            raise UserError(self.env._("Say how many of each are added."))

    def _describe_lines(self):
        """The action in words."""
        names = self.line_product_ids.mapped("display_name")
        return self.env._("add %(lines)s", lines=", ".join(names) or "…")

    def _run_lines(self, records):
        """Add to each document what it does not have yet."""
        name, quantity = self._get_line_fields()[records._name]
        lines = records._fields[name]
        records.check_access("write")  # adding a line changes its document
        vals_list, results = [], {}
        for record in records:
            missing = self.line_product_ids - record[name].product_id
            vals_list += [
                {
                    lines.inverse_name: record.id,
                    "product_id": item.id,
                    quantity: self.line_quantity,
                }
                for item in missing
            ]
            results[record.id] = ", ".join(missing.mapped("display_name"))
        records.env[lines.comodel_name].create(vals_list)
        return results
