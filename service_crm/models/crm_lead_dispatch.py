from odoo import models


class CrmLead(models.Model):
    """Request: a new deadline is a new risk on the dispatch board."""

    _inherit = "crm.lead"

    def write(self, vals):
        result = super().write(vals)
        if {"wished_start", "wished_end"} & vals.keys():
            # sudo: visits the user may not read are on somebody's board all the same
            self.sudo().work_order_ids._note_dispatch_change()
        return result
