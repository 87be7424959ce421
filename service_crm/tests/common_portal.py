from datetime import timedelta

from odoo import fields, http
from odoo.tests import HttpCase

from .common_money import MoneyCommon


class CustomerPageCommon(HttpCase, MoneyCommon):
    """The customer's page of a request, opened and posted to as a browser does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.phone = "+7 495 000-11-22"
        cls.customer.tz = "Europe/Moscow"

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def build_planned_request(self, days=3, **kwargs):
        request = self.build_agreed_request(**kwargs)
        start = (fields.Datetime.now() + timedelta(days=days)).replace(
            hour=7, minute=0, second=0, microsecond=0
        )
        self.build_visit(
            request,
            "assigned",
            done=0,
            date_start=start,
            date_end=start + timedelta(hours=2),
            override_reason="Так надо",
        )
        request._portal_ensure_token()
        self.env.flush_all()
        return request

    def get_page(self, request, **kwargs):
        return self.url_open(
            f"/service/r/{request.id}/{request.access_token}", **kwargs
        )

    def post(self, request, step, token=None, **data):
        """Post as the page does, with the session's own csrf token."""
        self.get_page(request)
        return self.url_open(
            f"/service/r/{request.id}/{token or request.access_token}/{step}",
            data={"csrf_token": self.get_csrf_token(), **data},
        )

    def get_csrf_token(self):
        return http.Request.csrf_token(self)

    def get_wishes(self, request):
        kind = self.env.ref("service_crm.mail_activity_customer_wish")
        return request.activity_ids.filtered(lambda a: a.activity_type_id == kind)
