from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

MAIL_CHANNELS = ("mail", "both")
SMS_CHANNELS = ("sms", "sms_first", "both")


class ServiceMailing(models.Model):
    """One message to many: a group of customers, their consent, the price, and the pace
    at which it goes out."""

    _name = "service.mailing"
    _inherit = ["mail.thread"]
    _description = "Mailing"
    _order = "id desc"

    active = fields.Boolean(default=True)
    name = fields.Char(required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user
    )
    template_id = fields.Many2one(
        "service.message.template",
        "Text",
        required=True,
        ondelete="restrict",
        index=True,
        domain=[("model", "=", "res.partner")],
        tracking=True,
    )
    purpose = fields.Selection(related="template_id.purpose")
    channel = fields.Selection(
        [
            ("preferred", "as each person prefers"),
            ("mail", "by e-mail"),
            ("sms", "by SMS"),
            ("sms_first", "by SMS, else by e-mail"),
            ("both", "by e-mail and SMS"),
        ],
        "How",
        required=True,
        default="preferred",
    )
    sms_unsubscribe = fields.Boolean(
        "Link to Unsubscribe in SMS",
        default=True,
        help="Each short message ends with a link by which the person gets no more of "
        "them. E-mails always have one.",
    )
    campaign_id = fields.Many2one(
        "utm.campaign",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        help="Links in the text carry it: requests filed by them name the campaign. "
        "Without one it is made at the start.",
    )
    date_start = fields.Datetime(
        "Not Before", copy=False, help="Empty: as soon as it is started."
    )
    yearly = fields.Boolean(
        "Every Year",
        help="For holidays: once sent, the same mailing is planned for the next year.",
    )
    per_hour = fields.Integer(
        "Messages an Hour",
        default=1000,
        help="At most so many go out in an hour, so that the mailing can be stopped "
        "and not all of them call at once. 0: as fast as they go.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sending", "Under Way"),
            ("paused", "Paused"),
            ("done", "Sent"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    date_next = fields.Datetime("Next Portion", readonly=True, copy=False)
    date_started = fields.Datetime("Started On", readonly=True, copy=False)
    date_done = fields.Datetime("Ended On", readonly=True, copy=False)
    notification_ids = fields.One2many(
        "service.notification", "mailing_id", "Messages Written"
    )

    _pace_positive = models.Constraint(
        "CHECK(per_hour >= 0)", "The number of messages an hour can not be negative."
    )

    @api.constrains("template_id")
    def _check_template(self):
        """A mailing has a text about contacts."""
        for mailing in self:
            if mailing.template_id.model != "res.partner":
                raise ValidationError(
                    self.env._(
                        "“%(text)s” is written for another kind of record. Choose a "
                        "text about contacts.",
                        text=mailing.template_id.name,
                    )
                )

    @api.constrains("yearly", "date_start")
    def _check_yearly(self):
        """What goes out every year has its day."""
        for mailing in self:
            if mailing.yearly and not mailing.date_start:
                raise ValidationError(
                    self.env._("Choose the day on which it goes out every year.")
                )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for mailing, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", mailing.name)
            vals.setdefault("yearly", False)
            if not vals.get("date_start"):
                vals["yearly"] = False
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _check_not_begun(self):
        """A mailing that has begun is not taken away."""
        for mailing in self.filtered(lambda m: m.state != "draft"):
            raise UserError(
                self.env._(
                    "“%(name)s” has begun: its messages are in the log. Archive it "
                    "instead.",
                    name=mailing.name,
                )
            )

    # -- steps

    def action_start(self):
        """Send to those who may get it, now or at its time; also after a pause."""
        self.check_access("write")
        self.lock_for_update()
        self._check_state("draft", "paused")
        now = fields.Datetime.now()
        for mailing in self:
            mailing._check_ready()
            if not mailing.campaign_id:
                # The campaign is named like the mailing; whoever may send it may.
                mailing.campaign_id = (
                    self.env["utm.mixin"]
                    .sudo()
                    ._find_or_create_record("utm.campaign", mailing.name)
                )
            mailing.write(
                {
                    "state": "sending",
                    "date_next": max(mailing.date_start or now, now),
                    "date_started": mailing.date_started or now,
                }
            )
        self._wake_job()
        return True

    def action_pause(self):
        """Nothing more goes out until it is started again."""
        self.check_access("write")
        self.lock_for_update()
        self._check_state("sending")
        self.write({"state": "paused"})
        return True

    def action_cancel(self):
        """Nothing more goes out, what waits is taken back; what was sent stays."""
        self.check_access("write")
        self.lock_for_update()
        self._check_state("draft", "sending", "paused")
        self.write({"state": "cancelled", "date_done": fields.Datetime.now()})
        # The log and the queues are the system's.
        waiting = self.sudo().notification_ids.filtered(
            lambda message: message.state in ("waiting", "queued")
        )
        waiting._drop_carriers()
        waiting._update_state("suppressed", "cancelled")
        return True

    def action_open_notifications(self):
        """The messages of this mailing."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm_sms.action_service_notification"
        )
        return {**action, "domain": [("mailing_id", "=", self.id)], "context": {}}

    def action_open_requests(self):
        """The requests that came by its links."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_request_all"
        )
        return {
            **action,
            "domain": [("campaign_id", "=", self.campaign_id.id or -1)],
            "context": {"active_test": False},
        }

    def action_open_audience(self):
        """The customers it goes to, as they are now."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_service_customer"
        )
        found = self._get_audience()._search(self._get_audience_domain())
        return {
            **action,
            "display_name": self.name,
            # What a user may not see stays out by the rights on contacts.
            "domain": [("id", "in", list(found))],
            "context": {},
        }

    def action_send_test(self):
        """The message to oneself, written for the first customer who would get it."""
        self.ensure_one()
        self.check_access("write")
        self._check_ready()
        partners = self._get_audience()
        first = partners.search(self._get_audience_domain(), limit=1, order="id")
        sent = self._send_example(first or partners.browse(self.env.user.partner_id.id))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if sent else "warning",
                "message": self.env._("On its way to you: %(to)s", to=", ".join(sent))
                if sent
                else self.env._("Your own contact has neither e-mail nor phone."),
            },
        }

    # -- helpers

    def _check_state(self, *states):
        """Refuse a step that is none any more."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for mailing in self.filtered(lambda m: m.state not in states):
            raise UserError(
                self.env._(
                    "“%(name)s” is already: %(state)s. Look at it again.",
                    name=mailing.name,
                    state=labels[mailing.state],
                )
            )

    def _check_ready(self):
        """Refuse to start what cannot be written, or has nobody to go to."""
        self.ensure_one()
        text = self.template_id
        if self.channel in MAIL_CHANNELS and not text.mail_template_id:
            raise UserError(
                self.env._(
                    "“%(text)s” has no text of the e-mail. Write one, or choose "
                    "another channel.",
                    text=text.name,
                )
            )
        if self.channel in SMS_CHANNELS and not text.sms_template_id:
            raise UserError(
                self.env._(
                    "“%(text)s” has no text of the SMS. Write one, or choose another "
                    "channel.",
                    text=text.name,
                )
            )
        if not self._has_audience():
            raise UserError(self.env._("Choose whom to write to: “To” is empty."))

    def _plan_next_year(self):
        """The same mailing a year later; 29 February is kept on the 28th."""
        for mailing in self.filtered(lambda m: m.yearly and m.date_start):
            start = mailing.date_start + relativedelta(years=1)
            while start < fields.Datetime.now():
                start += relativedelta(years=1)
            again = mailing.copy(
                {"name": mailing.name, "date_start": start, "yearly": True}
            )
            again.write({"state": "sending", "date_next": start})
            again.campaign_id = mailing.campaign_id

    def _wake_job(self):
        """Have the job run when the next portions are due."""
        moments = [
            mailing.date_next + timedelta(seconds=1)
            for mailing in self
            if mailing.state == "sending" and mailing.date_next
        ]
        if moments:
            # The job is the system's; whoever starts a mailing wakes it.
            job = self.env.ref("service_crm_sms.ir_cron_mailings").sudo()
            job._trigger(at=moments)
