from odoo import fields, models


class ProductTemplate(models.Model):
    """Item of the catalogue: who answers for it."""

    _inherit = "product.template"

    service_engineer_ids = fields.Many2many(
        "resource.resource",
        "product_template_engineer_rel",
        "product_tmpl_id",
        "resource_id",
        "Engineers",
        domain=[("is_performer", "=", True)],
        help="Who answers for this service: a rule of assignment gives requests for it "
        "to one of them. Empty: the engineers of the category.",
    )

    def _get_service_engineers(self):
        """``{service: its engineers, else those of the nearest category upwards}``."""
        inherited = self.service_category_id._get_inherited("service_engineer_ids")
        nobody = self.env["resource.resource"]
        return {
            service: service.service_engineer_ids
            or inherited.get(service.service_category_id, nobody)
            for service in self
        }
