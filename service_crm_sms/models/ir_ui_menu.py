from odoo import models


class IrUiMenu(models.Model):
    """The sandbox's phones are in the menu only where a sandbox is in use."""

    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        hidden = super()._load_menus_blacklist()
        menu = self.env.ref(
            "service_crm_sms.menu_sms_sandbox_phone", raise_if_not_found=False
        )
        # Gateways are the administrators': here only whether there is a sandbox.
        gateways = self.env["sms.gateway"].sudo()
        if menu and not gateways.search_count([("kind", "=", "sandbox")], limit=1):
            hidden.append(menu.id)
        return hidden
