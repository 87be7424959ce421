from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Texts that this form writes into templates of Odoo.
MAIL_FIELDS = ("mail_subject", "mail_body")
SMS_FIELDS = ("sms_body",)


class ServiceMessageTemplate(models.Model):
    """The words of one message: as e-mail, as SMS, or both.

    The words themselves are kept in Odoo's own templates, so that its composers offer
    them, too.
    """

    _name = "service.message.template"
    _description = "Message text"
    _order = "name, id"

    active = fields.Boolean(default=True)
    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Only for this company. Empty: for every one."
    )
    model_id = fields.Many2one(
        "ir.model",
        "About",
        required=True,
        ondelete="cascade",
        index=True,
        domain=[("is_mail_thread", "=", True), ("transient", "=", False)],
        help="What the message is about: its fields can be put into the text.",
    )
    model = fields.Char(related="model_id.model", store=True, string="Model Name")
    purpose = fields.Selection(
        [("service", "About the service"), ("advertising", "Advertising")],
        required=True,
        default="service",
        help="Advertising goes only to those who agreed to it.",
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        "E-mail",
        domain="[('model', '=', model)]",
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
    )
    mail_subject = fields.Char(
        "Subject", related="mail_template_id.subject", readonly=False
    )
    mail_body = fields.Html(
        "Text of the E-mail", related="mail_template_id.body_html", readonly=False
    )
    sms_template_id = fields.Many2one(
        "sms.template",
        "SMS",
        domain="[('model', '=', model)]",
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
    )
    sms_body = fields.Char(
        "Text of the SMS", related="sms_template_id.body", readonly=False
    )
    rule_ids = fields.One2many("service.notification.rule", "template_id", "Rules")

    @api.constrains("model_id", "mail_template_id", "sms_template_id")
    def _check_models(self):
        """The texts of both channels are about the same kind of record."""
        for text in self:
            for template in (text.mail_template_id, text.sms_template_id):
                if template and template.model_id != text.model_id:
                    raise ValidationError(
                        self.env._(
                            "“%(template)s” is written for another kind of record.",
                            template=template.name,
                        )
                    )
        # Rules in use keep a text for what they send.
        rules = self.with_context(active_test=False).rule_ids
        rules._check_templates()
        rules._check_template_models()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._add_templates(vals)
        return super().create(vals_list)

    def write(self, vals):
        if "sms_body" in vals and not vals["sms_body"]:
            # A message without words is no SMS.
            vals = {name: value for name, value in vals.items() if name != "sms_body"}
            vals["sms_template_id"] = False
        if any(name in vals for name in (*MAIL_FIELDS, *SMS_FIELDS)):
            for text in self:
                # Before super(): related fields are written to what is linked.
                missing = text._add_templates(dict(vals))
                if missing:
                    super(ServiceMessageTemplate, text).write(missing)
        return super().write(vals)

    def copy_data(self, default=None):
        """The copy has words of its own."""
        vals_list = super().copy_data(default=default)
        for text, vals in zip(self, vals_list, strict=True):
            vals["name"] = self.env._("%s (copy)", text.name)
            for name in ("mail_template_id", "sms_template_id"):
                if text[name] and not (default and name in default):
                    vals[name] = text[name].copy({"name": vals["name"]}).id
        return vals_list

    def action_preview_mail(self):
        """Show the e-mail about a real record, by Odoo's own preview."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mail.mail_template_preview_action"
        )
        context = {"default_mail_template_id": self.mail_template_id.id}
        return {**action, "context": context}

    def _add_templates(self, vals):
        """Make the templates of Odoo that written words need and that are missing.

        :param vals: values of one record, completed with the new templates
        :return: the links to the new templates
        """
        links = {}
        for link, names in (
            ("mail_template_id", MAIL_FIELDS),
            ("sms_template_id", SMS_FIELDS),
        ):
            if self[link] or vals.get(link) or not any(map(vals.get, names)):
                continue
            values = {
                "name": vals.get("name") or self.name,
                "model_id": vals.get("model_id") or self.model_id.id,
                **{
                    self._fields[name].related.split(".")[1]: vals.get(name)
                    for name in names
                },
            }
            prepare = getattr(self, f"_prepare_{link.removesuffix('_id')}_values")
            template = self.env[self._fields[link].comodel_name]
            links[link] = template.create(prepare(values)).id
        vals.update(links)
        return links

    @api.model
    def _prepare_mail_template_values(self, values):
        """Values of the new e-mail behind a text. Extension point.

        :param values: name, kind of record and words
        """
        return {
            **values,
            "use_default_to": False,
            "auto_delete": False,
            "lang": self._get_lang_expression(values["model_id"]),
        }

    @api.model
    def _prepare_sms_template_values(self, values):
        """Values of the new SMS behind a text. Extension point.

        :param values: name, kind of record and words
        """
        return {
            **values,
            "lang": self._get_lang_expression(values["model_id"]),
        }

    @api.model
    def _get_lang_expression(self, model_id):
        """Expression of the recipient's language, for Odoo's own composers."""
        # sudo: which kind of record it is is no secret
        model = self.env[self.env["ir.model"].sudo().browse(model_id).model]
        if "partner_id" in model._fields:
            return "{{ object.partner_id.lang }}"
        return "{{ object.lang }}" if "lang" in model._fields else False
