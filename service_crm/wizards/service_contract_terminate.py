from odoo import fields, models


class ServiceContractTerminate(models.TransientModel):
    """Why a contract ends, and when."""

    _name = "service.contract.terminate"
    _description = "Terminate contracts"

    contract_ids = fields.Many2many("service.contract", string="Contracts")
    date = fields.Date("Last Day", required=True, default=fields.Date.context_today)
    reason = fields.Text("Why", required=True)

    def action_terminate(self):
        """End the contracts on this day."""
        self.ensure_one()
        self.contract_ids.action_terminate(reason=self.reason, date=self.date)
        return {"type": "ir.actions.act_window_close"}
