from odoo import models
from odoo.tools.urls import urljoin


class ServiceDocument(models.Model):
    """Document: whom its messages go to, and its page for the customer."""

    _inherit = "service.document"

    def _compute_access_url(self):
        super()._compute_access_url()
        for document in self:
            document.access_url = f"/service/document/{document.id}"

    def _prepare_service_messages(self):
        """Texts link the document's page: each document needs its token."""
        for document in self:
            document._portal_ensure_token()
        return super()._prepare_service_messages()

    def _get_customer_page_url(self):
        """Path of the customer's page of this document, with its key."""
        self.ensure_one()
        return f"{self.access_url}/{self._portal_ensure_token()}"

    def _get_service_tracking_url(self):
        """Absolute address of the customer's page of this document.

        In a template that a user renders it is there for those who may know it only.
        """
        self._check_may_know_link()
        return urljoin(self.get_base_url(), self._get_customer_page_url())

    def _get_share_url(
        self, redirect=False, signup_partner=False, pid=None, share_token=True
    ):
        """The button of a mail opens the customer's page; its path holds the key."""
        if redirect or not share_token:
            return super()._get_share_url(redirect, signup_partner, pid, share_token)
        self.ensure_one()
        self._check_may_know_link()
        return self._get_customer_page_url()

    def _is_shown_to_customer(self):
        """Whether the customer's pages show the document. Extension point."""
        self.ensure_one()
        return (
            self.active
            and self.type_id.for_customer
            and self.state in ("issued", "sent", "signed")
            and not self._is_file_confidential()
        )

    def _may_customer_sign(self):
        """Whether the customer's page asks for a signature."""
        self.ensure_one()
        return (
            self._is_shown_to_customer()
            and self.type_id.signer == "customer"
            and self.state != "signed"
            and not self.is_expired
            and bool(self.attachment_id)
        )

    def _get_request_number(self):
        """The number people quote: of the request, else of the document itself."""
        self.ensure_one()
        return self.request_id.service_number or self.name or ""

    def _get_service_lang(self):
        """Language in which the customer is written to."""
        return self._get_document_lang()

    def _get_customer_recipients(self):
        """The customer of the paper, reached as the request says."""
        if not self.partner_id:
            return []
        request = self.request_id
        return [
            self._prepare_service_recipient(
                self.partner_id, request.email_from, request.phone
            )
        ]

    def _get_performer_recipients(self):
        """The performer the paper is handed to."""
        partner = self.performer_id.partner_id or self.performer_id.user_id.partner_id
        return [self._prepare_service_recipient(p) for p in partner]

    def _get_dispatcher_recipients(self):
        """The dispatcher of the visit, or else of the request."""
        user = self.work_order_id.dispatcher_id or self.request_id.dispatcher_id
        return [self._prepare_service_recipient(partner) for partner in user.partner_id]

    def _get_manager_recipients(self):
        """The manager of the request."""
        request = self.request_id
        return request._get_manager_recipients() if request else []

    def _get_operator_recipients(self):
        """The operator of the request."""
        request = self.request_id
        return request._get_operator_recipients() if request else []
