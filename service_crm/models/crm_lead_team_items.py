from odoo import api, models


class CrmLead(models.Model):
    """Service request: what its team adds by itself when it becomes a deal."""

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads.filtered(lambda lead: lead.type == "opportunity")._add_team_items()
        return leads

    def write(self, vals):
        moved = {"type", "team_id"} & vals.keys()
        before = {lead: (lead.type, lead.team_id) for lead in self} if moved else {}
        result = super().write(vals)
        if moved:
            self.filtered(
                lambda lead: (
                    lead.type == "opportunity"
                    and before[lead] != (lead.type, lead.team_id)
                )
            )._add_team_items()
        return result

    def _add_team_items(self):
        """The services of the team, those that are not there yet; none is doubled."""
        vals_list = []
        for lead in self.filtered(lambda lead: lead.is_service and lead.active):
            items = lead.team_id.service_item_ids.filtered("active")
            vals_list += [
                {"request_id": lead.id, "product_id": product.id}
                for product in items - lead.request_line_ids.product_id
            ]
        self.env["service.request.line"].create(vals_list)
