from odoo import api, fields, models


class IrActionsServer(models.Model):
    """Server actions, and robots that run them, tell people by a message rule."""

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[("service_message", "Tell by a Message Rule"), ("followers",)],
        ondelete={"service_message": "cascade"},
    )
    service_rule_id = fields.Many2one(
        "service.notification.rule",
        "Message Rule",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('event', '=', 'called'), ('model_id', '=', model_id)]",
        help="Rules for “An action or process asks for it” about this kind of record.",
    )

    @api.model
    def _warning_depends(self):
        return [
            *super()._warning_depends(),
            "model_id",
            "service_rule_id.event",
            "service_rule_id.model_id",
        ]

    def _get_warning_messages(self):
        warnings = super()._get_warning_messages()
        if self.state == "service_message":
            rule = self.service_rule_id
            if not rule:
                warnings.append(self.env._("Choose the message rule."))
            elif rule.event != "called" or rule.model_id != self.model_id:
                warnings.append(
                    self.env._("The message rule is about another kind of record.")
                )
        return warnings

    def _run_action_service_message_multi(self, eval_context=None):
        """Tell what the rule says about the records of the action."""
        records = (eval_context or {}).get("records") or eval_context.get("record")
        if records:
            # Whoever caused the action needs no right on rules and messages.
            self.service_rule_id.sudo()._action_tell(records)
        return False
