import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.channels import ESCALATIONS

STAGE_EVENTS = ("request_stage", "request_left")


class ServiceNotificationRule(models.Model):
    """When what happens, who is told, by which channel and in which words."""

    _name = "service.notification.rule"
    _inherit = "service.cached.mixin"
    _description = "Message rule"
    _order = "sequence, id"
    _rec_name = "sentence"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", help="Only for records of this company. Empty: of every one."
    )
    team_id = fields.Many2one(
        "crm.team",
        "Only Team",
        domain=[("is_service", "=", True)],
        help="Only for requests and work orders of this team. Empty: of every one.",
    )
    event = fields.Selection(
        lambda self: self._get_event_selection(), "When", required=True
    )
    stage_id = fields.Many2one(
        "crm.stage",
        domain=[("service_phase", "!=", False)],
        ondelete="cascade",
    )
    model = fields.Char("About", compute="_compute_model")
    audience = fields.Selection(
        lambda self: self._get_audience_selection(),
        "Tell",
        required=True,
        default="customer",
    )
    channel = fields.Selection(
        [
            ("preferred", "as the person prefers"),
            ("mail", "by e-mail"),
            ("sms", "by SMS"),
            ("sms_first", "by SMS, else by e-mail"),
            ("both", "by e-mail and SMS"),
            ("mail_then_sms", "by e-mail, and by SMS if it is not read"),
            ("sms_then_mail", "by SMS, and by e-mail if it does not arrive"),
        ],
        "How",
        required=True,
        default="preferred",
    )
    template_id = fields.Many2one(
        "service.message.template",
        "Text",
        domain="[('model', '=', model)]",
        required=True,
        ondelete="restrict",
        index=True,
    )
    mail_template_id = fields.Many2one(related="template_id.mail_template_id")
    sms_template_id = fields.Many2one(related="template_id.sms_template_id")
    condition = fields.Char(
        "Only If",
        default="[]",
        help="The message goes out only for records that fit at that moment.",
    )
    resend_on_reentry = fields.Boolean(
        "Again Each Time",
        help="Tell the same person again when the same record comes to this point "
        "once more. Otherwise once and never again.",
    )
    sentence = fields.Char("Rule", compute="_compute_sentence")
    words = fields.Char(
        "What It Says",
        compute="_compute_words",
        help="The SMS, else the subject of the e-mail; … is filled in from the record.",
    )
    notification_ids = fields.One2many("service.notification", "rule_id", "Messages")
    notification_count = fields.Integer(
        "Messages Sent", compute="_compute_notification_count"
    )

    @api.constrains("event", "stage_id")
    def _check_stage(self):
        """A rule about a stage names it."""
        for rule in self:
            if rule.event in STAGE_EVENTS and not rule.stage_id:
                raise ValidationError(self.env._("Choose the stage of the rule."))

    @api.constrains("channel", "template_id")
    def _check_templates(self):
        """There is a text for every channel of a rule."""
        for rule in self:
            mail, sms = rule.mail_template_id, rule.sms_template_id
            if rule.channel in ("mail", "both", *ESCALATIONS) and not mail:
                raise ValidationError(
                    self.env._(
                        "“%(template)s” has no text of the e-mail. Write one, or "
                        "choose another text or channel.",
                        template=rule.template_id.name,
                    )
                )
            if rule.channel in ("sms", "both", "sms_first", *ESCALATIONS) and not sms:
                raise ValidationError(
                    self.env._(
                        "“%(template)s” has no text of the SMS. Write one, or choose "
                        "another text or channel.",
                        template=rule.template_id.name,
                    )
                )

    @api.constrains("event", "template_id")
    def _check_template_models(self):
        """The text is about what the rule is about."""
        for rule in self:
            if rule.template_id.model != rule.model:
                raise ValidationError(
                    self.env._(
                        "“%(template)s” is written for another kind of record "
                        "than “%(event)s” is about.",
                        template=rule.template_id.name,
                        event=rule._get_event_label(),
                    )
                )

    @api.constrains("condition", "event")
    def _check_condition(self):
        """The condition of a rule can be read."""
        for rule in self:
            if not rule.model:
                continue
            try:
                rule._get_condition().validate(self.env[rule.model])
            except (ValueError, SyntaxError) as error:
                raise ValidationError(
                    self.env._(
                        "The condition of the rule cannot be read: %(error)s",
                        error=error,
                    )
                ) from error

    @api.depends("event")
    def _compute_model(self):
        events = self._get_events()
        for rule in self:
            rule.model = events[rule.event].get("model") if rule.event else False

    @api.depends(lambda self: self._get_sentence_fields())
    @api.depends_context("lang")
    def _compute_sentence(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for rule in self:
            if not (rule.event and rule.audience and rule.channel):
                rule.sentence = self.env._("New rule")
                continue
            event = rule._get_event_label()
            limits = [
                name for name in (rule.company_id.name, rule.team_id.name) if name
            ]
            if limits:
                event += f" ({', '.join(limits)})"
            sentence = self.env._(
                "%(event)s → tell the %(audience)s %(channel)s",
                event=event,
                audience=rule._get_audience_label(),
                channel=channels[rule.channel],
            )
            rule.sentence = ", ".join([sentence, *rule._get_sentence_details()])

    @api.model
    def _get_sentence_fields(self):
        """Fields that the sentence of a rule is made of. Extension point."""
        return (
            "audience",
            "channel",
            "company_id",
            "condition",
            "date_field_id",
            "date_number",
            "date_side",
            "date_unit",
            "delay_number",
            "delay_unit",
            "event",
            "recipient_field_id",
            "role_group_id",
            "stage_id",
            "team_id",
        )

    def _get_sentence_details(self):
        """What is added to the sentence of a rule. Extension point."""
        self.ensure_one()
        details = []
        if self.delay_number and not self._is_by_date():
            units = dict(self._get_unit_selection())
            details.append(
                self.env._(
                    "%(number)s %(unit)s later",
                    number=self.delay_number,
                    unit=units[self.delay_unit or "minutes"],
                )
            )
        if self.condition and self.condition != "[]":
            details.append(self.env._("with a condition"))
        return details

    @api.depends("template_id", "channel")
    @api.depends_context("lang")
    def _compute_words(self):
        for rule in self:
            # sudo: what a rule says is no secret to who may read the rule
            text = rule.template_id.sudo()
            words = text.sms_body if rule.channel != "mail" else text.mail_subject
            words = words or text.mail_subject or ""
            words = re.sub(r"{{.*?}}", "…", words, flags=re.DOTALL)
            rule.words = " ".join(words.split())

    @api.depends("notification_ids")
    def _compute_notification_count(self):
        counts = dict(
            self.env["service.notification"]._read_group(
                [("rule_id", "in", self.ids), ("state", "!=", "suppressed")],
                ["rule_id"],
                ["__count"],
            )
        )
        for rule in self:
            rule.notification_count = counts.get(rule._origin, 0)

    def action_open_notifications(self):
        """Open the messages of this rule."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm_sms.action_service_notification"
        )
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}

    @api.model
    def _get_event_selection(self):
        """The events as selection values."""
        return [(key, event["name"]) for key, event in self._get_events().items()]

    def _get_event_label(self):
        """The event in words, with the stage or the date where it needs one."""
        self.ensure_one()
        label = self._get_events()[self.event]["name"]
        if self.event in STAGE_EVENTS:
            return f"{label} “{self.stage_id.name or ''}”"
        if self.event == "date_field" and self.date_field_id:
            field = self.date_field_id
            label = f"{field.model_id.name}: {field.field_description}"
        if self._is_by_date():
            label = f"{label} ({self._get_date_label()})"
        return label
