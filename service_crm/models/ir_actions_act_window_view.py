from odoo import fields, models


class IrActionsActWindowView(models.Model):
    """Views of an action: the dispatch board may be one of them."""

    _inherit = "ir.actions.act_window.view"

    view_mode = fields.Selection(
        selection_add=[("service_dispatch", "Dispatch Board")],
        ondelete={"service_dispatch": "cascade"},
    )
