from odoo import fields, models


class ProductTemplate(models.Model):
    """Catalogue item: what a visit for it needs."""

    _inherit = "product.template"

    service_crew_size = fields.Integer(
        "People Needed", default=1, help="How many people the job takes at once."
    )
    service_skill_level = fields.Integer(
        "Level of Skill",
        default=1,
        help="The level the performer needs in the skills of this service, 1 to 5.",
    )

    _service_crew_size_positive = models.Constraint(
        "CHECK(service_crew_size IS NULL OR service_crew_size > 0)",
        "A job takes at least one person.",
    )
    _service_skill_level_range = models.Constraint(
        "CHECK(service_skill_level IS NULL OR service_skill_level BETWEEN 1 AND 5)",
        "The level of a skill is from 1 to 5.",
    )
