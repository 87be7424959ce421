from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    service_category_id = fields.Many2one(
        "service.category",
        index="btree_not_null",
        ondelete="restrict",
        help="With a category the product is an item of the service catalogue.",
    )
    service_duration = fields.Float("Planned Duration", help="Hours of work on site.")
    service_skill_ids = fields.Many2many(
        "service.skill",
        string="Required Skills",
        help="Only performers who hold them are offered for the job.",
    )

    _service_duration_positive = models.Constraint(
        "CHECK(service_duration IS NULL OR service_duration >= 0)",
        "The planned duration of a service can not be negative.",
    )
