from odoo import fields, models


class ServiceMessageTemplate(models.Model):
    """The words of one message: as e-mail, as SMS, or both."""

    _name = "service.message.template"
    _description = "Message text"
    _order = "name, id"

    active = fields.Boolean(default=True)
    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one("res.company", index=True)
    model_id = fields.Many2one(
        "ir.model", "About", required=True, ondelete="cascade", index=True
    )
    model = fields.Char(related="model_id.model", store=True, string="Model Name")
    purpose = fields.Selection(
        [("service", "About the service"), ("advertising", "Advertising")],
        required=True,
        default="service",
        help="Advertising goes only to those who agreed to it.",
    )
    mail_template_id = fields.Many2one(
        "mail.template", "E-mail", ondelete="restrict", index="btree_not_null"
    )
    sms_template_id = fields.Many2one(
        "sms.template", "SMS", ondelete="restrict", index="btree_not_null"
    )
