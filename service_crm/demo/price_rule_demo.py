from odoo import api, models


class ServiceDemo(models.AbstractModel):
    """Demo price rules on the requests that are priced just now."""

    _inherit = "service.demo"

    @api.model
    def _load_price_rules(self):
        """Price what is open; in one of the requests somebody has to come today."""
        requests = self.env["crm.lead"].search(
            [
                ("is_service", "=", True),
                ("active", "=", True),
                ("service_phase", "=", "dispatch"),
                ("request_line_ids", "!=", False),
            ],
            order="id",
        )
        open_requests = requests.filtered(
            lambda request: request.service_quotation_id.state in (False, "draft")
        )
        open_requests._update_prices()
        urgent = open_requests[:1].service_value_ids.filtered(
            lambda row: row.parameter_id.code == "urgent"
        )
        urgent.value_boolean = True
