from werkzeug.exceptions import abort

from odoo.exceptions import UserError
from odoo.http import request, route

from ..tools.web_form import MAX_PHOTOS
from .request_portal import RequestPortal

MAX_POST = 45 * 1024 * 1024
RENEWALS = 3
DAY = 24 * 60 * 60


class RequestPortalVisit(RequestPortal):
    """The customer's page of a request: photos, questions, free times, old links."""

    @route(
        "/service/r/<int:request_id>/<string:token>/photos",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        max_content_length=MAX_POST,
    )
    def request_photos(self, request_id, token, **post):
        """Photos are larger than other posts may be; the rest is the same."""
        return self.request_post(request_id, token, "photos", **post)

    @route(
        "/service/r/<int:request_id>/<string:token>/renew",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def request_renew(self, request_id, token, **post):
        """Somebody with an old link asks for a new one: it goes to the address kept."""
        lead = self._find_lead(request_id, token)
        # Counting is nobody's right: the limiter is the system's.
        limiter = request.env["service.rate.limit"].sudo()
        if limiter._allow("customer_link", lead.id, RENEWALS, DAY):
            lead._customer_renew_link()
        return self._render_expired(lead, sent=True)

    def _get_lead(self, request_id, token):
        """An old link opens a page that says so; the customer's own login still
        leads in."""
        lead = super()._get_lead(request_id, token)
        if lead._is_customer_link_expired() and not self._is_own_request(lead):
            abort(self._render_expired(lead))
        return lead

    def _is_own_request(self, lead):
        """Whether the user who is logged in may see it without a link."""
        user = request.env.user
        if user._is_public():
            return False
        partner = user.partner_id.commercial_partner_id
        return user._is_internal() or lead.commercial_partner_id == partner

    def _render_expired(self, lead, sent=False):
        """The page of a link that is too old: whom to call, how to get a new one."""
        company = lead.company_id or request.env.company
        response = request.render(
            "service_crm.customer_page_expired",
            {"company": company, "res_company": company, "sent": sent},
            status=200 if sent else 410,
        )
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        response.flatten()
        return response

    def _get_customer_steps(self):
        return {
            **super()._get_customer_steps(),
            "answer": lambda lead, post: lead._customer_answer(
                self._get_request_answers(lead, post)
            ),
            "photos": lambda lead, post: lead._customer_add_photos(
                self._get_request_photos(), post.get("text")
            ),
            "slot": lambda lead, post: lead._customer_choose_slot(
                self._get_visit(lead, post), self._get_request_slot(lead, post)
            ),
        }

    def _get_request_answers(self, lead, post):
        """What was typed: ``{id of the question: text}``."""
        return {
            question.id: post.get(f"answer{question.id}")
            for question in lead.question_ids
        }

    def _get_request_photos(self):
        """``(name, bytes)`` of the posted photos; one more than allowed tells."""
        files = request.httprequest.files.getlist("photos")[: MAX_PHOTOS + 1]
        return [
            (file.filename or "", content) for file in files if (content := file.read())
        ]

    def _get_request_slot(self, lead, post):
        """The free time that was picked, as the page wrote it: seconds since 1970."""
        seconds = self._get_number((post.get("slot") or "").strip(), digits=11)
        if not seconds:
            raise UserError(lead.env._("Please choose one of the times."))
        return lead._get_slot_moment(seconds)
