from bisect import bisect_right

from odoo import models
from odoo.tools import float_round


class CrmLead(models.Model):
    """Service request: prices of the price list, many at once."""

    _inherit = "crm.lead"

    def _get_list_prices(self, wanted, positions=None):
        """Unit prices by the customers' price lists.

        :param wanted: ``[(request, product, unit, quantity)]``
        :param positions: as of `_get_service_fiscal_positions`, when known already
        :return: prices in the same order, in the request's currency. The price list is
            asked once per step of quantity, not once per quantity
        """
        if positions is None:
            positions = self._get_service_fiscal_positions()
        terms = {lead: lead._get_price_terms() for lead in {row[0] for row in wanted}}
        groups = {}
        for index, (lead, product, uom, quantity) in enumerate(wanted):
            key = (*terms[lead], uom, product.product_tmpl_id.uom_id)
            groups.setdefault(key, []).append((index, product, quantity or 1.0))
        prices = [0.0] * len(wanted)
        digits = self.env["decimal.precision"].precision_get("Product Price")
        steps = {}
        for (company, pricelist, currency, uom, product_uom), rows in groups.items():
            if pricelist not in steps:
                steps[pricelist] = pricelist._get_quantity_steps()
            by_step = {}
            for index, product, quantity in rows:
                of_product = quantity
                if uom and uom != product_uom:
                    of_product = uom._compute_quantity(
                        quantity, product_uom, round=False, raise_if_failure=False
                    )
                step = bisect_right(steps[pricelist], of_product)
                by_step.setdefault(step, []).append((index, product, quantity))
            for same in by_step.values():
                products = self.env["product.product"].browse(
                    dict.fromkeys(product.id for _index, product, _quantity in same)
                )
                listed = pricelist.with_company(company)._get_products_price(
                    products, same[0][2], currency=currency, uom=uom or None
                )
                for index, product, _quantity in same:
                    price = listed[product.id]
                    if position := positions[wanted[index][0]]:
                        taxes = product.product_tmpl_id.taxes_id
                        price = product._get_tax_included_unit_price_from_price(
                            price,
                            taxes._filter_taxes_by_company(company),
                            fiscal_position=position,
                        )
                    # Rules and sums take the price as it is printed.
                    prices[index] = float_round(price, precision_digits=digits)
        return prices

    def _get_price_terms(self):
        """Company, price list and currency of a request."""
        self.ensure_one()
        return (
            self._get_service_company(),
            self._get_service_pricelist(),
            self._get_service_currency(),
        )
