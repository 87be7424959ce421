import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.service_crm.models.service_phase_audience import Recipient

from ..tools.channels import choose_channels


class ServiceMailing(models.Model):
    """Mailing: whom it goes to."""

    _inherit = "service.mailing"

    segment_ids = fields.Many2many(
        "service.segment", string="To", help="Customers of any of these groups."
    )
    stage_ids = fields.Many2many(
        "crm.stage",
        string="With a Request In",
        help="Customers who have an open request in one of these stages at the moment "
        "the message goes out. Who left the stage gets none.",
    )
    excluded_segment_ids = fields.Many2many(
        "service.segment",
        "service_mailing_excluded_segment_rel",
        string="But Not",
        help="Customers of these groups get nothing.",
    )
    domain = fields.Char(
        "Only If", default="[]", help="Only customers for whom this holds."
    )

    @api.constrains("domain")
    def _check_domain(self):
        """The condition of a mailing can be read, by its author."""
        # Who gets a message tells what a condition asks for: only what its author may
        # read of contacts can stand in it.
        partners = self.env["res.partner"].sudo(False)
        for mailing in self:
            try:
                partners.search(mailing._get_condition(), limit=1)
            except (KeyError, TypeError, ValueError, SyntaxError) as error:
                raise ValidationError(
                    self.env._(
                        "The condition of the mailing can not be read: %(error)s",
                        error=error,
                    )
                ) from error

    def _has_audience(self):
        """Whether anything says whom it goes to; nobody means all by leaving it out."""
        self.ensure_one()
        return bool(
            self.segment_ids or self.stage_ids or not self._get_condition().is_true()
        )

    def _get_condition(self):
        """The further condition as a domain on contacts."""
        self.ensure_one()
        return Domain(ast.literal_eval(self.domain or "[]"))

    def _get_audience_domain(self):
        """The contacts it goes to, as they are now. Extension point."""
        self.ensure_one()
        if not self._has_audience():
            return Domain.FALSE
        domain = Domain("company_id", "in", [False, self.company_id.id])
        groups = []
        if self.segment_ids:
            groups.append(Domain("service_segment_ids", "in", self.segment_ids.ids))
        if self.stage_ids:
            # Whoever prepares a mailing need not see every request.
            leads = self.env["crm.lead"].sudo()
            found = leads._search(
                [
                    ("stage_id", "in", self.stage_ids.ids),
                    ("partner_id", "!=", False),
                    ("company_id", "in", [False, self.company_id.id]),
                ]
            )
            groups.append(Domain("id", "in", found.subselect("partner_id")))
        if groups:
            domain &= Domain.OR(groups)
        if self.excluded_segment_ids:
            domain &= ~Domain(
                "service_segment_ids", "in", self.excluded_segment_ids.ids
            )
        return domain & self._get_condition()

    def _get_audience(self):
        """The model of contacts, as the system reads it for this mailing."""
        # The system sends; whoever prepares it need not see every customer.
        return self.env["res.partner"].sudo().with_company(self.company_id)

    def _prepare_messages(self, partners):
        """Values of the messages to contacts, one per channel. Extension point.

        :param partners: contacts (sudo)
        """
        self.ensure_one()
        messages = self.env["service.notification"]
        text = self.template_id
        texts = [
            channel
            for channel, template in (
                ("mail", text.mail_template_id),
                ("sms", text.sms_template_id),
            )
            if template
        ]
        calendar_tz = self.company_id.resource_calendar_id.tz
        vals_list = []
        for partner in partners:
            recipient = Recipient(
                partner.id,
                partner.name or "",
                partner.email or "",
                partner.phone or "",
                partner.lang or "",
            )
            addresses = {
                "mail": messages._check_email(recipient.email),
                "sms": messages._check_phone(partner, recipient),
            }
            channels = choose_channels(
                self.channel,
                partner.service_message_channel,
                texts,
                [c for c, (_address, reason) in addresses.items() if not reason],
            )
            for channel in channels:
                address, reason = addresses[channel]
                vals_list.append(
                    {
                        "mailing_id": self.id,
                        "res_model": "res.partner",
                        "res_id": partner.id,
                        "company_id": self.company_id.id,
                        "partner_id": partner.id,
                        "recipient": partner.display_name,
                        "recipient_key": str(partner.id),
                        "channel": channel,
                        "address": address,
                        "purpose": text.purpose,
                        "lang": recipient.lang,
                        "tz": partner.tz or calendar_tz or "UTC",
                        "state": "suppressed" if reason else "queued",
                        "reason": reason,
                    }
                )
        return vals_list
