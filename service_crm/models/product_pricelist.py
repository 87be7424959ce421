from odoo import models


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _get_quantity_steps(self):
        """The quantities from which other prices count, also of the lists this one is
        based on, in order: between two of them a price does not change."""
        steps = set()
        pending = self
        seen = self.browse()
        while pending:
            items = self.env["product.pricelist.item"].search(
                [
                    ("pricelist_id", "in", pending.ids),
                    "|",
                    ("min_quantity", ">", 0),
                    ("base_pricelist_id", "!=", False),
                ]
            )
            steps.update(item.min_quantity for item in items if item.min_quantity > 0)
            seen |= pending
            pending = items.base_pricelist_id - seen
        return sorted(steps)
