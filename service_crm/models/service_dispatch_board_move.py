from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_datetime

from ..tools import board
from ..tools.locks import take_turns
from .service_dispatch_board_orders import MOVABLE


class ServiceDispatchBoard(models.AbstractModel):
    """Dispatch board: what a dispatcher drops somewhere.

    A move is ``{"id", "version", "performer", "start", "end"}``: the order as the
    dispatcher saw it, and where it goes; without performer and time back to the pane.
    With ``helpers``, a list of ids, others go along than before.
    """

    _inherit = "service.dispatch.board"

    @api.model
    def action_check(self, moves):
        """What speaks against moves, before they are made.

        :return: per move ``{"id", "refused": text, "reasons": [texts], "conflict":
            text}``; what is refused no reason can allow
        """
        self._check_planner()
        orders, conflicts = self._get_moved(moves)
        found = self._check_moves(orders, moves)
        return [
            {
                "id": move["id"],
                "conflict": conflicts.get(move["id"], False),
                "refused": found[move["id"]]["refused"],
                "reasons": found[move["id"]]["reasons"],
            }
            for move in moves
        ]

    @api.model
    def action_move(self, moves, reason=None):
        """Make all the moves, or none of them.

        Orders nobody was told of are planned; for others it is the step “Reschedule”
        (or “Take Off the Plan”): everybody concerned is told again.

        :param reason: why it is done in spite of what speaks against it
        :return: ``orders`` as they are now, ``undo``: the moves that lead back; or
            else ``conflicts`` (somebody was faster), ``refused`` or ``reasons``
        """
        self._check_planner()
        orders, conflicts = self._get_moved(moves, lock=True)
        result = {
            "orders": [],
            "undo": [],
            "conflicts": [],
            "refused": [],
            "reasons": [],
        }
        if conflicts:
            shown = self._read_shown(conflicts)
            result["conflicts"] = [
                {"id": key, "text": text, "order": shown.get(key, False)}
                for key, text in conflicts.items()
            ]
            return result
        found = self._check_moves(orders, moves)
        result["refused"] = [
            {"id": key, "text": problems["refused"]}
            for key, problems in found.items()
            if problems["refused"]
        ]
        if result["refused"]:
            return result
        reason = (reason or "").strip()
        result["reasons"] = [
            {"id": move["id"], "reasons": found[move["id"]]["reasons"]}
            for move in moves
            if found[move["id"]]["reasons"] and not (reason or move.get("reason"))
        ]
        if result["reasons"]:
            return result
        undo = [
            self._prepare_undo(order, with_helpers="helpers" in move)
            for order, move in zip(orders, moves, strict=True)
        ]
        self._apply_moves(orders, moves, found, reason)
        shown = self._read_shown(orders.ids)
        result["orders"] = list(shown.values())
        for move in undo:
            move["version"] = orders.browse(move["id"]).plan_version
        result["undo"] = undo
        return result

    # Checks

    def _check_planner(self):
        """The plan is changed by dispatchers."""
        self.env.user._check_service_role("dispatcher")

    @api.model
    def _get_moved(self, moves, lock=False):
        """The orders of moves, and who was faster.

        :param lock: let nobody else change these orders until the transaction ends
        :return: ``(orders, {order id: what became of it meanwhile})``
        """
        ids = [move["id"] for move in moves]
        if len(ids) != len(set(ids)):
            raise UserError(self.env._("A visit can go to one place only."))
        orders = self.env["service.work.order"].search_fetch(
            [("id", "in", ids)], self._get_moved_fields()
        )
        orders = orders.browse([key for key in ids if key in orders._ids])
        if lock:
            orders.check_access("write")
            take_turns(orders)
        versions = {move["id"]: move["version"] for move in moves}
        conflicts = {
            key: self.env._("This visit is not there any more.")
            for key in ids
            if key not in orders._ids
        }
        for order in orders:
            if order.plan_version != versions[order.id]:
                conflicts[order.id] = self._describe_conflict(order)
        return orders, conflicts

    @api.model
    def _get_moved_fields(self):
        """Fields of an order that a look at its moves takes. Extension point."""
        return [
            "company_id",
            "crew_size",
            "customer_confirmed",
            "date_end",
            "date_start",
            "name",
            "override_reason",
            "partner_id",
            "performer_id",
            "plan_version",
            "planned_hours",
            "request_id",
            "site_id",
            "state",
            "window_end",
            "window_start",
        ]

    @api.model
    def _describe_conflict(self, order):
        """Who changed an order meanwhile, and what it is now, in words."""
        states = dict(order._fields["state"]._description_selection(self.env))
        planned = [order.performer_id.name] if order.performer_id else []
        if order.date_start:
            planned.append(order.when_label)
        return self.env._(
            "%(number)s was changed meanwhile: now it is “%(state)s” (%(plan)s).",
            number=order.name,
            state=states[order.state],
            plan=", ".join(planned) or self.env._("not planned"),
        )

    @api.model
    def _check_moves(self, orders, moves):
        """What speaks against moves, for all of them at once.

        :return: ``{order id: {"refused": text or False, "reasons": [texts], "agreed":
            those of them that only the board asks about}}``
        """
        found = {move["id"]: {"refused": False, "reasons": []} for move in moves}
        targets = {move["id"]: move for move in moves}
        self._check_helpers(orders, targets)
        drafts = orders.browse()
        for order in orders:
            problems = found[order.id]
            if order.state not in MOVABLE:
                problems["refused"] = self._describe_fixed(order)
                continue
            move = targets[order.id]
            problems["agreed"] = self._get_move_reasons(order, move)
            problems["reasons"] += problems["agreed"]
            drafts += self._prepare_draft(order, move)
        planned = drafts._get_planned()
        gone = {draft: text for draft in planned if (text := draft._describe_gone())}
        for draft, text in gone.items():
            found[draft._origin.id].update(refused=text, reasons=[])
        planned = planned.filtered(lambda draft: draft not in gone)
        for key, others in planned._get_overloads().items():
            draft = planned.browse(key)
            found[draft._origin.id]["refused"] = draft._describe_overload(others)
        for draft, texts in planned._get_availability_problems().items():
            found[draft._origin.id]["reasons"] += [text for _kind, text in texts]
        return found

    @api.model
    def _check_helpers(self, orders, targets):
        """Only performers are sent along, beside those who go already."""
        ids = {key for move in targets.values() for key in move.get("helpers", ())}
        if not ids:
            return
        ids -= set(orders.helper_ids.ids)
        domain = [("id", "in", sorted(ids)), ("is_performer", "=", True)]
        if len(self.env["resource.resource"].search(domain)) < len(ids):
            raise UserError(
                self.env._("Somebody who is to go along is not a performer any more.")
            )

    @api.model
    def _prepare_draft(self, order, move):
        """The order as it would be; nothing is written."""
        values = self._prepare_move_values(order, move)
        if order.state == "on_the_way":
            values["state"] = "assigned"
        return order.new(values, origin=order)

    @api.model
    def _prepare_move_values(self, order, move):
        """Performer and time of an order after a move."""
        start = board.to_moment(move.get("start"))
        end = board.to_moment(move.get("end"))
        if start and not end:
            end = start + order._get_duration()
        if start and end <= start:
            raise UserError(self.env._("A visit must end after it starts."))
        values = {
            "performer_id": move.get("performer") or False,
            "date_start": start or False,
            "date_end": start and end or False,
        }
        if "helpers" in move:
            values["helper_ids"] = [Command.set(move["helpers"])]
        return values

    @api.model
    def _get_move_reasons(self, order, move):
        """What only the board asks about: the deadline, and what was agreed.

        Extension point: call ``super()`` and add texts, without queries per order.
        """
        values = self._prepare_move_values(order, move)
        start = values["date_start"]
        reasons = []
        due = self._get_deadline(order)
        if start and due and start > due:
            reasons.append(self._describe_due(order, due))
        if order.customer_confirmed and start != order.date_start:
            reasons.append(self._describe_confirmed(order))
        return reasons

    @api.model
    def _get_deadline(self, order):
        """Until when the work has to begin; a window agreed on stands for it."""
        # sudo: the deadline of the request is on the board, nothing else of it
        request = order.sudo().request_id
        if order.window_start or order.window_end or not request:
            return False
        return request._get_service_deadline()

    @api.model
    def _describe_fixed(self, order):
        """Why an order is not moved at all, in words."""
        states = dict(order._fields["state"]._description_selection(self.env))
        return self.env._(
            "%(number)s is “%(state)s” and stays where it is.",
            number=order.name,
            state=states[order.state],
        )

    @api.model
    def _describe_due(self, order, due):
        return self.env._(
            "%(number)s has to begin until %(time)s.",
            number=order.name,
            time=self._format_moment(due),
        )

    @api.model
    def _describe_confirmed(self, order):
        return self.env._(
            "The customer of %(number)s has confirmed %(time)s.",
            number=order.name,
            time=order.when_label,
        )

    @api.model
    def _format_moment(self, moment):
        """A moment on the dispatcher's clock."""
        return format_datetime(
            self.env, moment, tz=self._get_zone(), dt_format="EEE d MMM, HH:mm"
        )

    # Moves

    @api.model
    def _prepare_undo(self, order, with_helpers=False):
        """The move that leads back to where an order is now."""
        helpers = {"helpers": order.helper_ids.ids} if with_helpers else {}
        return {
            **helpers,
            "id": order.id,
            "performer": order.performer_id.id,
            "start": board.to_milliseconds(order.date_start),
            "end": board.to_milliseconds(order.date_end),
            "state": order.state,
            "reason": order.override_reason or False,
        }

    @api.model
    def _apply_moves(self, orders, moves, found, reason):
        """Write what was checked, as far as it changes anything."""
        targets = {move["id"]: move for move in moves}
        told = {}
        taken_off = orders.browse()
        planned = orders.browse()
        notes = {}
        for order in orders._planned_together():
            move = targets[order.id]
            values = self._prepare_move_values(order, move)
            if all(order[name] == value for name, value in self._plain(order, values)):
                continue
            why = move.get("reason") or reason
            reasons = found[order.id]["reasons"]
            values["override_reason"] = why if reasons else False
            planned += order
            if found[order.id]["agreed"]:
                # Leave, hours and skills are noted by the order itself.
                notes[order.id] = self.env._(
                    "Planned all the same: %(problem)s Reason: %(reason)s",
                    problem=" ".join(found[order.id]["agreed"]),
                    reason=why,
                )
            if order.state == "draft":
                order.write(values)
            elif values["performer_id"] and values["date_start"]:
                told[order.id] = values
            else:
                taken_off += order
        why = reason or self.env._("Moved on the dispatch board.")
        if told:
            rescheduled = orders.browse(told)._planned_together()
            rescheduled._take_step("reschedule", reason=why, plans=told)
        if taken_off:
            taken_off._take_step("unplan", reason=why)
        planned._check_together()
        if notes:
            orders.browse(notes)._message_log_batch(notes)
        self._restore_states(planned, targets)

    @api.model
    def _plain(self, order, values):
        """Names and values as fields of an order have them."""
        for name, value in values.items():
            if name == "performer_id":
                value = order.performer_id.browse(value or ())
            elif name == "helper_ids":
                value = order.helper_ids.browse(value[0][2])
            yield name, value

    @api.model
    def _restore_states(self, orders, targets):
        """Undo: who was told of a visit before it was taken off is told again."""
        by_state = defaultdict(list)
        for order in orders:
            state = targets[order.id].get("state")
            if state in ("offered", "assigned") and order.state == "draft":
                if order.performer_id and order.date_start:
                    by_state[state].append(order.id)
        orders = orders.with_context(service_plan_together=None)
        for state, step in (("offered", "offer"), ("assigned", "assign")):
            if by_state[state]:
                orders.browse(by_state[state])._take_step(step)
