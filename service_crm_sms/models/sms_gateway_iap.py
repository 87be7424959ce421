import logging
from dataclasses import replace

from odoo import api, models
from odoo.tools import SQL

from ..tools.gateways.base import DELIVERED, FAILED, SENT, Report

_logger = logging.getLogger(__name__)


class SmsGateway(models.Model):
    """Odoo's own provider: each company has an account of its own there."""

    _inherit = "sms.gateway"

    def _prepare_settings(self):
        """Odoo's own gateway sends by the company's account."""
        settings = super()._prepare_settings()
        if self.kind != "iap":
            return settings
        return replace(
            settings,
            client=CompanyAccounts(
                self.env(su=True), f"{self.get_base_url()}/sms/status"
            ),
        )

    @api.model
    def _apply_odoo_statuses(self, statuses):
        """Reports of Odoo's provider, also of messages without one of Odoo's trackers
        (those of mass messages have none, so that Odoo forgets their reports).

        :param statuses: list of ``{"sms_status": word, "uuids": […]}``
        """
        words = self.env["sms.sms"].IAP_TO_SMS_STATE_SUCCESS
        failures = self.env["sms.tracker"]._get_service_failures()
        states = {"pending": SENT, "sent": DELIVERED}
        reports = []
        for status in statuses:
            word = status["sms_status"]
            state = states.get(words.get(word), SENT if word in words else FAILED)
            reason = "" if word in words else failures.get(f"sms_{word}", "unknown")
            reports += [
                Report(id=uuid, state=state, reason=reason, error=reason and word)
                for uuid in status["uuids"]
            ]
        self._apply_reports(reports)


class CompanyAccounts:
    """Odoo's class of each message's own company (or what an addon put there)."""

    def __init__(self, env, reports_url):
        self.env = env
        self.reports_url = reports_url

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        """The same call as Odoo's classes have; one call per company."""
        uuids = [number["uuid"] for m in messages for number in m["numbers"]]
        rows = self.env.execute_query(
            SQL(
                "SELECT sms_uuid, company_id FROM service_notification"
                " WHERE sms_uuid = ANY(%s)",
                uuids,
            )
        )
        by_company = {}
        for uuid, company_id in rows:
            by_company.setdefault(company_id or self.env.company.id, set()).add(uuid)
        results, failed = [], None
        for company_id, own in by_company.items():
            company = self.env["res.company"].browse(company_id)
            part = [
                {**message, "numbers": numbers}
                for message in messages
                if (numbers := [n for n in message["numbers"] if n["uuid"] in own])
            ]
            try:
                api = company._get_sms_api_class()(
                    self.env["res.company"].with_company(company).env
                )
                results += api._send_sms_batch(
                    part, delivery_reports_url=self.reports_url
                )
            except Exception as error:
                _logger.info("SMS by Odoo, company %s: %s", company_id, error)
                failed = error
        if failed and not results:
            raise failed
        return results
