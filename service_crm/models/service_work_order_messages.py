import pytz

from odoo import models
from odoo.tools import format_datetime, format_time
from odoo.tools.urls import urljoin


class ServiceWorkOrder(models.Model):
    """Work order: whom its messages go to, and what they say about the visit."""

    _inherit = "service.work.order"

    def _prepare_service_messages(self):
        """Texts link the customer's page: each request needs its token."""
        self.request_id._ensure_tracking_tokens()
        return super()._prepare_service_messages()

    def _get_slot_text(self, tz=None):
        """The visit as people say it: ``Monday, 23 November, 10:00–12:00``.

        :param tz: time zone name; the performer's unless told
        """
        self.ensure_one()
        if not self.date_start:
            return self.env._("the time is not set yet")
        tz = tz or self._get_performer_tz()
        start = self._format_slot_moment(self.date_start, tz)
        if not self.date_end:
            return start
        zone = pytz.timezone(tz)
        days = {
            pytz.utc.localize(moment).astimezone(zone).date()
            for moment in (self.date_start, self.date_end)
        }
        if len(days) > 1:
            return f"{start} – {self._format_slot_moment(self.date_end, tz)}"
        return f"{start}–{self._format_slot_time(self.date_end, tz)}"

    def _format_slot_moment(self, moment, tz):
        """Day and time of one end of the visit, in words."""
        day = format_datetime(self.env, moment, tz, dt_format="EEEE, d MMMM")
        return f"{day}, {self._format_slot_time(moment, tz)}"

    def _format_slot_time(self, moment, tz):
        """Time of day; with plain spaces, which short messages need."""
        text = format_time(self.env, moment, tz, time_format="short")
        return text.replace("\u202f", " ").replace("\xa0", " ")

    def _get_performer_tz(self):
        """Time zone in which the performer is told about visits."""
        self.ensure_one()
        return self.performer_id.tz or self._get_customer_tz()

    def _get_request_number(self):
        """The number people quote: of the request, else of the work order itself."""
        self.ensure_one()
        return self.request_id.service_number or self.name or ""

    def _get_service_tracking_url(self):
        """Absolute address of the customer's page; empty without a request."""
        self.ensure_one()
        request = self.request_id
        return request._get_service_tracking_url() if request else ""

    def _get_work_order_url(self):
        """Absolute address of the work order, for people with a login."""
        self.ensure_one()
        return urljoin(
            self.get_base_url(), f"/mail/view?model={self._name}&res_id={self.id}"
        )

    def _get_service_lang(self):
        """Language in which the customer is written to."""
        self.ensure_one()
        return self.partner_id.lang or (
            self.request_id._get_service_lang()
            if self.request_id
            else self.company_id.partner_id.lang
        )

    def _get_performer_partner(self):
        """Contact of the performer: the own one, else that of the login."""
        self.ensure_one()
        performer = self.performer_id
        return (
            performer.crew_lead_id.partner_id
            or performer.partner_id
            or self.performer_user_id.partner_id
        )

    def _get_booked_partners(self):
        """Contacts of all who go: performer, members of the crew, helpers."""
        people = self.booked_ids
        alone = people.filtered(lambda person: not person.partner_id)
        return people.partner_id | alone.user_id.partner_id

    def _get_customer_recipients(self):
        """The customer of the visit, reached as the request says."""
        request = self.request_id
        if not self.partner_id:
            return request._get_customer_recipients() if request else []
        return [
            self._prepare_service_recipient(
                self.partner_id, request.email_from, request.phone
            )
        ]

    def _get_performer_recipients(self):
        """The performer of the visit; of a crew the foreman."""
        return [
            self._prepare_service_recipient(partner)
            for partner in self._get_performer_partner()
        ]

    def _get_helper_recipients(self):
        """Who goes along: members of the crew and helpers."""
        return [
            self._prepare_service_recipient(partner)
            for partner in self._get_booked_partners() - self._get_performer_partner()
        ]

    def _get_dispatcher_recipients(self):
        """The dispatcher of the visit, or else of the request."""
        user = self.dispatcher_id or self.request_id.dispatcher_id
        return [self._prepare_service_recipient(partner) for partner in user.partner_id]

    def _get_manager_recipients(self):
        """The manager of the request."""
        request = self.request_id
        return request._get_manager_recipients() if request else []

    def _get_operator_recipients(self):
        """The operator of the request."""
        request = self.request_id
        return request._get_operator_recipients() if request else []
