from odoo import api, fields, models

JOB = {
    "name": "Boiler goes out at night",
    "need": "The boiler of the concierge goes out; somebody has to come today.",
    "channel": "phone",
    "customer": "contact_anna",
    "site": "site_mira",
    "phase": "dispatch",
    "day": 1,
    "hour": 12,
    "urgent": True,
}


class ServiceDemo(models.AbstractModel):
    """Demo price rules on a request that is priced just now."""

    _inherit = "service.demo"

    @api.model
    def _load_price_rules(self):
        """A request on which several rules count at once."""
        today = fields.Date.context_today(self.with_context(tz="Europe/Moscow"))
        self._tell(JOB, self._get_working_day(today, JOB["day"]))
        request = self.env["crm.lead"].search(
            [("name", "=", JOB["name"])], order="id desc", limit=1
        )
        products = self._ref("product_boiler_yearly") | self._ref(
            "product_part_electrode"
        )
        self._as("dispatcher", self.env["service.request.line"]).create(
            [
                {"request_id": request.id, "product_id": variant.id, "quantity": 1}
                for variant in products.product_variant_id
            ]
        )
        answers = {"urgent": True, "goods_lift": False, "storey": 9}
        for row in request.service_value_ids:
            code = row.parameter_id.code
            if code == "storey":
                row.value_number = answers[code]
            elif code in answers:
                row.value_boolean = answers[code]
        # The kit was picked before the rules asked their questions.
        self._ref("request_renovation")._update_prices()
