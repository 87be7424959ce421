from odoo import models

# Why Odoo itself did not send one of many.
NOT_SENT = {
    "sms_blacklist": "blacklisted",
    "sms_optout": "opted_out",
    "sms_duplicate": "merged",
}


class SmsSms(models.Model):
    """Messages that others wrote into Odoo's queue (its composer, server actions,
    further addons) have a row in the log as well."""

    _inherit = "sms.sms"

    def _create_service_notifications(self):
        """Rows of the log for those messages that have none; in batch."""
        # The log is the system's.
        log = self.env["service.notification"].sudo()
        known = {
            row.sms_uuid: row.purpose
            for row in log.search_fetch(
                [("sms_uuid", "in", self.mapped("uuid"))], ["sms_uuid", "purpose"]
            )
        }
        # what customers wait for goes before what they did not ask for
        self.filtered(
            lambda sms: known.get(sms.uuid) == "advertising"
        ).service_priority = 1
        unknown = self.filtered(lambda sms: sms.uuid not in known)
        if unknown:
            log.create(unknown._prepare_service_notifications())

    def _prepare_service_notifications(self):
        """Values of rows of the log for messages of others. Extension point."""
        documents = self._get_service_documents()
        failures = {**self.env["sms.tracker"]._get_service_failures(), **NOT_SENT}
        states = {"canceled": "suppressed", "error": "failed"}
        vals_list = []
        for sms in self:
            about = sms.mail_message_id
            own = about.model in ("crm.lead", "service.work.order") and documents.get(
                (about.model, about.res_id)
            )
            state = states.get(sms.state, "queued")
            vals_list.append(
                {
                    "res_model": about.model,
                    "res_id": about.res_id,
                    "request_id": own and own[0],
                    "work_order_id": own and own[1],
                    "is_foreign": not own,
                    "company_id": (about.record_company_id or self.env.company).id,
                    "partner_id": sms.partner_id.id,
                    "recipient": sms.partner_id.display_name or sms.number,
                    "recipient_key": str(sms.partner_id.id or sms.number or "-"),
                    "channel": "sms",
                    "address": sms.number,
                    "lang": sms.partner_id.lang,
                    "text": sms.body,
                    "state": state,
                    "reason": state != "queued"
                    and failures.get(sms.failure_type, "cancelled"),
                    "mail_message_id": about.id,
                    "sms_uuid": sms.uuid,
                }
            )
        return vals_list

    def _get_service_documents(self):
        """``{(model, id): (request id, work order id)}`` of service documents."""
        abouts = self.mail_message_id
        # The log is the system's: whoever writes need not see the documents.
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        lead_ids = abouts.filtered(lambda m: m.model == "crm.lead").mapped("res_id")
        order_ids = abouts.filtered(lambda m: m.model == "service.work.order").mapped(
            "res_id"
        )
        # sudo: only which request a visit belongs to
        orders = self.env["service.work.order"].sudo().browse(order_ids).exists()
        found = {
            ("service.work.order", order.id): (order.request_id.id, order.id)
            for order in orders
        }
        for lead in leads.search(
            [("id", "in", lead_ids), ("team_id.is_service", "=", True)]
        ):
            found["crm.lead", lead.id] = (lead.id, False)
        return found
