from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.locks import take_turns

WORK_ENDED = ("closed", "cancelled")


class CrmLead(models.Model):
    """Service request: the works are closed, the request is done, or opened again."""

    _inherit = "crm.lead"

    works_closed_at = fields.Datetime(
        "Works Closed",
        readonly=True,
        copy=False,
        help="When the dispatcher had closed the last work order.",
    )

    # -- actions

    def action_close(self):
        """Close finished requests; the manager of each is told once (dispatcher)."""
        self._check_may_close()
        take_turns(self)
        requests = self.filtered(lambda r: r.is_service and r.service_phase != "done")
        requests._check_closable()
        requests._action_done()
        return True

    def action_reopen(self):
        """Ask for the reason, then open a closed request again (dispatcher)."""
        self._check_may_close()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open Again"),
            "res_model": "service.request.reopen",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_ids": self.ids},
        }

    def _action_works_closed(self):
        """All work orders are closed: invoice, tell the manager, ask for a rating.

        The work orders call it in batch. Requests with open work orders are left
        alone; a second call does what is still missing and nothing twice.
        """
        take_turns(self)
        # Who closes the works has no rights on invoices, and needs none: what is
        # written here follows from the closed work orders alone.
        requests = self.sudo()._filter_works_closed()
        invoiced = requests._action_invoice_works()
        first = requests.filtered(lambda r: not r.works_closed_at)
        first.write({"works_closed_at": fields.Datetime.now()})
        first._move_to_phase("closing")
        (first | invoiced)._schedule_invoice_activities()
        first._action_ask_rating()
        requests._action_done_when_settled()

    def _action_done(self):
        """Requests are done: the phase, and the manager is told once."""
        self._move_to_phase("done")
        for request in self:
            request._notify_done()

    def _action_done_when_settled(self):
        """Requests that are finished, paid (or free) and rated need nobody: done."""
        settled = self.filtered(
            lambda r: (
                r.works_closed_at
                and r.active
                and r.service_phase != "done"
                and r.service_payment_state in ("paid", "nothing")
                and r.service_rating_state == "rated"
                and not r.invoice_error
            )
        )._filter_works_closed()
        obstacles = settled._get_step_obstacles("close")
        settled.filtered(lambda r: not obstacles[r])._action_done()

    def _action_reopen(self, reason):
        """Open closed requests again: the dispatcher plans what is still to be done."""
        requests = self.filtered(lambda r: r.is_service and r.service_phase == "done")
        if not requests:
            raise UserError(self.env._("Only closed requests can be opened again."))
        agreed = requests.filtered(
            lambda r: any(order.state == "sale" for order in r.order_ids)
        )
        agreed._move_to_phase("agreed", force=True)
        (requests - agreed)._move_to_phase("dispatch", force=True)
        requests.sudo().write({"works_closed_at": False})  # a fact, see STEP_FIELDS
        for request in requests:
            request.message_post(
                body=self.env._("Opened again: %(reason)s", reason=reason),
                partner_ids=request._get_service_manager().partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )

    # -- checks and helpers

    def _check_may_close(self):
        """Only dispatchers end requests, and open them again."""
        if not self.env.su and not self.env.user.has_group(
            "service_crm.group_service_dispatcher"
        ):
            raise AccessError(
                self.env._("Requests are closed and opened again by dispatchers.")
            )
        self.check_access("write")

    def _check_closable(self):
        """Refuse to close what is not finished, naming all that is in the way."""
        problems = [
            problem for request in self if (problem := request._get_close_problem())
        ]
        if problems:
            raise UserError("\n".join(problems))
        self._check_step_obstacles("close")

    def _get_close_problem(self):
        """Why this request cannot be closed, in a sentence; empty when it can."""
        self.ensure_one()
        number = self.service_number or self.name
        still_open = self.work_order_ids.filtered(lambda w: w.state not in WORK_ENDED)
        if not self.active:
            return self.env._(
                "%(number)s was lost: restore it before you close it.", number=number
            )
        if still_open:
            return self.env._(
                "%(number)s: close or cancel its work orders first (%(orders)s).",
                number=number,
                orders=", ".join(still_open.mapped("display_name")),
            )
        if self._get_service_orders() and "closed" not in self.work_order_ids.mapped(
            "state"
        ):
            return self.env._(
                "%(number)s: the order is confirmed, but no work was done. Make a "
                "work order, or cancel the order and mark the request as lost.",
                number=number,
            )
        return ""

    def _get_service_orders(self):
        """The confirmed orders of these requests."""
        return self.order_ids.filtered(lambda order: order.state == "sale")

    def _get_service_manager(self):
        """The user who settles papers and payment of this request."""
        self.ensure_one()
        return (
            self.user_id
            or self.partner_id.user_id
            or self.team_id.user_id
            or self.dispatcher_id
        )

    def _filter_works_closed(self):
        """Requests with a closed work order and none that is still open."""
        states = {
            request.id: set(states)
            for request, states in self.env["service.work.order"]._read_group(
                [("request_id", "in", self.ids)], ["request_id"], ["state:array_agg"]
            )
        }
        return self.filtered(
            lambda r: (
                "closed" in states.get(r.id, ()) and states[r.id].issubset(WORK_ENDED)
            )
        )

    def _notify_done(self):
        """Tell the manager that the request is done: one notification, once."""
        self.ensure_one()
        manager = self._get_service_manager()
        env = self.with_context(lang=manager.lang or self.env.lang).env
        self.message_post(
            body=env._(
                "Request %(number)s is closed.", number=self.service_number or self.name
            ),
            partner_ids=manager.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )
