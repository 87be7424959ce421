from odoo.exceptions import UserError
from odoo.http import request, route
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal

# Answers from one page, and from one network address, in ten minutes.
WINDOW = 600
PAGE_LIMIT = 10
ADDRESS_LIMIT = 60
NAME_LIMIT = 200
TEXT_LIMIT = 5000
PAGE = "/service/approval/<int:approval_id>/<string:token>"


class ApprovalPortal(CustomerPortal):
    """The page on which a customer approves a stage of a process.

    Odoo makes one class of all that extend the portal, the pages of requests too: the
    names of the methods are the page's own.
    """

    @route("/service/approval/<int:approval_id>", type="http", auth="public")
    def approval_link(self, approval_id, access_token="", **kwargs):
        """The link as Odoo writes it (``get_portal_url``) leads to the same page."""
        approval = self._get_approval(approval_id, access_token)
        return request.redirect(approval._get_customer_page_url())

    @route(PAGE, type="http", auth="public", website=True)
    def approval_page(self, approval_id, token, **kwargs):
        """What is asked, and two buttons; whoever has the link may answer."""
        return self._render_approval_page(self._get_approval(approval_id, token))

    @route(
        f"{PAGE}/<any(approved,rejected):decision>",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def approval_decide(self, approval_id, token, decision, **post):
        """The customer decides."""
        approval = self._get_approval(approval_id, token)
        name = (post.get("name") or "").strip()[:NAME_LIMIT]
        comment = (post.get("comment") or "").strip()[:TEXT_LIMIT]
        try:
            with request.env.cr.savepoint():
                self._check_approval_answer(approval, decision, name, comment)
                approval._decide_online(decision, name, comment)
        except UserError as error:
            return self._render_approval_page(
                approval, status=400, error=str(error), post=post, decision=decision
            )
        return request.redirect(approval._get_customer_page_url(), code=303)

    def _check_approval_answer(self, approval, decision, name, comment):
        """Refuse what cannot be an answer, in words for the customer."""
        env = approval.env
        if not self._is_approval_within_limit(approval):
            raise UserError(
                env._("That was a lot at once. Please wait a few minutes, or call us.")
            )
        if not name:
            raise UserError(env._("Please write your name."))
        if decision == "rejected" and not comment:
            raise UserError(env._("Please tell us what should be different."))

    def _is_approval_within_limit(self, approval):
        """Whether this page, and this network address, may post once more."""
        # counting is nobody's right: the limiter is the system's
        limiter = request.env["service.rate.limit"].sudo()
        page = limiter._allow("approval_page", approval.id, PAGE_LIMIT, WINDOW)
        address = request.httprequest.remote_addr
        return (
            limiter._allow("approval_address", address, ADDRESS_LIMIT, WINDOW) and page
        )

    def _get_approval(self, approval_id, token):
        """The approval behind the link, in superuser mode; else "not found".

        A wrong key says no more than a wrong number.
        """
        # the key is the right: it is compared before anything is shown or done
        approval = request.env["service.approval"].sudo().browse(approval_id).exists()
        if (
            not approval.token_id
            or approval.role != "customer"
            or not approval.access_token
            or not consteq(approval.access_token.encode(), token.encode())
        ):
            raise request.not_found()
        company = approval.company_id or request.env.company
        return approval.with_company(company)

    def _render_approval_page(self, approval, status=200, **values):
        """The page; the link in its address is a secret and stays one."""
        company = approval.company_id or request.env.company
        response = request.render(
            "service_crm_bpm.approval_page",
            {
                "approval": approval,
                "stage": approval.token_id.stage_id,
                "run": approval.instance_id,
                "about": approval._get_document_text(),
                "company": company,
                "res_company": company,
                "page_url": approval._get_customer_page_url(),
                "error": None,
                "post": {},
                "decision": None,
                **values,
            },
            status=status,
        )
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
