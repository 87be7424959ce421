from odoo import http
from odoo.http import request

from odoo.addons.service_crm.tools.web_form import network_of

from ..tools.signature import check

MAX_BODY = 64 * 1024
MINUTE = 60


class BpmWebhook(http.Controller):
    """The door by which other programs start processes and tell them of events."""

    @http.route(
        "/service/process/hook/<string:key>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def service_process_hook(self, key, **_query):
        network = network_of(request.httprequest.remote_addr)
        # the sender has no rights here: what he may do is said by the address
        endpoint = request.env["bpm.endpoint"].sudo()._find(key)
        if not endpoint:
            known = self._allow("bpm_hook_unknown", network, 30)
            return self._answer(404 if known else 429, "unknown address")
        if not self._allow("bpm_hook", f"{endpoint.id} {network}", endpoint.per_minute):
            endpoint._note_refused("limit", network)
            return self._answer(429, "too many requests, try again in a minute")
        body = request.httprequest.get_data()
        headers = request.httprequest.headers
        wrong = check(
            endpoint.secret or "",
            headers.get("X-Service-Timestamp", ""),
            body,
            headers.get("X-Service-Signature", ""),
        )
        if wrong:
            endpoint._note_refused(wrong, network)
            return self._answer(401, f"wrong {wrong}")
        delivery = headers.get("X-Service-Delivery", "")[:100]
        status, answer = endpoint._receive(body, delivery, network)
        return request.make_json_response(answer, status=status)

    def _allow(self, scope, who, limit):
        """Count the call; whether it is within the limit of a minute."""
        # a counter that visitors have no rights on
        limiter = request.env["service.rate.limit"].sudo()
        return limiter._allow(scope, who, limit, MINUTE)

    def _answer(self, status, error):
        return request.make_json_response({"ok": False, "error": error}, status=status)
