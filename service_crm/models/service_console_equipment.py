from odoo import api, models
from odoo.fields import Domain

from .service_console import FOUND_LIMIT

MIN_LENGTH = 3


class ServiceConsole(models.AbstractModel):
    """Operator's console: what the customers have, found by serial number or name."""

    _inherit = "service.console"

    @api.model
    def action_console_find(self, text):
        found = super().action_console_find(text)
        things = self._find_equipment(found["kind"], found["text"])
        if things:
            found["card"] = False
        if len(things) == 1 and not found["customers"] and not found["requests"]:
            found["card"] = self._prepare_card(things.partner_id)
        return {**found, "equipment": self._prepare_equipment(things)}

    @api.model
    def _find_equipment(self, kind, text):
        """Equipment by a part of its serial number, name or model."""
        things = self.env["service.equipment"]
        if kind in ("mail", "phone") and not any(char.isalpha() for char in text):
            domain = Domain("serial", "=ilike", text)
        elif len(text) < MIN_LENGTH or kind == "mail":
            return things
        else:
            domain = Domain.OR(
                Domain(name, "ilike", text) for name in ("serial", "name", "model")
            )
        return things.search(domain, limit=FOUND_LIMIT)

    @api.model
    def _prepare_equipment(self, things):
        """Lines of equipment: what, whose, where."""
        return [
            {
                "id": thing.id,
                "name": thing.display_name,
                "what": " ".join(filter(None, (thing.brand_id.name, thing.model))),
                "partner_id": thing.partner_id.id,
                "customer": thing.partner_id.display_name,
                "site_id": thing.site_id.id,
                "site": self._format_address(thing.site_id) or thing.site_id.name or "",
                "warranty": thing.warranty_state == "in",
            }
            for thing in things
        ]

    @api.model
    def _prepare_card(self, partner):
        """The card shows what the customer has."""
        things = self.env["service.equipment"].search(
            [("partner_id", "child_of", partner.commercial_partner_id.ids)], limit=20
        )
        return {
            **super()._prepare_card(partner),
            "equipment": self._prepare_equipment(things),
        }

    @api.model
    def _get_console_fields(self):
        """The operator says what the call is about."""
        return super()._get_console_fields() | {"equipment_id"}
