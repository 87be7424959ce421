from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route
from odoo.tools import consteq

from odoo.addons.sale_management.controllers.portal import CustomerPortal


class ServiceSalePortal(CustomerPortal):
    @route()
    def portal_quote_accept(
        self, order_id, access_token=None, name=None, signature=None, **kwargs
    ):
        """What is signed is what was on the page, not what it became meanwhile."""
        order = self._get_service_order(order_id, access_token)
        seal = request.httprequest.args.get("offer")
        if order and seal and not consteq(seal, order._get_offer_seal()):
            return {
                "error": order.env._(
                    "The offer has changed since you opened this page. Please load "
                    "the page again and read it before you sign."
                )
            }
        return super().portal_quote_accept(
            order_id, access_token=access_token, name=name, signature=signature
        )

    @route()
    def portal_quote_decline(
        self, order_id, access_token=None, decline_message=None, **kwargs
    ):
        """Declining a service offer is a rejection: the dispatcher goes on with it."""
        order_sudo = self._get_service_order(order_id, access_token)
        message = (decline_message or "").strip()
        if not order_sudo or not message or not order_sudo._has_to_be_signed():
            return super().portal_quote_decline(
                order_id, access_token, decline_message=message, **kwargs
            )
        author = self._get_offer_author(order_sudo)
        order_sudo._record_customer_word(
            "rejected", spoken_with=author.name, comment=message, author=author
        )
        return request.redirect(order_sudo.get_portal_url())

    @route()
    def portal_quote_option_update(
        self,
        order_id,
        line_id,
        access_token=None,
        remove=False,
        input_quantity=False,
        **kwargs,
    ):
        """An option of a service offer is ticked as offered, or left."""
        order_sudo = self._get_service_order(order_id, access_token)
        if not order_sudo:
            return super().portal_quote_option_update(
                order_id,
                line_id,
                access_token=access_token,
                remove=remove,
                input_quantity=input_quantity,
                **kwargs,
            )
        line = order_sudo.order_line.filtered(lambda line: str(line.id) == str(line_id))
        chosen = bool(input_quantity) if input_quantity is not False else not remove
        author = self._get_offer_author(order_sudo)
        if not order_sudo._customer_choose(line, chosen, author):
            return {
                "error": order_sudo.env._(
                    "The options of this offer can no longer be changed here. Please "
                    "load the page again."
                )
            }
        return {"done": True}

    def _get_service_order(self, order_id, access_token):
        """The order (sudo) when it is a service order this visitor may see."""
        # As Odoo reads it: from the body, else from the address.
        access_token = access_token or request.httprequest.args.get("access_token")
        try:
            order_sudo = self._document_check_access(
                "sale.order", order_id, access_token=access_token
            )
        except (AccessError, MissingError):
            return None
        return order_sudo if order_sudo.is_service else None

    def _get_offer_author(self, order_sudo):
        """Who speaks: the one logged in, else the customer of the order."""
        user = request.env.user
        return order_sudo.partner_id if user._is_public() else user.partner_id
