from odoo import api, fields, models


class BpmVariableChangeLine(models.TransientModel):
    """One variable in the dialogue, with a field of its type."""

    _name = "bpm.variable.change.line"
    _description = "Changed Variable of a Run"
    _order = "id"

    change_id = fields.Many2one(
        "bpm.variable.change", required=True, ondelete="cascade", index=True
    )
    variable_id = fields.Many2one("bpm.variable", required=True, ondelete="cascade")
    # compute_sudo: who sees the run may know what its variables are called
    name = fields.Char(compute="_compute_name", compute_sudo=True)
    kind = fields.Char(compute="_compute_name", compute_sudo=True)
    value = fields.Char()
    value_bool = fields.Boolean("Yes")
    value_date = fields.Date("Day")

    @api.depends("variable_id")
    def _compute_name(self):
        for line in self:
            line.name = line.variable_id.name
            line.kind = line.variable_id.kind

    def _get_typed(self):
        """What was typed, in the field of the type."""
        self.ensure_one()
        names = {"bool": "value_bool", "date": "value_date"}
        return self[names.get(self.kind, "value")]
