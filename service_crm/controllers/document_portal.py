import binascii

from odoo.exceptions import UserError
from odoo.http import content_disposition, request, route
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal

# Signatures from one page, and from one network address, in ten minutes.
WINDOW = 600
PAGE_LIMIT = 10
ADDRESS_LIMIT = 60
SIGNATURE_LIMIT = 1_000_000
NAME_LIMIT = 200
# PNG and JPEG in base64: as the system one could also send an SVG, which is a program.
PICTURES = ("iVBOR", "/9j/")
PRINT_LIMIT = 200


class DocumentPortal(CustomerPortal):
    """The customer's page of a document: to read, to keep, to sign."""

    @route("/service/document/<int:document_id>", type="http", auth="public")
    def document_link(self, document_id, access_token="", **kwargs):
        """The link as Odoo writes it (``get_portal_url``) leads to the same page."""
        document = self._get_document(document_id, access_token)
        return request.redirect(document._get_customer_page_url())

    @route(
        "/service/document/<int:document_id>/<string:token>",
        type="http",
        auth="public",
        website=True,
    )
    def document_page(self, document_id, token, **kwargs):
        """The page of one document; whoever has the link may see it."""
        document = self._get_document(document_id, token)
        company = document.company_id
        lead = document.request_id
        response = request.render(
            "service_crm.document_page",
            {
                "document": document,
                "company": company,
                "res_company": company,
                "page_url": document._get_customer_page_url(),
                "request_url": lead
                and f"{lead.access_url}/{lead._portal_ensure_token()}",
                "shown": document._is_shown_to_customer(),
                "may_sign": document._may_customer_sign(),
            },
        )
        self._keep_secret(response)
        return response

    @route(
        "/service/document/<int:document_id>/<string:token>/file",
        type="http",
        auth="public",
    )
    def document_file(self, document_id, token, **kwargs):
        """The file of the document, as it was issued."""
        document = self._get_document(document_id, token)
        if not document._is_shown_to_customer() or not document.attachment_id:
            raise request.not_found()
        file = document._get_present_file()
        return self._send_file(*file, download=bool(kwargs.get("download")))

    @route(
        "/service/document/<int:document_id>/<string:token>/sign",
        type="jsonrpc",
        auth="public",
        website=True,
    )
    def document_sign(self, document_id, token, name=None, signature=None):
        """The customer signs on the page."""
        document = self._get_document(document_id, token)
        problem = self._get_sign_problem(document, name, signature)
        if problem:
            return {"error": problem}
        user = request.env.user
        author = document.partner_id if user._is_public() else user.partner_id
        try:
            with request.env.cr.savepoint():
                document._action_sign(
                    signed_by=name,
                    signature=signature,
                    ip=request.httprequest.remote_addr,
                    author=author,
                )
        except (UserError, TypeError, ValueError, binascii.Error):
            return {
                "error": document.env._(
                    "The signature did not arrive. Please draw it again."
                )
            }
        return {
            "force_refresh": True,
            "redirect_url": f"{document._get_customer_page_url()}#signed",
        }

    @route("/service/documents/<string:ids>/file", type="http", auth="user")
    def documents_file(self, ids, **kwargs):
        """For people with a login: one file of all documents that were chosen."""
        numbers = [int(part) for part in ids.split(",") if part.isdecimal()]
        documents = request.env["service.document"].browse(numbers[:PRINT_LIMIT])
        documents = documents.exists()
        if not documents:
            raise request.not_found()
        documents.check_access("read")
        return self._send_file(*documents._get_common_file())

    def _get_sign_problem(self, document, name, signature):
        """Why the customer cannot sign, in words for him; empty when he can."""
        if not self._is_within_limit(document):
            return document.env._(
                "That was a lot at once. Please wait a few minutes, or call us."
            )
        if not document._may_customer_sign():
            return document.env._(
                "This document is no longer waiting for a signature. Please call us "
                "if something is wrong."
            )
        if not isinstance(name, str) or not 0 < len(name.strip()) <= NAME_LIMIT:
            return document.env._("Please write your name.")
        drawn = isinstance(signature, str) and signature.startswith(PICTURES)
        if not drawn or len(signature) > SIGNATURE_LIMIT:
            return document.env._("Please draw your signature.")
        return ""

    def _get_document(self, document_id, token):
        """The document behind the link, in superuser mode; else "not found".

        A wrong key says no more than a wrong number.
        """
        # The key is the right: it is compared before anything is shown or done.
        document = request.env["service.document"].sudo().browse(document_id).exists()
        if (
            not document
            or not document.access_token
            or not consteq(document.access_token.encode(), token.encode())
        ):
            raise request.not_found()
        return document.with_company(document.company_id)

    def _is_within_limit(self, document):
        """Whether this page, and this network address, may post once more."""
        # Counting is nobody's right: the limiter is the system's.
        limiter = request.env["service.rate.limit"].sudo()
        by_page = limiter._allow("document_page", document.id, PAGE_LIMIT, WINDOW)
        address = request.httprequest.remote_addr
        return limiter._allow("document_address", address, ADDRESS_LIMIT, WINDOW) and (
            by_page
        )

    def _keep_secret(self, response):
        """The link in the address is a secret and stays one."""
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"

    def _send_file(self, name, content, mimetype, download=False):
        """A file for the browser: shown where it can be."""
        shown = mimetype == "application/pdf" and not download
        disposition = content_disposition(
            name, disposition_type="inline" if shown else "attachment"
        )
        response = request.make_response(
            content,
            [
                ("Content-Type", mimetype),
                ("Content-Disposition", disposition),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        self._keep_secret(response)
        return response
