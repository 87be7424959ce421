from odoo import api, fields, models
from odoo.exceptions import ValidationError


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
            ("preferred", "by the channel the person prefers"),
            ("mail", "by e-mail"),
            ("sms", "by SMS"),
            ("sms_first", "by SMS, else by e-mail"),
            ("both", "by e-mail and SMS"),
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
    notification_ids = fields.One2many("service.notification", "rule_id", "Messages")
    notification_count = fields.Integer(
        "Messages Sent", compute="_compute_notification_count"
    )

    @api.constrains("event", "stage_id")
    def _check_stage(self):
        for rule in self:
            if rule.event == "request_stage" and not rule.stage_id:
                raise ValidationError(self.env._("Choose the stage of the rule."))

    @api.constrains("channel", "template_id")
    def _check_templates(self):
        for rule in self:
            mail, sms = rule.mail_template_id, rule.sms_template_id
            if rule.channel in ("mail", "both") and not mail:
                raise ValidationError(
                    self.env._(
                        "“%(template)s” has no text of the e-mail. Write one, or "
                        "choose another text or channel.",
                        template=rule.template_id.name,
                    )
                )
            if rule.channel in ("sms", "both", "sms_first") and not sms:
                raise ValidationError(
                    self.env._(
                        "“%(template)s” has no text of the SMS. Write one, or choose "
                        "another text or channel.",
                        template=rule.template_id.name,
                    )
                )

    @api.constrains("event", "template_id")
    def _check_template_models(self):
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
        for rule in self:
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
            rule.model = events[rule.event]["model"] if rule.event else False

    @api.depends(
        "event", "stage_id", "audience", "channel", "condition", "team_id", "company_id"
    )
    @api.depends_context("lang")
    def _compute_sentence(self):
        audiences = dict(self._get_audience_selection())
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
            rule.sentence = self.env._(
                "%(event)s → tell the %(audience)s %(channel)s",
                event=event,
                audience=audiences[rule.audience],
                channel=channels[rule.channel],
            )
            if rule.condition and rule.condition != "[]":
                rule.sentence += self.env._(" (with a condition)")

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
    def _get_events(self):
        """What a rule may react to: ``{key: {...}}``.

        Registry and extension point. Each event names an entry of the phase log:
        ``model``, ``field`` and ``value`` (for stages: the phase); without ``value``
        every value counts, but not that the field was emptied. ``moved``: only when
        there was another value before.
        """
        request = {"model": "crm.lead", "field": "stage_id"}
        visit = {"model": "service.work.order", "field": "state"}
        rating = {"model": "crm.lead", "field": "service_rating_state"}
        payment = {"model": "crm.lead", "field": "service_payment_state"}
        return {
            "request_received": {
                "name": self.env._("A request is received"),
                **request,
                "value": "new",
            },
            "request_qualification": {
                "name": self.env._("A new customer goes to the manager"),
                **request,
                "value": "qualification",
            },
            "request_dispatch": {
                "name": self.env._("A request goes to the dispatcher"),
                **request,
                "value": "dispatch",
            },
            "request_agreed": {
                "name": self.env._("The order is agreed"),
                **request,
                "value": "agreed",
            },
            "request_execution": {
                "name": self.env._("The work begins"),
                **request,
                "value": "execution",
            },
            "request_ready": {
                "name": self.env._("All work is done"),
                **request,
                "value": "closing",
            },
            "request_done": {
                "name": self.env._("A request is closed"),
                **request,
                "value": "done",
            },
            "request_stage": {
                "name": self.env._("A request enters the stage"),
                **request,
            },
            "payment_due": {
                "name": self.env._("An invoice is to be paid"),
                **payment,
                "value": "to_pay",
            },
            "payment_received": {
                "name": self.env._("The request is paid"),
                **payment,
                "value": "paid",
            },
            "rating_asked": {
                "name": self.env._("The customer may rate the job"),
                **rating,
                "value": "asked",
            },
            "rated": {
                "name": self.env._("The customer rated the job"),
                **rating,
                "value": "rated",
            },
            "work_offered": {
                "name": self.env._("A job is offered"),
                **visit,
                "value": "offered",
            },
            "performer_assigned": {
                "name": self.env._("A performer is assigned"),
                **visit,
                "value": "assigned",
            },
            "slot_fixed": {
                "name": self.env._("The time of a visit is fixed"),
                "model": "service.work.order",
                "field": "slot_state",
                "value": "fixed",
            },
            "slot_moved": {
                "name": self.env._("A visit is moved"),
                "model": "service.work.order",
                "field": "date_start",
                "moved": True,
            },
            "on_the_way": {
                "name": self.env._("The performer is on the way"),
                **visit,
                "value": "on_the_way",
            },
            "work_started": {
                "name": self.env._("A visit begins"),
                **visit,
                "value": "in_progress",
            },
            "work_done": {
                "name": self.env._("A visit is done"),
                **visit,
                "value": "done",
            },
            "work_closed": {
                "name": self.env._("A work order is closed"),
                **visit,
                "value": "closed",
            },
            "work_cancelled": {
                "name": self.env._("A visit is cancelled"),
                **visit,
                "value": "cancelled",
            },
        }

    @api.model
    def _get_event_selection(self):
        """The events as selection values."""
        return [(key, event["name"]) for key, event in self._get_events().items()]

    @api.model
    def _get_audience_selection(self):
        """The audiences as selection values."""
        audiences = self.env["service.phase.mixin"]._get_service_audiences()
        return [(key, audience["name"]) for key, audience in audiences.items()]

    def _get_event_label(self):
        """The event in words, with the stage where it needs one."""
        self.ensure_one()
        label = self._get_events()[self.event]["name"]
        if self.event == "request_stage":
            return f"{label} “{self.stage_id.name or ''}”"
        return label
