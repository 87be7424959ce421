import random
from datetime import timedelta
from uuid import uuid4

from odoo import api, fields, models

from ..tools.segments import count

# What became of the demo messages: state, reason, in so many of a hundred.
OUTCOMES = (
    ("delivered", False, 83),
    ("sent", False, 6),
    ("failed", "undelivered", 4),
    ("failed", "bad_phone", 2),
    ("suppressed", "switched_off", 3),
    ("suppressed", "cap", 2),
)
PRICE = 0.06
RULES = ("received", "slot_fixed", "on_the_way", "ready", "rate")


class ServiceDemo(models.AbstractModel):
    """Demo messages: a quarter of short messages about the requests of the story."""

    _inherit = "service.demo"

    @api.model
    def _load_messages(self):
        """Fill the log as three months of work would have done."""
        chance = random.Random(7)
        gateway = self.env.ref(
            "service_crm_sms.sms_gateway_sandbox", raise_if_not_found=False
        )
        vals_list = []
        for name in RULES:
            rule = self.env.ref(f"service_crm_sms.rule_{name}")
            records = self._get_told_records(rule)
            texts = rule.template_id._render_sms(records.ids, "")
            vals_list += [
                self._prepare_demo_message(rule, record, texts, gateway, chance)
                for record in records
            ]
        vals_list.sort(key=lambda vals: vals["date_due"])
        messages = self.env["service.notification"].create(vals_list)
        delivered = messages.filtered(lambda message: message.state == "delivered")
        delivered[-1:].write(
            {"state": "unknown", "reason": "interrupted", "date_delivered": False}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE service_notification SET create_date = date_due, date_due = NULL"
            " WHERE id = ANY(%s)",
            [messages.ids],
        )
        messages.invalidate_recordset(["create_date", "date_due"])

    @api.model
    def _get_told_records(self, rule):
        """Records of the story that the customer may have been told of."""
        records = self.env[rule.model].search([("partner_id", "!=", False)])
        if rule.model == "crm.lead":
            records = records.filtered("is_service")
        return records.filtered(lambda record: record.partner_id.phone)

    @api.model
    def _prepare_demo_message(self, rule, record, texts, gateway, chance):
        """Values of one message of the past."""
        states, reasons, weights = zip(*OUTCOMES, strict=True)
        index = chance.choices(range(len(OUTCOMES)), weights)[0]
        state, reason = states[index], reasons[index]
        sent = fields.Datetime.now() - timedelta(minutes=chance.randint(600, 130_000))
        is_request = record._name == "crm.lead"
        partner, text = record.partner_id, texts[record.id]
        left = state in ("delivered", "sent") or reason == "undelivered"
        segments = count(text).segments
        return {
            "rule_id": rule.id,
            "event": rule.event,
            "audience": rule.audience,
            "res_model": record._name,
            "res_id": record.id,
            "request_id": record.id if is_request else record.request_id.id,
            "work_order_id": False if is_request else record.id,
            "company_id": record.company_id.id or self.env.company.id,
            "partner_id": partner.id,
            "recipient": partner.display_name,
            "recipient_key": str(partner.id),
            "channel": "sms",
            "address": partner._phone_format(fname="phone") or partner.phone,
            "lang": partner.lang,
            "text": text,
            "state": state,
            "reason": reason,
            "sms_uuid": uuid4().hex,
            "gateway_id": gateway.id if gateway and state != "suppressed" else False,
            "segments": segments if left else 0,
            "cost": round(segments * PRICE, 4) if left else 0,
            "date_due": sent,
            "date_sent": sent if left else False,
            "date_delivered": state == "delivered"
            and sent + timedelta(seconds=chance.randint(4, 900)),
        }
