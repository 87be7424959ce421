from odoo import fields, models


class CrmLead(models.Model):
    """Service request: one that belongs to another, e.g. for an extra service."""

    _inherit = "crm.lead"

    service_parent_id = fields.Many2one(
        "crm.lead",
        "Part of Request",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        check_company=True,
        domain="[('id', '!=', id), ('is_service', '=', True)]",
    )
    service_child_ids = fields.One2many(
        "crm.lead", "service_parent_id", "Subordinate Requests"
    )

    def action_view_child_requests(self):
        """Open the requests that belong to these."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Subordinate Requests"),
            "res_model": self._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("service_parent_id", "in", self.ids)],
            "context": {"create": False},
        }
