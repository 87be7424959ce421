from odoo import api, models


class IrActionsActions(models.Model):
    _inherit = "ir.actions.actions"

    @api.model
    def get_bindings(self, model_name):
        """The action menu of every kind of document that processes are about."""
        result = super().get_bindings(model_name)
        if not self.env.user._is_internal():
            return result
        runs = self.env["bpm.instance"]
        documents = set(runs._get_document_models()) - {runs._name}
        linked = self.env["bpm.instance.link"]._get_link_models()
        if model_name not in documents and model_name not in linked:
            return result
        names = ["service_crm_bpm.action_bpm_runs_of_records"]
        if self.env["bpm.process"]._get_startable(model_name):
            names.insert(0, "service_crm_bpm.action_bpm_start")
        # sudo: actions are offered to whom they are bound for, as super() does
        added = [
            {"id": action.id, "name": action.name, "binding_view_types": "list,form"}
            for action in map(self.sudo().env.ref, names)
        ]
        return {**result, "action": [*result.get("action", ()), *added]}
