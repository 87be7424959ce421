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

    service_find = fields.Char(
        "Name, article or hint", store=False, search="_search_service_find"
    )
    service_picked = fields.Boolean(
        "Picked", store=False, search="_search_service_picked"
    )
    service_beside = fields.Boolean(
        "Goes with What Is Picked", store=False, search="_search_service_beside"
    )

    # the order of the picker, so that its first page is read and nothing sorted
    _service_picker_idx = models.Index(
        "(COALESCE(is_favorite, FALSE) DESC, default_code, id) WHERE active IS TRUE"
    )

    @api.depends("service_equipment_type_ids")
    @api.depends_context("order_id", "product_catalog_order_model")
    def _compute_service_fits(self):
        kinds = self._get_picked_equipment_types()
        for product in self:
            product.service_fits = bool(product.service_equipment_type_ids & kinds)

    @api.model
    def _add_missing_default_values(self, values):
        """A further variant leaves the properties of its item as they are.

        Odoo takes properties that are not given for empty ones, also when they are
        those of an item that is there already.
        """
        result = super()._add_missing_default_values(values)
        if values.get("product_tmpl_id") and "service_properties" not in values:
            result.pop("service_properties", None)
        return result

    @api.model
    def _search_service_fits(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain(
            "service_equipment_type_ids", "in", self._get_picked_equipment_types().ids
        )

    @api.model
    def _search_service_find(self, operator, value):
        """What an operator types: parts of the name, the article or the hint.

        The names are looked up by themselves, so that their index is used.
        """
        if operator != "ilike":
            return NotImplemented
        words = Domain("name", "ilike", value) | Domain(
            "service_pick_note", "ilike", value
        )
        items = self.env["product.template"]._search(words)
        return Domain("default_code", "ilike", value) | Domain(
            "product_tmpl_id", "in", items
        )

    @api.model
    def _search_service_picked(self, operator, value):
        """What is in the request or quotation already."""
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", self._get_picked_products().ids)

    @api.model
    def _search_service_beside(self, operator, value):
        """Optional products of what is picked, as far as they are not picked too."""
        if operator != "in":
            return NotImplemented
        picked = self._get_picked_products()
        items = picked.product_tmpl_id.optional_product_ids
        return Domain("product_tmpl_id", "in", items.ids) & Domain(
            "id", "not in", picked.ids
        )

    @api.model
    def _get_picked_products(self):
        """What is in the request or quotation of the context."""
        record = self._get_picked_for()
        if record._name == "sale.order":
            return record.order_line.product_id
        return record.request_line_ids.product_id

    @api.model
    def _get_picked_equipment_types(self):
        """Kinds of equipment of the request or quotation services are picked for."""
        record = self._get_picked_for()
        is_order = record._name == "sale.order"
        request = record.opportunity_id if is_order else record
        if request.equipment_id:
            return request.equipment_id.type_id
        customer = record.partner_id.commercial_partner_id
        things = self.env["service.equipment"]
        if customer:
            things = things.search([("partner_id", "child_of", customer.ids)])
        return things.type_id

    @api.model
    def _get_picked_for(self):
        """The request or quotation of the context, if the user may read it."""
        context = self.env.context
        model = context.get("product_catalog_order_model")
        if model != "sale.order":
            model = "crm.lead"
        record = self.env[model].browse(context.get("order_id") or ()).exists()
        record.check_access("read")
        return record
