from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.segments import count


class SmsGatewayTest(models.TransientModel):
    """A test message by one gateway, whatever it is used for."""

    _name = "sms.gateway.test"
    _description = "Test Message"

    gateway_id = fields.Many2one("sms.gateway", required=True, ondelete="cascade")
    number = fields.Char(
        "Phone Number",
        required=True,
        default=lambda self: self.env.user.partner_id.phone,
    )
    text = fields.Text(
        required=True, default=lambda self: self.env._("Test message of the service.")
    )
    size = fields.Char(compute="_compute_size")

    @api.depends("text")
    def _compute_size(self):
        for test in self:
            size = count(test.text or "")
            test.size = self.env._(
                "%(signs)s signs, parts: %(parts)s",
                signs=len(test.text or ""),
                parts=size.segments,
            )

    def action_send(self):
        """Put the message in the queue of this gateway and show what becomes of it."""
        self.ensure_one()
        self.gateway_id.check_access("write")
        number = self.env.user._phone_format(
            number=self.number, country=self.env.company.country_id
        )
        if not number:
            raise UserError(
                self.env._(
                    "%(number)s is no phone number. Write it with the country: "
                    "+7 916 123-45-67",
                    number=self.number,
                )
            )
        # The queue is the system's: nobody writes to it directly.
        sms = (
            self.env["sms.sms"]
            .sudo()
            .create(
                {
                    "number": number,
                    "body": self.text,
                    "service_gateway_id": self.gateway_id.id,
                    "service_is_pinned": True,
                }
            )
        )
        message = self.env["service.notification"].search(
            [("sms_uuid", "=", sms.uuid)], limit=1
        )
        self.gateway_id._trigger_queue()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Test Message"),
            "res_model": "service.notification",
            "res_id": message.id,
            "views": [(False, "form")],
        }
