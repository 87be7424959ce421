from datetime import timedelta

from odoo import api, models

from ..tools.work_order_steps import FINISHED, PERFORMER, UNDER_WAY


class ServiceWorkOrder(models.Model):
    """Work order: what follows from a step, for its request and for others."""

    _inherit = "service.work.order"

    def _get_duration(self):
        """How long the visit is planned to take."""
        if self.date_start and self.date_end:
            return self.date_end - self.date_start
        return timedelta(hours=self.planned_hours if self.planned_hours > 0 else 1.0)

    def _prepare_unplanned_values(self):
        """Values of an order that has no time any more."""
        return {
            "date_start": False,
            "date_end": False,
            "customer_confirmed": False,
            "performer_confirmed": False,
            "override_reason": False,
            "actual_start": False,
            "actual_end": False,
        }

    def _log_reason(self, text, reason, notify=False):
        """Keep the reason of a step where everybody sees it."""
        body = text % {"reason": reason}
        if not notify:
            self._message_log_batch(dict.fromkeys(self.ids, body))
            return
        for order in self:
            order.message_post(body=body, subtype_xmlid="mail.mt_comment")

    def _log_on_behalf(self, name):
        """Note that a dispatcher took a performer's step."""
        if PERFORMER not in self._get_steps()[name].roles:
            return
        # The performer may have left the order with this very step.
        others = self.sudo().filtered(lambda o: o.performer_user_id != self.env.user)
        if others and self.env.user.has_group("service_crm.group_service_dispatcher"):
            body = self.env._(
                "“%(step)s” was noted by %(user)s for the performer.",
                step=self._get_step_labels()[name],
                user=self.env.user.name,
            )
            others._message_log_batch(dict.fromkeys(others.ids, body))

    def _ask_dispatcher(self, summary, note, activity="mail.mail_activity_data_todo"):
        """Put the order on the dispatcher's desk.

        :param activity: xmlid of the kind of task
        """
        for order_user, orders in self.grouped(
            lambda order: (
                order.dispatcher_id
                or order.request_id.dispatcher_id
                or order.team_id.user_id
                or order.create_uid
            )
        ).items():
            orders.activity_schedule(
                activity,
                user_id=order_user.id,
                summary=summary,
                note=note,
            )

    def _get_request_states(self):
        """``{request: set of states of its work orders}``, cancelled ones left out."""
        states = {request: set() for request in self.request_id}
        for request, state in self._read_group(
            [("request_id", "in", self.request_id.ids), ("state", "!=", "cancelled")],
            ["request_id", "state"],
        ):
            states[request].add(state)
        return states

    def _sync_requests(self):
        """Bring the requests into the phase their work orders are in."""
        if not self.request_id:
            return
        moves = {}
        for request, states in self._get_request_states().items():
            phase = self._get_request_phase(request, states)
            if request.is_service and phase:
                moves[phase] = moves.get(phase, request.browse()) | request
        for phase, moved in moves.items():
            moved._move_to_phase(phase, force=True)

    @api.model
    def _get_request_phase(self, request, states):
        """The phase a request comes into by the states of its work orders.

        :return: a phase, or ``None`` when the request stays where it is
        """
        phase = request.service_phase
        if phase == "done":
            return None
        if states and states <= set(FINISHED):
            return "closing" if phase != "closing" else None
        if states & {*UNDER_WAY, *FINISHED}:
            return "execution" if phase != "execution" else None
        if phase in ("execution", "closing"):
            agreed = any(order.state == "sale" for order in request.order_ids)
            return "agreed" if agreed else "dispatch"
        return None

    def _open_step_wizard(self, name):
        """The question for the reason (and the new time) of a step."""
        return {
            "type": "ir.actions.act_window",
            "name": self._get_step_labels()[name],
            "res_model": "service.work.order.step",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_step": name,
                "default_work_order_ids": self.ids,
            },
        }
