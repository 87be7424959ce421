from odoo import fields, models


class CrmLead(models.Model):
    """Service request: from which warehouse its goods come."""

    _inherit = "crm.lead"

    shows_stock = fields.Boolean(compute="_compute_shows_stock")

    def _compute_shows_stock(self):
        self.shows_stock = self.env["sale.order"]._has_warehouses()

    def _get_service_warehouse(self):
        """The warehouse nearest to the place of work, or ``None``. Extension point.

        Nearest is the one of the same country, then region, then city; where none is
        nearer than the others, Odoo's own default holds.

        :return: ``stock.warehouse`` or ``None``
        """
        self.ensure_one()
        if not self.env["sale.order"]._has_warehouses():
            return None
        company = self._get_service_company()
        # Whoever prices the job needs no right on the stock to get its default.
        warehouses = (
            self.env["stock.warehouse"].sudo().search([("company_id", "=", company.id)])
        )
        place = self.site_id or self.partner_id
        usual = self.env.user.sudo().with_company(company)._get_default_warehouse_id()
        if usual.company_id != company:
            usual = warehouses[:1]
        return max(
            usual | warehouses,
            key=lambda warehouse: self._get_nearness(place, warehouse.partner_id),
            default=None,
        )

    def _get_nearness(self, place, other):
        """How much of the address is the same, from the country on."""
        same = 0
        for name in ("country_id", "state_id", "city"):
            if not place[name] or place[name] != other[name]:
                break
            same += 1
        return same

    def _prepare_quotation_values(self, lines):
        """The quotation's warehouse is the one nearest to the place of work."""
        values = super()._prepare_quotation_values(lines)
        warehouse = self._get_service_warehouse()
        if warehouse:
            values["warehouse_id"] = warehouse.id
        return values

    def _is_display_stock_in_catalog(self):
        """The catalogue shows the stock of goods, as it does for an order."""
        return self.env["sale.order"]._has_warehouses()
