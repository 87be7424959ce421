import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..tools.batch import run_isolated
from ..tools.locks import take_turns

_logger = logging.getLogger(__name__)

OFFER_STATES = [
    ("open", "Waits for an Answer"),
    ("accepted", "Would Take It"),
    ("taken", "Got the Job"),
    ("declined", "Declined"),
    ("lost", "Given to Another"),
    ("withdrawn", "Withdrawn"),
    ("expired", "No Answer in Time"),
]
OPEN = ("open", "accepted")


class ServiceWorkOrderOffer(models.Model):
    """A visit offered to one of several performers, and what he answered.

    An offer books nobody. Every answer and every change of the plan of the visit
    updates the row of the visit first, so that of two at once one wins and the other
    one is told.
    """

    _name = "service.work.order.offer"
    _description = "Offer of a job"
    _inherit = ["service.phase.mixin"]
    _order = "id desc"
    _rec_name = "performer_id"

    work_order_id = fields.Many2one(
        "service.work.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="work_order_id.company_id", store=True, precompute=True, index=True
    )
    performer_id = fields.Many2one(
        "resource.resource", required=True, readonly=True, index=True
    )
    performer_user_id = fields.Many2one(
        "res.users",
        "Performer's User",
        compute="_compute_performer_user_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    from_performer_id = fields.Many2one(
        "resource.resource",
        "Handed Over By",
        readonly=True,
        help="Who has the job until somebody takes it from him.",
    )
    mode = fields.Selection(
        [
            ("first", "Who accepts first gets it"),
            ("choose", "The dispatcher chooses among those who would"),
        ],
        "Who Gets It",
        default="first",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        OFFER_STATES, "Answer", default="open", required=True, readonly=True
    )
    note = fields.Char("Remark", readonly=True)
    override_reason = fields.Char("Reason to Override", readonly=True)
    reason = fields.Char("Why Not", readonly=True)
    date_expiry = fields.Datetime("Answer Until", readonly=True)
    date_answer = fields.Datetime("Answered", readonly=True)
    when_label = fields.Char("When", compute="_compute_job_labels")
    place_label = fields.Char("Place", compute="_compute_job_labels")
    services_label = fields.Char("Services", compute="_compute_job_labels")
    instruction = fields.Text("What to Do", compute="_compute_job_labels")
    until_label = fields.Char("Until", compute="_compute_until_label")

    _open_unique = models.UniqueIndex(
        "(work_order_id, performer_id) WHERE state IN ('open', 'accepted')",
        "The job is offered to this performer already.",
    )
    _expiry_idx = models.Index("(date_expiry) WHERE state = 'open'")

    @api.depends("performer_id.user_id", "performer_id.crew_lead_id.user_id")
    def _compute_performer_user_id(self):
        for offer in self:
            performer = offer.performer_id
            offer.performer_user_id = (
                performer.crew_lead_id.user_id or performer.user_id
            )

    @api.depends("work_order_id", "state")
    @api.depends_context("tz", "lang", "uid")
    def _compute_job_labels(self):
        for offer in self:
            # sudo: what one has to know to answer, and no more of a visit which is
            # not the own one yet
            order = offer.work_order_id.sudo()
            offer.when_label = order.when_label
            offer.place_label = order.address_label
            offer.services_label = order.services_label
            # Codes of doors are for those who may still go there.
            offer.instruction = offer.state in OPEN and order.instruction

    @api.depends("date_expiry")
    @api.depends_context("tz", "lang")
    def _compute_until_label(self):
        for offer in self:
            offer.until_label = offer.date_expiry and format_datetime(
                self.env, offer.date_expiry, dt_format="EEE d MMM, HH:mm"
            )

    # Steps

    def action_accept(self):
        """Take the job, or say that one would."""
        self._check_may_answer()
        # Rights were checked; the job is given by the system.
        self.sudo()._action_accept()
        return True

    def action_decline(self, reason=None):
        """Say no; without a reason it is asked for."""
        self._check_may_answer()
        if not reason:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Decline"),
                "res_model": "service.work.order.decline",
                "view_mode": "form",
                "target": "new",
                "context": {"default_offer_ids": self.ids},
            }
        # Rights were checked; nobody writes answers by hand.
        self.sudo()._action_decline(reason)
        return True

    def action_choose(self):
        """Give the job to this one of those who would take it."""
        self.ensure_one()
        self.env.user._check_service_role("dispatcher")
        self.check_access("read")
        # Rights were checked; as above.
        offer = self.sudo()
        take_turns(offer.work_order_id)
        offer._check_open()
        offer._take()
        return True

    def action_open_work_order(self):
        """Open the visit, for those who may see it."""
        self.ensure_one()
        self.work_order_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "service.work.order",
            "res_id": self.work_order_id.id,
            "view_mode": "form",
        }

    def _action_accept(self):
        """What accepting does: the first one gets it, or waits to be chosen."""
        for offer in self:
            take_turns(offer.work_order_id)
            offer._check_open()
            if offer.mode == "first":
                offer._take()
            elif offer.state == "open":
                offer._answer("accepted")
                offer.work_order_id._ask_who_goes(
                    self.env._(
                        "%(performer)s would take the job.",
                        performer=offer.performer_id.name,
                    )
                )

    def _action_decline(self, reason):
        """What declining does: the last one to say no gives the job back."""
        for offer in self:
            take_turns(offer.work_order_id)
            offer._check_open()
            offer._answer("declined", reason=reason)
            offer.work_order_id._message_log(
                body=self.env._(
                    "%(performer)s declined the offer: %(reason)s",
                    performer=offer.performer_id.name,
                    reason=reason,
                )
            )
        self.work_order_id._follow_answers()

    def _take(self):
        """Give the job to this performer; the write tells the others."""
        self.ensure_one()
        order = self.work_order_id
        self._answer("taken")
        values = {
            "performer_id": self.performer_id.id,
            "state": "assigned",
            "performer_confirmed": fields.Datetime.now(),
        }
        if self.override_reason:
            values["override_reason"] = self.override_reason
        order.write(values)
        order.activity_unlink(["service_crm.mail_activity_job_offer"])
        if self.from_performer_id:
            body = self.env._(
                "%(before)s handed the job over to %(performer)s.",
                before=self.from_performer_id.name,
                performer=self.performer_id.name,
            )
        else:
            body = self.env._(
                "%(performer)s took the job that was offered.",
                performer=self.performer_id.name,
            )
        order._message_log(body=body)
        order._notify_people(
            order,
            self.from_performer_id,
            self.env._("Taken over: %(number)s", number=order.name),
            body,
        )

    def _answer(self, state, **values):
        self.write({"state": state, "date_answer": fields.Datetime.now(), **values})

    def _check_may_answer(self):
        """Who was asked answers, or a dispatcher for him."""
        self.check_access("read")
        if not self.env.user._has_service_role("dispatcher") and any(
            offer.performer_user_id != self.env.user for offer in self
        ):
            raise AccessError(
                self.env._("Only who was asked answers, or a dispatcher for him.")
            )

    def _check_open(self):
        """Whether the offer still stands, in words."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for offer in self:
            order = offer.work_order_id
            if offer.state == "lost":
                raise UserError(
                    self.env._(
                        "Too late: %(number)s was given to somebody else.",
                        number=order.name,
                    )
                )
            if offer.state not in OPEN:
                raise UserError(
                    self.env._(
                        "The offer of %(number)s does not stand any more: %(state)s.",
                        number=order.name,
                        state=labels[offer.state],
                    )
                )
            is_late = offer.date_expiry and offer.date_expiry <= fields.Datetime.now()
            if offer.state == "open" and is_late:
                raise UserError(
                    self.env._(
                        "The offer of %(number)s stood until %(time)s. Call the "
                        "dispatcher.",
                        number=order.name,
                        time=offer.until_label,
                    )
                )

    # The job

    @api.model
    def _cron_expire(self, limit=100):
        """Close offers nobody answered in time; what fails is tried the next time."""

        def log_error(offer, error):
            _logger.error("Offer %s could not be closed: %s", offer.id, error)

        domain = Domain(self._get_expired_domain())
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self.search_count(domain))
        while offers := self.search(domain, limit=limit, order="id"):
            closed = run_isolated(
                self.env, offers, lambda part: part._expire(), log_error
            )
            domain &= Domain("id", "not in", (offers - closed).ids)
            if not commit(len(offers), remaining=self.search_count(domain)):
                break

    @api.model
    def _get_expired_domain(self):
        """Offers that ran out."""
        return [("state", "=", "open"), ("date_expiry", "<=", fields.Datetime.now())]

    def _expire(self):
        """Close the offers that still wait, then see what is left of each visit."""
        take_turns(self.work_order_id)
        expired = self.filtered(lambda offer: offer.state == "open")
        expired.state = "expired"
        expired.work_order_id._follow_answers()

    # The seam of messages

    @api.model
    def _get_service_entry_fields(self):
        """Offers and what became of them can be told."""
        return (*super()._get_service_entry_fields(), "state")

    def _get_performer_recipients(self):
        """Whom the job is offered to."""
        performer = self.performer_id
        partner = (
            performer.crew_lead_id.partner_id
            or performer.partner_id
            or self.performer_user_id.partner_id
        )
        return [self._prepare_service_recipient(each) for each in partner]

    def _get_dispatcher_recipients(self):
        """The dispatcher of the visit."""
        return self.work_order_id._get_dispatcher_recipients()

    def _get_site_text(self):
        """Address of the visit in one line."""
        return self.work_order_id._get_site_text()

    def _get_slot_text(self):
        """The time of the visit on the clock of who is asked."""
        tz = self.performer_id.tz
        return self.work_order_id._get_slot_text(tz)

    def _get_until_text(self):
        """Until when an answer is awaited, on the clock of who is asked."""
        if not self.date_expiry:
            return ""
        return format_datetime(
            self.env, self.date_expiry, tz=self.performer_id.tz, dt_format="short"
        )

    def _get_customer_tz(self):
        """Time zone of the place of work."""
        return self.work_order_id._get_customer_tz()

    def _get_offer_url(self):
        """Absolute address of the own offers, for people with a login."""
        return f"{self.work_order_id.get_base_url()}/odoo/job-offers"

    def _log_message_error(self, message_name, error):
        """In the chatter of the visit: an offer has none."""
        self.work_order_id._log_message_error(message_name, error)
