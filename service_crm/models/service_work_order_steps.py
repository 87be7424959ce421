from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.locks import take_turns
from ..tools.work_order_steps import (
    DISPATCHER,
    PERFORMER,
    STEPS,
)


class ServiceWorkOrder(models.Model):
    """Work order: the steps of performer and dispatcher.

    ``action_<step>`` checks who asks and then runs ``_action_<step>`` as the system:
    a step also moves the request and tells people the performer may not see. Code that
    speaks for somebody without a login, as the customer's page does after checking the
    token, calls ``_action_<step>`` on ``sudo()`` records.
    """

    _inherit = "service.work.order"

    # Public steps

    def action_offer(self):
        """Ask the performer whether he takes the job."""
        return self._take_step("offer")

    def action_assign(self):
        """Give the job to the performer."""
        return self._take_step("assign")

    def action_confirm_customer(self):
        """Note that the customer agreed to the time."""
        return self._take_step("confirm_customer")

    def action_confirm_performer(self):
        """Note that the performer agreed to the time."""
        return self._take_step("confirm_performer")

    def action_accept(self):
        """The performer takes the job at this time."""
        return self._take_step("accept")

    def action_refuse(self, reason=None):
        """The performer cannot do the job; without a reason it is asked for."""
        return self._take_step("refuse", reason=reason)

    def action_on_the_way(self):
        """The performer sets off."""
        return self._take_step("on_the_way")

    def action_start(self):
        """The performer begins the work."""
        return self._take_step("start")

    def action_done(self):
        """The performer has done the work and hands it in."""
        return self._take_step("done")

    def action_customer_absent(self, reason=None):
        """Nobody let the performer in; without a reason it is asked for."""
        return self._take_step("customer_absent", reason=reason)

    def action_reschedule(
        self,
        reason=None,
        date_start=None,
        date_end=None,
        performer_id=None,
        override_reason=None,
    ):
        """Another time, or another performer; without a reason it is asked for.

        :param performer_id: id of the new performer; the present one stays without it
        :param override_reason: why it is planned in spite of leave, hours or skill
        """
        return self._take_step(
            "reschedule",
            reason=reason,
            date_start=fields.Datetime.to_datetime(date_start),
            date_end=fields.Datetime.to_datetime(date_end),
            performer=self.env["resource.resource"].browse(performer_id or ()),
            override_reason=override_reason,
        )

    def action_cancel(self, reason=None):
        """The visit will not take place; without a reason it is asked for."""
        return self._take_step("cancel", reason=reason)

    def action_send_back(self, reason=None):
        """The performer has to finish it; without a reason it is asked for."""
        return self._take_step("send_back", reason=reason)

    def action_reopen(self):
        """Plan a cancelled visit again."""
        return self._take_step("reopen")

    def action_close(self):
        """The dispatcher has checked the work: it may be invoiced."""
        return self._take_step("close")

    # What the steps do

    def _action_offer(self):
        """What offering does: the performer is asked."""
        self._check_step("offer")
        self._check_still_available()
        self.write({"state": "offered"})

    def _action_assign(self):
        """What assigning does: the performer is told."""
        self._check_step("assign")
        self._check_still_available()
        self.write({"state": "assigned"})

    def _action_confirm_customer(self):
        """What the customer's yes does: it is noted, once."""
        self._check_step("confirm_customer")
        self.filtered(lambda order: not order.customer_confirmed).write(
            {"customer_confirmed": fields.Datetime.now()}
        )

    def _action_confirm_performer(self):
        """What the performer's yes does: what was offered is assigned."""
        self._check_step("confirm_performer")
        offered = self.filtered(lambda order: order.state == "offered")
        if offered:
            offered.write({"state": "assigned"})
        self.filtered(lambda order: not order.performer_confirmed).write(
            {"performer_confirmed": fields.Datetime.now()}
        )

    def _action_accept(self):
        """What accepting does: the performer has said yes."""
        self._action_confirm_performer()

    def _action_refuse(self, reason):
        """What refusing does: the dispatcher chooses another performer."""
        self._check_step("refuse", reason)
        self._log_reason(self.env._("The performer refused: %(reason)s"), reason)
        self._ask_dispatcher(
            self.env._("Performer refused: choose another one"), reason
        )
        self.write({"state": "draft"})
        self.write({"performer_id": False})
        self._sync_requests()

    def _action_on_the_way(self):
        """What setting off does: the request is under way."""
        self._check_step("on_the_way")
        self.write({"state": "on_the_way"})
        self._sync_requests()

    def _action_start(self):
        """What starting does: the work begins now."""
        self._check_step("start")
        self.write({"state": "in_progress", "actual_start": fields.Datetime.now()})
        self._sync_requests()

    def _action_done(self):
        """What handing in does: all that was asked for is there, the work ends."""
        self._check_step("done")
        self._check_handed_in()
        # Of two visits handed in at once the second must see that all are done.
        take_turns(self.request_id)
        self.write({"state": "done", "actual_end": fields.Datetime.now()})
        self._sync_requests()

    def _action_customer_absent(self, reason):
        """What an absent customer does: the visit is planned anew."""
        self._check_step("customer_absent", reason)
        self._log_reason(self.env._("The customer was not there: %(reason)s"), reason)
        self._ask_dispatcher(
            self.env._("Customer was not there: agree on another time"), reason
        )
        self.write({"state": "draft", **self._prepare_unplanned_values()})
        self._sync_requests()

    def _action_reschedule(
        self,
        reason,
        date_start=None,
        date_end=None,
        performer=None,
        override_reason=None,
        plans=None,
    ):
        """Another time or performer for visits somebody was told of.

        :param plans: instead of one time for all ``{order id: values}`` of each; who
            plans them together checks them together
        """
        self._check_step("reschedule", reason)
        if plans is None:
            if not date_start:
                raise UserError(self.env._("Choose the new time of the visit."))
            plans = {
                order.id: {
                    "performer_id": (performer or order.performer_id).id,
                    "date_start": date_start,
                    "date_end": date_end or date_start + order._get_duration(),
                    "override_reason": override_reason,
                }
                for order in self
            }
        self._log_reason(self.env._("Rescheduled: %(reason)s"), reason)
        for order in self:
            values = {"performer_confirmed": False, **plans[order.id]}
            if order.date_start != values["date_start"]:
                values["customer_confirmed"] = False
            else:
                # Only who comes is new: what the customer agreed to stands.
                values["customer_confirmed"] = order.customer_confirmed
            order.write(values)
        # Whoever was told to come is told again, with the new time.
        told = self.filtered(lambda order: order.state == "on_the_way")
        told.write({"state": "assigned"})
        if told and not self._is_planned_together():
            told._check_together()
        self.env["service.phase.log"]._log_entries(
            (self - told).filtered(lambda order: order.state != "draft"), "state"
        )
        self._sync_requests()

    def _action_cancel(self, reason):
        """What cancelling does: the reason is kept; it may have been the last."""
        self._check_step("cancel", reason)
        self._log_reason(self.env._("Cancelled: %(reason)s"), reason)
        take_turns(self.request_id)
        self.write({"state": "cancelled", "cancel_reason": reason})
        self._sync_requests()
        self.request_id._action_works_closed()  # it may have been the last open one

    def _action_send_back(self, reason):
        """What sending back does: the performer goes on."""
        self._check_step("send_back", reason)
        self._log_reason(
            self.env._("Sent back to the performer: %(reason)s"), reason, notify=True
        )
        self.write({"state": "in_progress", "actual_end": False})
        self._sync_requests()

    def _action_reopen(self):
        """What reopening does: the visit is a draft without a time."""
        self._check_step("reopen")
        self.write(
            {
                **self._prepare_unplanned_values(),
                "state": "draft",
                "cancel_reason": False,
            }
        )
        self._sync_requests()

    def _action_close(self):
        """What closing does: checked; it may have been the last open one."""
        self._check_step("close")
        take_turns(self.request_id)
        self.write({"state": "closed"})
        self.request_id._action_works_closed()

    def message_post(self, **kwargs):
        """Tell who goes what is written on an order (not what is only noted).

        He does not follow it: an order he lost is none of his business any more.
        """
        is_message = kwargs.get("subtype_xmlid") == "mail.mt_comment"
        if is_message and self.state not in ("draft", "closed", "cancelled"):
            people = self.booked_ids.partner_id - self.env.user.partner_id
            kwargs["partner_ids"] = [*kwargs.get("partner_ids", ()), *people.ids]
        return super().message_post(**kwargs)

    # Checks

    @api.model
    def _get_steps(self):
        """The steps: ``{name: Step}`` (``tools/work_order_steps.py``).

        Registry and extension point: a further step is one entry here and the methods
        ``action_<name>`` and ``_action_<name>``.
        """
        return dict(STEPS)

    @api.model
    def _get_step_labels(self):
        """The steps as buttons call them."""
        return {
            "offer": self.env._("Offer"),
            "assign": self.env._("Assign"),
            "confirm_customer": self.env._("Customer Confirmed"),
            "confirm_performer": self.env._("Performer Confirmed"),
            "accept": self.env._("Accept"),
            "refuse": self.env._("Refuse"),
            "on_the_way": self.env._("On My Way"),
            "start": self.env._("Start"),
            "done": self.env._("Done"),
            "customer_absent": self.env._("Customer Is Not There"),
            "reschedule": self.env._("Reschedule"),
            "cancel": self.env._("Cancel the Visit"),
            "send_back": self.env._("Send Back"),
            "reopen": self.env._("Plan Again"),
            "close": self.env._("Close"),
        }

    def _take_step(self, name, **values):
        """Check that this user may take the step, then take it; a reason is asked for.

        :param values: arguments of ``_action_<name>``
        :return: ``True``, or the action that opens the question for the reason
        """
        self._check_step_rights(name)
        if self._get_steps()[name].needs_reason and not values.get("reason"):
            return self._open_step_wizard(name)
        # Rights were checked. The step moves the request and writes fields which
        # nobody writes by hand.
        getattr(self.sudo(), f"_action_{name}")(**values)
        self._log_on_behalf(name)
        return True

    def _check_step_rights(self, name):
        """Whether this user may take the step on these orders, in words."""
        roles = self._get_steps()[name].roles
        is_dispatcher = self.env.user.has_group("service_crm.group_service_dispatcher")
        if not (DISPATCHER in roles and is_dispatcher):
            is_performer = PERFORMER in roles and all(
                order.performer_user_id == self.env.user
                # Whose order it is decides; other fields of it are not shown.
                for order in self.sudo()
            )
            if not is_performer:
                label = self._get_step_labels()[name]
                if PERFORMER in roles:
                    raise AccessError(
                        self.env._(
                            "“%(step)s” is for the performer of the work order, or "
                            "for a dispatcher on his behalf.",
                            step=label,
                        )
                    )
                raise AccessError(
                    self.env._("“%(step)s” is for dispatchers.", step=label)
                )
        self.check_access("write")

    def _check_step(self, name, reason=None):
        """Whether the orders are in a state for the step and have what it needs."""
        step = self._get_steps()[name]
        states = dict(self._fields["state"]._description_selection(self.env))
        for order in self:
            if order.state not in step.sources:
                raise UserError(
                    self.env._(
                        "%(number)s is “%(state)s”: “%(step)s” is possible only when "
                        "it is %(sources)s.",
                        number=order.name,
                        state=states[order.state],
                        step=self._get_step_labels()[name],
                        sources=", ".join(f"“{states[key]}”" for key in step.sources),
                    )
                )
            if step.needs_time and not order.date_start:
                raise UserError(
                    self.env._(
                        "%(number)s: choose the time of the visit first.",
                        number=order.name,
                    )
                )
            if step.needs_performer and not order.performer_id:
                raise UserError(
                    self.env._(
                        "%(number)s: choose the performer first.", number=order.name
                    )
                )
        if step.needs_reason and not (reason or "").strip():
            raise UserError(self.env._("Say why, so that everybody can see it."))
        self._check_step_obstacles(name)

    def _check_handed_in(self):
        """Whether the performer said what he did. Extension point."""
        for order in self:
            open_lines = order.line_ids.filtered(lambda line: not line.is_done)
            if open_lines and not (order.report or "").strip():
                raise UserError(
                    self.env._(
                        "%(number)s: tick what was done. For what was not done, write "
                        "the reason under “What Was Done”: %(lines)s.",
                        number=order.name,
                        lines=", ".join(open_lines.mapped("name")),
                    )
                )
            if order.team_id.require_signature and not order.signature:
                raise UserError(
                    self.env._(
                        "%(number)s: the customer has to sign first.",
                        number=order.name,
                    )
                )
