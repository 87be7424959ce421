import hashlib

from odoo import http
from odoo.http import get_session_max_inactivity, request
from odoo.tools import file_open
from odoo.tools.json import scriptsafe
from odoo.tools.translate import code_translations

from ..models.ir_http import MY_DAY_COOKIE

PERFORMER = "service_crm.group_service_performer"
BUNDLE = "service_crm.assets_my_day"
WORKER_BUNDLE = "service_crm.assets_my_day_worker"
WORKER = "service_crm/static/src/my_day/worker/service_worker.js"
MAX_POST = 12 * 1024 * 1024
# Posts of one performer in ten minutes: a long day with many photos at once.
WINDOW = 600
LIMIT = 600


class ServiceMyDay(http.Controller):
    """The performer's day on a phone, with or without connection.

    The page and its scripts hold nothing of anybody but a name; the day comes from
    ``data`` and is kept by the page itself, per user.
    """

    @http.route("/service/my-day", type="http", auth="user", methods=["GET"])
    def my_day_page(self, **query):
        """The page; whoever is no performer is told whose page it is."""
        user = request.env.user
        if not user.has_group(PERFORMER):
            return self._close_page(
                request.render(
                    "service_crm.my_day_refused", self._get_my_day_assets(), status=403
                )
            )
        values = {
            **self._get_my_day_assets(),
            "config": scriptsafe.dumps(self._prepare_my_day_config()),
        }
        response = request.render("service_crm.my_day", values)
        self._keep_my_day()
        return self._close_page(response)

    @http.route("/service/my-day/data", type="jsonrpc", auth="user")
    def my_day_data(self):
        """The day as it is now."""

        def read():
            self._keep_my_day()
            return {"day": request.env["service.my.day"]._read_day()}

        return self._answer_performer(read)

    @http.route(
        "/service/my-day/act",
        type="jsonrpc",
        auth="user",
        max_content_length=MAX_POST,
    )
    def my_day_act(self, user=None, **post):
        """One thing the performer did; the same key again gets the same answer.

        :param user: who did it: a phone never speaks for whoever logged in after him
        """
        if user != request.env.uid:
            return {"user": request.env.uid}
        return self._answer_performer(
            lambda: request.env["service.phone.action"]._receive(post)
        )

    @http.route("/service/my-day/items", type="jsonrpc", auth="user")
    def my_day_items(self, text=""):
        """Materials of the catalogue by name or number."""
        text = text[:100] if isinstance(text, str) else ""
        return self._answer_performer(
            lambda: {"items": request.env["service.my.day"]._find_items(text)}
        )

    @http.route(
        "/service/service-worker.js", type="http", auth="public", methods=["GET"]
    )
    def my_day_worker(self):
        """What keeps the page where there is no connection; holds no data."""
        with file_open(WORKER) as file:
            script = file.read()
        assets = self._get_my_day_assets()
        content = "\n".join([script, *assets["styles"], *assets["scripts"]])
        version = hashlib.sha256(content.encode()).hexdigest()[:12]
        [bundle] = self._get_my_day_links(WORKER_BUNDLE)
        return request.make_response(
            f'const VERSION = "{version}";\nconst BUNDLE = "{bundle}";\n{script}',
            [
                ("Content-Type", "text/javascript; charset=utf-8"),
                ("Cache-Control", "no-cache"),
                ("Service-Worker-Allowed", "/service/"),
            ],
        )

    def _answer_performer(self, read):
        """What ``read`` gives, for performers within the limit.

        Others are told so in the answer, as data: the phone stops or waits.
        """
        user = request.env.user
        if not user.has_group(PERFORMER):
            return {"refused": request.env._("This page is for performers.")}
        # Counting is nobody's right: the limiter is the system's.
        limiter = request.env["service.rate.limit"].sudo()
        if not limiter._allow("my_day", user.id, LIMIT, WINDOW):
            return {"wait": limiter._get_minutes_to_wait(WINDOW) * 60}
        return {"user": user.id, **read()}

    def _get_my_day_assets(self):
        """The page's title, and addresses of its own styles and scripts.

        Odoo's tags bring a handler along, which the page's policy does not run.
        """
        links = self._get_my_day_links(BUNDLE)
        return {
            "title": request.env._("My day"),
            "styles": [link for link in links if link.endswith(".css")],
            "scripts": [link for link in links if link.endswith(".js")],
        }

    def _get_my_day_links(self, bundle):
        debug = request.session.debug
        return request.env["ir.qweb"]._get_asset_links(bundle, debug=debug)

    def _keep_my_day(self):
        """This browser may show the day, where there is no connection either, until
        the session would be over."""
        request.future_response.set_cookie(
            MY_DAY_COOKIE,
            str(request.env.uid),
            max_age=get_session_max_inactivity(request.env),
            samesite="Lax",
        )

    def _prepare_my_day_config(self):
        """What the page knows before the day is there. Extension point."""
        user = request.env.user
        lang = request.env.lang or "en_US"
        messages = code_translations.get_web_translations("service_crm", lang)
        return {
            "user": user.id,
            "name": user.name,
            "lang": lang.replace("_", "-").partition("@")[0],
            "words": {
                message["id"]: message["string"] for message in messages["messages"]
            },
        }

    def _close_page(self, response):
        """Nothing from elsewhere runs here, and nobody in between keeps the page.

        ``X-Service-User`` tells the phone that this is no page of a proxy.
        """
        response.headers["X-Service-User"] = str(request.env.uid)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; "
            "frame-ancestors 'self'; base-uri 'none'; form-action 'self'"
        )
        return response
