from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route

from odoo.addons.sale.controllers.portal import CustomerPortal


class ServiceSalePortal(CustomerPortal):
    @route()
    def portal_quote_decline(
        self, order_id, access_token=None, decline_message=None, **kwargs
    ):
        """Declining a service offer is a rejection: the dispatcher goes on with it."""
        try:
            order_sudo = self._document_check_access(
                "sale.order", order_id, access_token=access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        message = (decline_message or "").strip()
        if (
            not order_sudo.is_service
            or not message
            or not order_sudo._has_to_be_signed()
        ):
            return super().portal_quote_decline(
                order_id, access_token, decline_message=message, **kwargs
            )
        user = request.env.user
        author = order_sudo.partner_id if user._is_public() else user.partner_id
        order_sudo._record_customer_word(
            "rejected", spoken_with=author.name, comment=message, author=author
        )
        return request.redirect(order_sudo.get_portal_url())
