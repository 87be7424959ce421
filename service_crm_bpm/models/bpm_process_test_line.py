from odoo import api, fields, models


class BpmProcessTestLine(models.Model):
    """One thing a stored test does, or looks at."""

    _name = "bpm.process.test.line"
    _inherit = "bpm.process.test.mixin"
    _description = "Line of a Test of a Process"
    _order = "sequence, id"

    test_id = fields.Many2one(
        "bpm.process.test", required=True, ondelete="cascade", index=True
    )
    process_id = fields.Many2one(related="test_id.process_id")
    model_id = fields.Many2one(related="test_id.model_id")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        lambda self: self._get_line_kind_selection(), required=True, default="complete"
    )
    stage_id = fields.Many2one(
        "bpm.stage", ondelete="cascade", domain="[('process_id', '=', process_id)]"
    )
    result_id = fields.Many2one(
        "bpm.transition", ondelete="cascade", domain="[('source_id', '=', stage_id)]"
    )
    field_id = fields.Many2one(
        "ir.model.fields", ondelete="cascade", domain="[('model_id', '=', model_id)]"
    )
    value = fields.Char("Value or Text")
    hours = fields.Float()
    run_state = fields.Selection(
        [
            ("running", "Running"),
            ("failed", "Failed"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        "State of the Run",
    )
    name = fields.Char("In Words", compute="_compute_name")

    @api.model
    def _get_line_kinds(self):
        """What a test does and looks at: ``{key: {"name": label}}``.

        Registry and extension point: another kind is an entry here and a method
        ``_run_<key>(run)``, which raises a ``UserError`` when something is wrong.
        """
        return {
            "complete": {"name": self.env._("When: the stage is completed")},
            "wait": {"name": self.env._("When: time passes")},
            "write": {"name": self.env._("When: a field is set")},
            "variable": {"name": self.env._("When: a variable is set")},
            "at": {"name": self.env._("Then: it waits at the stage")},
            "state": {"name": self.env._("Then: the run is")},
            "task": {"name": self.env._("Then: there is a task")},
            "message": {"name": self.env._("Then: there is a message")},
            "field": {"name": self.env._("Then: a field is")},
            "child": {"name": self.env._("Then: a child process runs")},
        }

    @api.model
    def _get_line_kind_selection(self):
        return [(key, kind["name"]) for key, kind in self._get_line_kinds().items()]

    @api.depends(
        "kind", "stage_id", "result_id", "field_id", "value", "hours", "run_state"
    )
    @api.depends_context("lang")
    def _compute_name(self):
        kinds = dict(self._get_line_kind_selection())
        states = dict(self._fields["run_state"]._description_selection(self.env))
        for line in self:
            parts = [
                line.stage_id.name,
                line.result_id.name,
                line.field_id.field_description,
                line.value,
                line.hours and self.env._("%(hours)g h", hours=line.hours),
                states.get(line.run_state),
            ]
            words = " · ".join(part for part in parts if part)
            line.name = f"{kinds.get(line.kind, '')} {words}".strip()
