from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.locks import take_turns
from .service_work_order_offer import OPEN

CHOOSE_ACTIVITY = "service_crm.mail_activity_job_offer"


class ServiceWorkOrder(models.Model):
    """Work order: offered to several performers, or handed over to a colleague."""

    _inherit = "service.work.order"

    offer_ids = fields.One2many(
        "service.work.order.offer", "work_order_id", "Offers", readonly=True
    )
    has_open_offers = fields.Boolean(
        "Offered to Several",
        compute="_compute_has_open_offers",
        store=True,
        help="Somebody was asked and may still take the job.",
    )
    offer_label = fields.Char("Answers", compute="_compute_offer_label")

    @api.depends("offer_ids.state")
    def _compute_has_open_offers(self):
        for order in self:
            order.has_open_offers = any(o.state in OPEN for o in order.offer_ids)

    @api.depends("offer_ids.state")
    def _compute_offer_label(self):
        for order in self:
            states = order.offer_ids.mapped("state")
            parts = []
            if states.count("open"):
                parts.append(
                    self.env._(
                        "%(count)s have not answered", count=states.count("open")
                    )
                )
            if states.count("accepted"):
                parts.append(
                    self.env._("%(count)s would go", count=states.count("accepted"))
                )
            if parts and states.count("declined"):
                parts.append(
                    self.env._("%(count)s declined", count=states.count("declined"))
                )
            order.offer_label = " · ".join(parts)

    def write(self, vals):
        before = {}
        if {"performer_id", "date_start", "date_end", "state", "active"} & vals.keys():
            before = {
                order: (order.performer_id, order.date_start, order.date_end)
                # sudo: offers are closed whoever changes the plan
                for order in self.sudo()
                if order.has_open_offers
            }
        result = super().write(vals)
        for order, facts in before.items():
            order._follow_plan(*facts)
        return result

    # Steps

    def action_offer_to(
        self, performer_ids, mode="first", date_expiry=None, note=None, reason=None
    ):
        """Offer the visit to several performers.

        :param mode: ``first`` who accepts first gets it, ``choose`` the dispatcher
            picks among those who would
        :param reason: why it is offered to somebody in spite of leave, hours or skill
        """
        return self._take_step(
            "offer_to",
            performers=self.env["resource.resource"].browse(performer_ids),
            mode=mode,
            date_expiry=fields.Datetime.to_datetime(date_expiry),
            note=note,
            override_reason=reason,
        )

    def action_withdraw_offers(self):
        """Take back what was offered and not taken yet."""
        return self._take_step("withdraw_offers")

    def action_hand_over(self, performer_ids=None, note=None):
        """Ask colleagues to take the job over; without any they are asked for."""
        if not performer_ids:
            self._check_step_rights("hand_over")
            return self._open_offer_wizard("hand_over")
        return self._take_step(
            "hand_over",
            performers=self.env["resource.resource"].browse(performer_ids),
            note=note,
        )

    def action_open_offer(self):
        """Choose whom the visit is offered to."""
        self._check_step_rights("offer_to")
        return self._open_offer_wizard("offer")

    def _action_offer_to(
        self,
        performers,
        mode="first",
        date_expiry=None,
        note=None,
        override_reason=None,
    ):
        """What offering to several does: they are asked, and nobody is booked."""
        self._check_step("offer_to")
        take_turns(self)
        told = self.filtered(lambda order: order.state == "offered")
        if told.performer_id:
            raise UserError(
                self.env._(
                    "%(number)s is offered to %(performer)s already. Wait for the "
                    "answer, or note the refusal first.",
                    number=told[0].name,
                    performer=told[0].performer_id.name,
                )
            )
        for order in self:
            order._check_candidates(performers, override_reason)
        # Whoever was pencilled in is free until somebody takes the job.
        self.write({"performer_id": False, "state": "offered"})
        self._create_offers(
            performers,
            mode=mode,
            date_expiry=date_expiry,
            note=note,
            override_reason=override_reason,
        )

    def _action_withdraw_offers(self):
        """What withdrawing does: nobody is asked any more."""
        self._check_step("withdraw_offers")
        take_turns(self)
        self._close_offers("withdrawn")

    def _action_hand_over(self, performers, note=None):
        """What handing over does: colleagues are asked; until then it stays."""
        self._check_step("hand_over")
        take_turns(self)
        for order in self:
            order._check_candidates(performers - order.performer_id, brief=True)
            order._create_offers(
                performers - order.performer_id,
                note=note,
                from_performer_id=order.performer_id.id,
            )
            order._message_log(
                body=self.env._(
                    "%(performer)s asked to take the job over: %(names)s. %(note)s",
                    performer=order.performer_id.name,
                    names=", ".join(performers.mapped("name")),
                    note=note or "",
                )
            )

    @api.model
    def _get_step_labels(self):
        return {
            **super()._get_step_labels(),
            "offer_to": self.env._("Offer to Several"),
            "withdraw_offers": self.env._("Withdraw the Offers"),
            "hand_over": self.env._("Hand Over"),
        }

    # Helpers

    def _open_offer_wizard(self, kind):
        self.ensure_one()
        labels = self._get_step_labels()
        return {
            "type": "ir.actions.act_window",
            "name": labels["offer_to" if kind == "offer" else "hand_over"],
            "res_model": "service.work.order.offer.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_work_order_id": self.id, "default_kind": kind},
        }

    def _create_offers(self, performers, **values):
        """Offer these visits to those who were not asked yet; wake the job."""
        # Who declined before may be asked again: the index has to know it.
        self.offer_ids.flush_recordset(["state"])
        offers = self.env["service.work.order.offer"].create(
            [
                order._prepare_offer_values(performer, **values)
                for order in self
                for performer in performers
                - order.offer_ids.filtered(lambda o: o.state in OPEN).performer_id
            ]
        )
        moments = [moment for moment in offers.mapped("date_expiry") if moment]
        if moments:
            self.env.ref("service_crm.ir_cron_offer_expiry")._trigger(at=moments)
        return offers

    def _prepare_offer_values(self, performer, **values):
        """Values of the offer to one performer. Extension point.

        Nobody accepts what should have begun: the planned start is the last moment.
        """
        self.ensure_one()
        expiry = values.get("date_expiry") or self.date_start
        return {
            **values,
            "work_order_id": self.id,
            "performer_id": performer.id,
            "date_expiry": min(expiry, self.date_start) if self.date_start else expiry,
        }

    def _close_offers(self, state):
        """Close what is open; a visit that nobody can take is a draft again."""
        self.offer_ids.filtered(lambda offer: offer.state in OPEN).write(
            {"state": state}
        )
        self.activity_unlink([CHOOSE_ACTIVITY])
        self.filtered(
            lambda order: order.state == "offered" and not order.performer_id
        ).write({"state": "draft"})

    def _ask_who_goes(self, note):
        """Let the dispatcher choose; of several answers the last one is on the desk."""
        self.activity_unlink([CHOOSE_ACTIVITY])
        self._ask_dispatcher(self.env._("Choose who goes"), note, CHOOSE_ACTIVITY)

    def _follow_plan(self, performer, date_start, date_end):
        """Offers of a visit whose plan was changed do not stand any more."""
        if self.performer_id and self.performer_id != performer:
            self._close_offers("lost")
        elif (
            self.state not in ("offered", "assigned")
            or not self.active
            or (date_start, date_end) != (self.date_start, self.date_end)
        ):
            self._close_offers("withdrawn")

    def _follow_answers(self):
        """Ask the dispatcher when nobody is left who could take the job."""
        for order in self:
            left = order.offer_ids.filtered(lambda offer: offer.state in OPEN)
            if "open" in left.mapped("state"):
                continue
            if left:
                order._ask_who_goes(
                    self.env._(
                        "All have answered; these would take the job: %(names)s.",
                        names=", ".join(left.performer_id.mapped("name")),
                    )
                )
            elif order.performer_id:
                order._notify_people(
                    order,
                    order.performer_id.crew_lead_id or order.performer_id,
                    self.env._("Nobody takes it over: %(number)s", number=order.name),
                    self.env._("Your colleagues declined. The job stays with you."),
                )
            elif order.state == "offered":
                order.activity_unlink([CHOOSE_ACTIVITY])
                order.write({"state": "draft"})
                order._ask_dispatcher(
                    self.env._("Nobody took the job: choose a performer"),
                    self.env._("All who were asked declined or did not answer."),
                )

    def _check_candidates(self, performers, override_reason=None, brief=False):
        """Refuse to ask who cannot come anyway.

        :param brief: tell no reason: leaves of a colleague are his own business
        """
        self.ensure_one()
        if not performers:
            raise UserError(self.env._("Choose at least one performer."))
        # sudo: whose performers these are, before anything of them is told
        known = performers.sudo().filtered_domain(self._get_suggestion_domain())
        if known != performers.sudo() or not all(known.mapped("active")):
            raise UserError(
                self.env._(
                    "Some of those who are asked are no performers of your company, or "
                    "not any more: choose others."
                )
            )
        for performer, (booked, problems) in self._get_candidates(performers).items():
            if brief and (booked or problems):
                raise UserError(
                    self.env._(
                        "%(performer)s cannot come at that time. Choose another "
                        "colleague.",
                        performer=performer.name,
                    )
                )
            if booked:
                raise UserError(booked)
            if problems and not override_reason:
                raise UserError(
                    self.env._(
                        "%(problem)s Choose others, or give a reason to offer it all "
                        "the same.",
                        problem=" ".join(problems),
                    )
                )

    def _get_candidates(self, performers):
        """What speaks against each of these performers.

        :return: ``{performer: (booked, [texts])}``; ``booked`` is what no reason can
            override
        """
        self.ensure_one()
        order = self.sudo()  # as _get_planned(): all bookings and leaves count
        drafts = {
            performer: order.new(order._prepare_candidate_values(performer))
            for performer in performers.sudo()
        }
        planned = order.browse().union(*drafts.values())._get_planned()
        overloads = planned._get_overloads(apart=True)
        problems = planned._get_availability_problems()
        result = {}
        for performer, draft in drafts.items():
            others = overloads.get(draft._ids)
            others = others and others - order
            result[performer.sudo(False)] = (
                draft._describe_overload(others) if others else "",
                [text for _kind, text in problems.get(draft, ())],
            )
        return result

    def _prepare_candidate_values(self, performer):
        """Values of this visit as if that performer went. Extension point."""
        self.ensure_one()
        return {
            "performer_id": performer.id,
            "date_start": self.date_start,
            "date_end": self.date_end,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "site_id": self.site_id.id,
            "window_start": self.window_start,
            "window_end": self.window_end,
            "helper_ids": [Command.set(self.helper_ids.ids)],
            "crew_size": self.crew_size,
            "line_ids": [
                Command.create({"product_id": line.product_id.id})
                for line in self.line_ids
                if line.product_id
            ],
        }
