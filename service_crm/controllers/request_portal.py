import pytz

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..tools.phone_values import clean_text

# Posts from the pages of one request, and from one network address, in ten minutes.
WINDOW = 600
REQUEST_LIMIT = 30
ADDRESS_LIMIT = 120


class RequestPortal(CustomerPortal):
    """The customer's page of a request, and the list for those who log in."""

    # -- list

    def _prepare_home_portal_values(self, counters):
        """Count the user's service requests, closed ones too, for the portal's home."""
        values = super()._prepare_home_portal_values(counters)
        if "service_request_count" in counters:
            # Portal users have no rights on requests: the domain is the check.
            leads = request.env["crm.lead"].sudo().with_context(active_test=False)
            values["service_request_count"] = leads.search_count(
                self._get_own_requests_domain()
            )
        return values

    @route(
        ["/my/service", "/my/service/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def my_requests(self, page=1, **kwargs):
        """The service requests of the user's company, newest first."""
        # Portal users have no rights on requests: the domain is the check.
        leads = request.env["crm.lead"].sudo().with_context(active_test=False)
        domain = self._get_own_requests_domain()
        pager = portal_pager(
            url="/my/service",
            total=leads.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        leads = leads.search(
            domain,
            order="create_date desc, id desc",
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        leads._ensure_tracking_tokens()
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "leads": leads,
                "page_name": "service_request",
                "pager": pager,
                "default_url": "/my/service",
            }
        )
        return request.render("service_crm.portal_my_requests", values)

    def _get_own_requests_domain(self):
        """The requests of the logged-in user's company."""
        partner = request.env.user.partner_id.commercial_partner_id
        return Domain("is_service", "=", True) & Domain(
            "partner_id", "child_of", partner.ids
        )

    # -- page

    @route(
        "/service/r/<int:request_id>",
        type="http",
        auth="public",
        website=True,
    )
    def request_link(self, request_id, access_token="", **kwargs):
        """The link as Odoo writes it (``get_portal_url``) leads to the same page."""
        lead = self._get_lead(request_id, access_token)
        return request.redirect(f"{lead.access_url}/{lead.access_token}")

    @route(
        "/service/r/<int:request_id>/<string:token>",
        type="http",
        auth="public",
        website=True,
    )
    def request_page(self, request_id, token, sent=None, **kwargs):
        """The customer's own page of a request; whoever has the link may see it."""
        return self._render_page(self._get_lead(request_id, token), sent=sent)

    @route(
        "/service/r/<int:request_id>/<string:token>/<string:step>",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def request_post(self, request_id, token, step, **post):
        """What the customer does on the page, one step at a time."""
        lead = self._get_lead(request_id, token)
        steps = self._get_customer_steps()
        if step not in steps:
            raise request.not_found()
        if not self._is_within_limit(lead):
            return self._render_page(
                lead,
                post=post,
                step=step,
                error=lead.env._(
                    "That was a lot at once. Please wait %(minutes)s minutes, or "
                    "call us.",
                    minutes=request.env["service.rate.limit"]._get_minutes_to_wait(
                        WINDOW
                    ),
                ),
                status=429,
            )
        # Files where texts belong, and characters no database takes, are left out.
        post = {
            name: clean_text(value, None)
            for name, value in post.items()
            if isinstance(value, str)
        }
        try:
            with request.env.cr.savepoint():
                steps[step](lead, post)
        except UserError as error:
            return self._render_page(
                lead, post=post, step=step, error=str(error), status=400
            )
        page = f"{lead.access_url}/{lead.access_token}?sent={step}"
        return request.redirect(page, code=303)

    def _get_customer_steps(self):
        """What may be posted: ``{step: method(lead, post)}``. Extension point."""
        return {
            "confirm": lambda lead, post: lead._customer_confirm(
                self._get_visit(lead, post)
            ),
            "reschedule": lambda lead, post: lead._customer_reschedule(
                self._get_visit(lead, post),
                post.get("text"),
                self._get_wished(lead, post),
            ),
            "cancel": lambda lead, post: lead._customer_cancel(
                self._get_visit(lead, post), post.get("text")
            ),
            "message": lambda lead, post: lead._customer_write(post.get("text")),
            "rate": lambda lead, post: lead._customer_rate(
                self._get_number(post.get("stars")), post.get("text")
            ),
        }

    def _get_lead(self, request_id, token):
        """The request the page is opened for, in superuser mode."""
        return self._find_lead(request_id, token)

    def _find_lead(self, request_id, token):
        """The request behind the link, in superuser mode; else "not found".

        A wrong token says no more than a wrong number.
        """
        # The token is the right: it is compared before anything is shown or done.
        lead = request.env["crm.lead"].sudo().browse(request_id).exists()
        if (
            not lead.is_service
            or not lead.access_token
            or not consteq(lead.access_token.encode(), token.encode())
        ):
            raise request.not_found()
        company = lead.company_id or request.env.company
        return lead.with_company(company)

    def _render_page(self, lead, status=200, **values):
        """The page; the link in its address is a secret and stays one."""
        values = {
            "error": None,
            "post": {},
            "sent": None,
            "step": None,
            **lead._prepare_customer_page_values(),
            **values,
            "res_company": lead.company_id or request.env.company,
        }
        response = request.render("service_crm.customer_page", values, status=status)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _is_within_limit(self, lead):
        """Whether this page, and this network address, may post once more."""
        # Counting is nobody's right: the limiter is the system's.
        limiter = request.env["service.rate.limit"].sudo()
        by_page = limiter._allow("customer_page", lead.id, REQUEST_LIMIT, WINDOW)
        address = request.httprequest.remote_addr
        return limiter._allow("customer_address", address, ADDRESS_LIMIT, WINDOW) and (
            by_page
        )

    def _get_visit(self, lead, post):
        """The visit a post is about, one of this request's or none."""
        visit_id = self._get_number(post.get("visit"))
        return lead.work_order_ids.filtered(lambda visit: visit.id == visit_id)

    def _get_number(self, text, digits=9):
        """A whole number typed into the address, 0 for anything else."""
        return int(text) if (text or "").isdecimal() and len(text) <= digits else 0

    def _get_wished(self, lead, post):
        """The wished time of the page's field, from the customer's clock to UTC."""
        text = (post.get("wished") or "").strip()
        if not text:
            return None
        zone = pytz.timezone(lead._get_customer_tz())
        try:
            moment = fields.Datetime.to_datetime(text.replace("T", " ")[:16] + ":00")
            return zone.localize(moment).astimezone(pytz.utc).replace(tzinfo=None)
        except (ValueError, OverflowError):
            raise UserError(
                lead.env._(
                    "Please choose day and time, for example %(example)s.",
                    example=lead._localize_now("UTC").replace("T", " "),
                )
            ) from None
