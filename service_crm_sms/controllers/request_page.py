from odoo.http import request

from odoo.addons.service_crm.controllers.request_portal import RequestPortal


class RequestPageRead(RequestPortal):
    """The customer's page of a request: who opens it has read what was told."""

    def _render_page(self, lead, status=200, **values):
        if request.env.user._is_public() or request.env.user.share:
            # The log is the system's; the link was checked before.
            request.env["service.notification"].sudo()._mark_request_read(lead)
        return super()._render_page(lead, status=status, **values)
