from odoo import fields, models


class IrUiView(models.Model):
    """View: the dispatch board is a kind of its own, beside list and form."""

    _inherit = "ir.ui.view"

    type = fields.Selection(selection_add=[("service_dispatch", "Dispatch Board")])

    def _get_view_info(self):
        """Icon of the board among the ways to look at work orders."""
        return {"service_dispatch": {"icon": "fa fa-tasks"}} | super()._get_view_info()
