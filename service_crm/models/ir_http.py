from odoo import models
from odoo.http import request

# Whose day this browser keeps: read by the page, also where there is no connection.
MY_DAY_COOKIE = "service_my_day"


class IrHttp(models.AbstractModel):
    """The day a performer's phone keeps is over with his session."""

    _inherit = "ir.http"

    @classmethod
    def _post_dispatch(cls, response):
        """Whoever logged in after him, or nobody: the page forgets the kept day as soon
        as its cookie is gone."""
        owner = request.httprequest.cookies.get(MY_DAY_COOKIE)
        if owner and owner != str(request.session.uid):
            given = request.future_response.headers.getlist("Set-Cookie")
            if not any(cookie.startswith(MY_DAY_COOKIE) for cookie in given):
                request.future_response.set_cookie(MY_DAY_COOKIE, max_age=0, expires=0)
        return super()._post_dispatch(response)
