from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    service_category_id = fields.Many2one(
        "service.category",
        "Service Category",
        index="btree_not_null",
        help="With a category the product is an item of the service catalogue.",
    )
    service_duration = fields.Float("Planned Duration", help="Hours of work on site.")
    service_skill_ids = fields.Many2many("service.skill", string="Required Skills")
