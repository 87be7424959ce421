from werkzeug.exceptions import TooManyRequests

from odoo import http
from odoo.http import request

from ..models.service_message_consent import PURPOSES

# Posts by the link of one message in ten minutes. Not by network address: the clicks of
# all users of a large mail service come from a few.
WINDOW = 600
LIMIT = 20


class MessagePages(http.Controller):
    """The page where a person says which messages to get; no login."""

    @http.route(
        "/service/u/<string:token>",
        type="http",
        auth="public",
        website=True,
        multilang=False,
        csrf=False,
        methods=["GET", "POST"],
    )
    def message_page(self, token, done=None, **post):
        """The page; a POST is the one click of a mail program (RFC 8058).

        Looking at the page changes nothing: programs that check links do that.
        """
        message = self._get_message(token)
        if request.httprequest.method != "POST":
            return self._render_message_page(message, token, done=done)
        if post.get("List-Unsubscribe") != "One-Click":
            return self._render_message_page(message, token, status=400)
        self._check_message_limit(message)
        message._say("refused", [message.purpose or "service"])
        return request.make_response("", headers=[("Cache-Control", "no-store")])

    @http.route(
        "/service/u/<string:token>/say",
        type="http",
        auth="public",
        website=True,
        multilang=False,
        methods=["POST"],
    )
    def message_say(self, token, purpose=None, state=None, **post):
        """One button of the page: get these messages, or no more of them."""
        message = self._get_message(token)
        purposes = PURPOSES if purpose == "all" else [purpose]
        if state not in ("given", "refused") or not set(purposes) <= set(PURPOSES):
            return self._render_message_page(message, token, status=400)
        self._check_message_limit(message)
        message._say(state, purposes)
        return request.redirect(f"/service/u/{token}?done={state}", code=303)

    def _get_message(self, token):
        """The message behind the link, in superuser mode; else "not found"."""
        # The signature in the link is the right of whoever got the message.
        message = request.env["service.notification"].sudo()._find_by_link(token)
        if not message or not message.address:
            raise request.not_found()
        return message.with_company(message.company_id or request.env.company)

    def _check_message_limit(self, message):
        """Refuse what no person clicks that often."""
        # Counting is nobody's right: the limiter is the system's.
        limiter = request.env["service.rate.limit"].sudo()
        if not limiter._allow("message_page", message.id, LIMIT, WINDOW):
            raise TooManyRequests()

    def _render_message_page(self, message, token, status=200, done=None):
        """The page; the link in its address is a secret and stays one."""
        company = message.company_id or request.env.company
        if message.lang:
            message = message.with_context(lang=message.lang)
        response = request.render(
            "service_crm_sms.message_page",
            {
                "message": message,
                "token": token,
                "done": done,
                "company": company,
                "res_company": company,
                "subscriptions": message._get_subscriptions(),
            },
            status=status,
        )
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
