from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.service_crm.tools.batch import run_isolated


class BpmInstance(models.Model):
    """Process run: its variables on the card, changed by who manages the process, and
    those meant for that by who works on it."""

    _inherit = "bpm.instance"

    variable_table = fields.Html(
        "Variables", compute="_compute_variable_table", sanitize=False
    )

    may_change_variables = fields.Boolean(compute="_compute_may_change_variables")

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

    @api.depends("state", "token_ids.user_id", "token_ids.state")
    @api.depends_context("uid")
    def _compute_may_change_variables(self):
        for run in self:
            run.may_change_variables = run.state in self._get_open_states() and bool(
                run._get_changeable_variables()
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
        self.check_access("read")
        for run in self:
            run._check_may_change(values or {})
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
        # sudo: runs are readable only; the rights were checked above
        self.sudo()._set_variables(values)
        return True

    def _check_may_change(self, values):
        """Who manages the process changes all, who works on it those meant for that.

        :raise AccessError: when some of the values are not for the user
        """
        self.ensure_one()
        if self.env.su or self.may_manage:
            return
        allowed = self._get_changeable_variables()
        # sudo: as in _get_variable_texts()
        others = self.sudo().process_id.variable_ids.filtered(
            lambda variable: variable.key in values and variable not in allowed
        )
        if others or not allowed:
            raise AccessError(
                self.env._(
                    "Only the process owner or a service administrator changes: "
                    "%(variables)s.",
                    variables=", ".join(others.mapped("name"))
                    or self.env._("the variables of this process"),
                )
            )

    def _get_changeable_variables(self):
        """Variables that the present user may change in this run (sudo)."""
        self.ensure_one()
        # sudo: as in _get_variable_texts()
        variables = self.sudo().process_id.variable_ids
        if self.env.su or self.may_manage:
            return variables
        # sudo: where the run stands; the rights on it are asked next
        standing = self.env["bpm.token"].browse(self.sudo()._get_open_tokens().ids)
        if not standing._may_work():
            return variables.browse()
        return variables.filtered("by_people")

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
