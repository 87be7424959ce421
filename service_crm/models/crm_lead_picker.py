from odoo import models


class CrmLead(models.Model):
    """Service request: filled by the picker."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "service.picker.mixin"]

    def action_open_catalogue(self):
        """Pick services and materials, at the customer's prices."""
        self.ensure_one()
        self.check_access("write")
        return self._prepare_picker_action(
            self.action_add_from_catalog(),
            self.env._("Services for %(request)s", request=self.display_name),
        )

    def _get_picker_state(self):
        """Totals of the request, and kinds of equipment that fit what was picked."""
        currency = self.service_currency_id
        lines = self.request_line_ids
        return {
            "total": currency.format(self.service_amount_total),
            "untaxed": currency.format(self.service_amount_untaxed),
            "has_tax": bool(self.service_amount_tax),
            "count": len(lines),
            "free": len(lines.filtered("not_in_catalogue")),
            "readonly": self._is_readonly(),
            "title": self.partner_id.display_name or self.display_name,
            "fits": self._get_picked_kinds().mapped("name"),
        }

    def _add_free_line(self, name, quantity, price):
        return self.env["service.request.line"].create(
            {
                "request_id": self.id,
                "name": name,
                "quantity": quantity,
                "price_unit": price,
            }
        )
