from odoo import api, fields, models


class BpmVariableChange(models.TransientModel):
    """Dialogue in which the variables of a run are changed."""

    _name = "bpm.variable.change"
    _description = "Change of the Variables of a Run"

    instance_id = fields.Many2one("bpm.instance", required=True)
    line_ids = fields.One2many(
        "bpm.variable.change.line",
        "change_id",
        "Variables",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )

    # which columns the dialogue has
    has_value = fields.Boolean(compute="_compute_columns")
    has_bool = fields.Boolean(compute="_compute_columns")
    has_date = fields.Boolean(compute="_compute_columns")

    @api.depends("line_ids.kind")
    def _compute_columns(self):
        for change in self:
            kinds = set(change.line_ids.mapped("kind"))
            change.has_value = bool(kinds & {"number", "text"})
            change.has_bool = "bool" in kinds
            change.has_date = "date" in kinds

    @api.depends("instance_id")
    def _compute_line_ids(self):
        """One line for each variable the user may change, with its present value."""
        for change in self:
            run = change.instance_id
            run.check_access("read")
            variables = run._get_changeable_variables()
            change.line_ids = [
                fields.Command.create(variable._prepare_change_values(run))
                for variable in variables
            ]

    @api.model_create_multi
    def create(self, vals_list):
        changes = super().create(vals_list)
        changes.instance_id.check_access("read")
        return changes

    def action_confirm(self):
        """Change what was typed; the run checks the rights and keeps the trace."""
        self.ensure_one()
        # sudo: only which one; the step asks for the rights of the user
        run = self.sudo().instance_id.sudo(False)
        run.action_change_variables(
            {line.variable_id.sudo().key: line._get_typed() for line in self.line_ids}
        )
        return {"type": "ir.actions.act_window_close"}
