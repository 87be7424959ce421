from odoo import api, fields, models


class CrmLead(models.Model):
    """Service request: from which warehouse its goods come."""

    _inherit = "crm.lead"

    shows_stock = fields.Boolean(compute="_compute_shows_stock")

    def _compute_shows_stock(self):
        self.shows_stock = self.env["sale.order"]._has_warehouses()

    def _get_service_warehouses(self):
        """The warehouses nearest to the places of work. Extension point.

        Nearest is the one of the same country, then region, then city; where none is
        nearer than the others, Odoo's own default holds.

        :return: ``{request: stock.warehouse or None}``, looked up once per company
        """
        nearest = dict.fromkeys(self)
        if not self.env["sale.order"]._has_warehouses():
            return nearest
        by_company = self.grouped(lambda request: request._get_service_company())
        for company, requests in by_company.items():
            # Whoever prices the job needs no right on the stock to get its default.
            user = self.env.user.sudo().with_company(company)
            warehouses = user.env["stock.warehouse"].search(
                [("company_id", "=", company.id)]
            )
            usual = user._get_default_warehouse_id()
            if usual.company_id != company:
                usual = warehouses[:1]
            for request in requests:
                place = request.site_id or request.partner_id
                nearest[request] = max(
                    usual | warehouses,
                    key=lambda warehouse, place=place: self._get_nearness(
                        place, warehouse.partner_id
                    ),
                    default=None,
                )
        return nearest

    @api.model
    def _get_nearness(self, place, other):
        """How much of the address is the same, from the country on."""
        same = 0
        for name in ("country_id", "state_id", "city"):
            if not place[name] or place[name] != other[name]:
                break
            same += 1
        return same

    def _prepare_quotations_values(self, lines):
        """Each quotation's warehouse is the one nearest to the place of work."""
        vals_list = super()._prepare_quotations_values(lines)
        warehouses = self._get_service_warehouses()
        for lead, values in zip(self, vals_list, strict=True):
            if warehouses[lead]:
                values["warehouse_id"] = warehouses[lead].id
        return vals_list

    def _is_display_stock_in_catalog(self):
        """The catalogue shows the stock of goods, as it does for an order."""
        return self.env["sale.order"]._has_warehouses()
