from odoo import fields, models


class MailTemplate(models.Model):
    _inherit = "mail.template"

    service_text_ids = fields.One2many(
        "service.message.template", "mail_template_id", "Message Texts"
    )
