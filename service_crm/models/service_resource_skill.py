from odoo import fields, models


class ServiceResourceSkill(models.Model):
    _name = "service.resource.skill"
    _description = "Skill held by a performer"
    _order = "resource_id, skill_id"
    _rec_name = "skill_id"

    resource_id = fields.Many2one(
        "resource.resource", "Performer", required=True, ondelete="cascade", index=True
    )
    skill_id = fields.Many2one(
        "service.skill", required=True, ondelete="restrict", index=True
    )
    level = fields.Integer(default=1, aggregator=None, help="1: beginner … 5: expert")
    date_expiry = fields.Date("Valid Until")

    _skill_uniq = models.UniqueIndex(
        "(resource_id, skill_id)", "This performer has this skill already."
    )
    _level_range = models.Constraint(
        "CHECK(level BETWEEN 1 AND 5)", "The level of a skill is from 1 to 5."
    )
