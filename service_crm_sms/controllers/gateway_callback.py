from urllib.parse import urlencode

from odoo import http
from odoo.http import request

from odoo.addons.service_crm.tools.web_form import network_of

from ..tools.gateways.base import BadCallback, Callback

MAX_BODY = 256 * 1024
MINUTE = 60
WRONG_PER_MINUTE = 30


class SmsGatewayCallback(http.Controller):
    """The door by which SMS gateways report deliveries and hand over replies."""

    @http.route(
        "/service/sms/<string:token>/callback",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def service_sms_callback(self, token, **values):
        # The sender has no rights here: what he may do is said by address and mark.
        gateway = request.env["sms.gateway"].sudo()._find_by_token(token)
        if not gateway:
            return self._service_sms_refuse(404, "unknown address")
        try:
            answer = gateway._read_callback(self._service_sms_read(gateway, values))
        except BadCallback as error:
            return self._service_sms_refuse(403, str(error), gateway)
        gateway._take_callback(answer)
        return request.make_response(
            answer.body, headers=[("Content-Type", answer.content_type)]
        )

    def _service_sms_read(self, gateway, values):
        """The call as the kinds of gateways read it.

        The address is the one the gateway was told: a proxy may have changed it.
        """
        called = request.httprequest
        form = list(called.form.items(multi=True))
        query = called.query_string.decode("latin-1")
        return Callback(
            method=called.method,
            url=gateway.callback_url + (f"?{query}" if query else ""),
            headers={name.lower(): value for name, value in called.headers.items()},
            values={name: v for name, v in values.items() if isinstance(v, str)},
            # The framework has read a form already: it is written anew.
            body=urlencode(form).encode() if form else called.get_data(),
        )

    def _service_sms_refuse(self, status, error, gateway=None):
        """Refuse a call; those of a known gateway are kept where people see them."""
        network = network_of(request.httprequest.remote_addr)
        # A counter that callers have no rights on.
        limiter = request.env["service.rate.limit"].sudo()
        if not limiter._allow("sms_callback", network, WRONG_PER_MINUTE, MINUTE):
            status, error = 429, "too many requests, try again in a minute"
        elif gateway:
            gateway._note_refused(error, network)
        return request.make_response(
            error, headers=[("Content-Type", "text/plain")], status=status
        )
