from odoo import api, fields, models
from odoo.fields import Domain


class ProductProduct(models.Model):
    """Item of the catalogue: whether it fits what the customer has."""

    _inherit = "product.product"

    service_fits = fields.Boolean(
        "Fits This Customer's Equipment",
        compute="_compute_service_fits",
        search="_search_service_fits",
    )

    @api.depends("service_equipment_type_ids")
    @api.depends_context("order_id", "product_catalog_order_model")
    def _compute_service_fits(self):
        kinds = self._get_picked_equipment_types()
        for product in self:
            product.service_fits = bool(product.service_equipment_type_ids & kinds)

    @api.model
    def _search_service_fits(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain(
            "service_equipment_type_ids", "in", self._get_picked_equipment_types().ids
        )

    @api.model
    def _get_picked_equipment_types(self):
        """Kinds of equipment of the request or quotation services are picked for."""
        context = self.env.context
        model = context.get("product_catalog_order_model")
        kinds = self.env["service.equipment.type"]
        if model not in ("crm.lead", "sale.order") or not context.get("order_id"):
            return kinds
        record = self.env[model].browse(context["order_id"]).exists()
        record.check_access("read")
        request = record.opportunity_id if model == "sale.order" else record
        customer = record.partner_id.commercial_partner_id
        if request.equipment_id:
            return request.equipment_id.type_id
        if not customer:
            return kinds
        return (
            self.env["service.equipment"]
            .search([("partner_id", "child_of", customer.ids)])
            .type_id
        )
