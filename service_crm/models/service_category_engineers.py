from odoo import fields, models


class ServiceCategory(models.Model):
    """Category: who answers for its services."""

    _inherit = "service.category"

    service_engineer_ids = fields.Many2many(
        "resource.resource",
        "service_category_engineer_rel",
        "category_id",
        "resource_id",
        "Engineers",
        domain=[("is_performer", "=", True)],
        help="Who answers for services of this category, unless the service says "
        "otherwise. Empty: as in the parent category.",
    )
