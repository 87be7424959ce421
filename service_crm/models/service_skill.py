from odoo import api, fields, models


class ServiceSkill(models.Model):
    _name = "service.skill"
    _description = "Skill of a performer"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("skill", "Skill"), ("vehicle", "Vehicle"), ("device", "Tool or Device")],
        default="skill",
        required=True,
        help="What the performer can do, or what he comes with.",
    )
    active = fields.Boolean(default=True)
    holder_ids = fields.One2many("service.resource.skill", "skill_id", "Held By")
    holder_count = fields.Integer("Performers", compute="_compute_holder_count")

    @api.depends("holder_ids")
    def _compute_holder_count(self):
        counts = dict(
            self.env["service.resource.skill"]._read_group(
                [("skill_id", "in", self.ids)], ["skill_id"], ["__count"]
            )
        )
        for skill in self:
            skill.holder_count = counts.get(skill._origin, 0)
