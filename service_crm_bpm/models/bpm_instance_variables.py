from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.service_crm.tools.batch import run_isolated


class BpmInstance(models.Model):
    """Process run: its variables on the card, changed by who manages the process."""

    _inherit = "bpm.instance"

    variable_table = fields.Html(
        "Variables", compute="_compute_variable_table", sanitize=False
    )

    @api.depends("variables", "process_id.variable_ids.name")
    @api.depends_context("lang")
    def _compute_variable_table(self):
        """Labels and values, in the order of the definition."""
        for run in self:
            rows = Markup("").join(
                Markup("<dt>%s</dt><dd>%s</dd>") % (label, text or "–")
                for label, text in run._get_variable_texts()
            )
            run.variable_table = (
                Markup('<dl class="o_bpm_variables">%s</dl>') % rows if rows else False
            )

    def _get_variable_texts(self):
        """What the run carries along, as people read it: ``[(label, value)]``."""
        self.ensure_one()
        kept = self.variables or {}
        # sudo: who sees the run may know what its values are called
        variables = self.sudo().process_id.variable_ids.with_env(self.env)
        return [(v.name, v._to_text(kept.get(v.key))) for v in variables.sudo()]

    def action_change_variables(self, values=False):
        """Change what the run carries along; asks for the values without any.

        :param values: ``{name in conditions: value}``, as text or of the type
        """
        runs = self._check_managing()
        if not values:
            self.ensure_one()
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Change Variables"),
                "res_model": "bpm.variable.change",
                "views": [(False, "form")],
                "target": "new",
                "context": {"default_instance_id": self.id},
            }
        runs._set_variables(values)
        return True

    def _set_variables(self, values):
        """Pauses that wait for a condition look at the new values at once."""
        result = super()._set_variables(values)
        waiting = self._get_open_tokens().filtered(
            lambda token: (
                token.kind == "pause"
                and token.state == "waiting"
                and token.stage_id._get_wait().pause_mode == "condition"
            )
        )
        run_isolated(
            self.env,
            waiting,
            lambda part: part._look_again(),
            lambda token, error: token._fail(token._get_error_text(error)),
        )
        return result
