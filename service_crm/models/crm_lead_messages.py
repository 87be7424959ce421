from odoo import models
from odoo.tools import SQL
from odoo.tools.urls import urljoin


class CrmLead(models.Model):
    """Service request: whom its messages go to, and the links in them."""

    _inherit = "crm.lead"

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for lead in self.filtered("is_service"):
            lead.access_url = f"/service/r/{lead.id}"
        return result

    def _prepare_service_messages(self):
        """Texts link the customer's page: each request needs its token."""
        self._ensure_tracking_tokens()
        return super()._prepare_service_messages()

    def _ensure_tracking_tokens(self):
        """Give every request of the batch its access token, in one query."""
        self.flush_recordset(["access_token"])
        self.env.execute_query(
            SQL(
                "UPDATE crm_lead SET access_token = gen_random_uuid()::text"
                " WHERE id = ANY(%s) AND access_token IS NULL RETURNING id",
                self.ids,
            )
        )
        self.invalidate_recordset(["access_token"], flush=False)

    def _get_service_tracking_url(self):
        """Absolute address of the customer's page; opens without login.

        In a template that a user renders it is there for those who may know it only.
        """
        self.ensure_one()
        self._check_service_role("operator", "manager", "dispatcher")
        token = self._portal_ensure_token()
        return urljoin(self.get_base_url(), f"{self.access_url}/{token}")

    def _get_service_rating_url(self):
        """Absolute address of the five stars on the customer's page."""
        return f"{self._get_service_tracking_url()}#rate"

    def _get_service_lang(self):
        """Language in which the customer is written to."""
        self.ensure_one()
        return (
            self.partner_id.lang
            or self.lang_id.code
            or self.company_id.partner_id.lang
            or self.env.company.partner_id.lang
        )

    def _get_customer_recipients(self):
        """The customer, or the contact typed as long as there is none."""
        recipient = self._prepare_service_recipient(
            self.partner_id, self.email_from, self.phone, self.contact_name
        )
        if not (recipient.partner_id or recipient.email or recipient.phone):
            return []
        return [recipient._replace(lang=recipient.lang or self._get_service_lang())]

    def _get_performer_recipients(self):
        """The performers of the visits that were not called off, each once."""
        orders = self.work_order_ids.filtered(lambda order: order.state != "cancelled")
        return list(
            dict.fromkeys(r for o in orders for r in o._get_performer_recipients())
        )

    def _get_helper_recipients(self):
        """Who goes along to the visits that were not called off, each once."""
        orders = self.work_order_ids.filtered(lambda order: order.state != "cancelled")
        return list(
            dict.fromkeys(r for o in orders for r in o._get_helper_recipients())
        )

    def _get_dispatcher_recipients(self):
        """The dispatcher of the request."""
        return [
            self._prepare_service_recipient(user.partner_id)
            for user in self.dispatcher_id
        ]

    def _get_manager_recipients(self):
        """The manager: the request's salesperson."""
        return [
            self._prepare_service_recipient(user.partner_id) for user in self.user_id
        ]

    def _get_operator_recipients(self):
        """The operator who took the request."""
        return [
            self._prepare_service_recipient(user.partner_id)
            for user in self.operator_id
        ]
