from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tools import board, slots
from ..tools.work_order_steps import FINISHED
from .service_dispatch_board_orders import MOVABLE

# What a bar must not do with an interval: touch it, begin in it, begin or end in it.
TOUCH, BEGIN, EDGES = "any", "start", "edges"
REFUSED, REASON = "refused", "reason"


class ServiceDispatchBoard(models.AbstractModel):
    """Dispatch board: where the order that is being dragged may land, and why not.

    Everything is told once, when the drag begins: the browser asks nobody while the
    mouse moves.
    """

    _inherit = "service.dispatch.board"

    @api.model
    def action_landing(self, order_id, version, start, stop):
        """Where an order may not land in a period, or only with a reason.

        Intervals are ``[from, to, "refused" or "reason", text, how]``; no time at an
        end is no end. ``how`` says what the bar must not do with the interval:
        ``any`` touch it, ``start`` begin in it, ``edges`` begin or end in it.

        :return: ``{"conflict": text or False, "all": intervals for every performer,
            "rows": {performer id: intervals}}``
        """
        self._check_planner()
        self._check_period(start, stop)
        move = {"id": order_id, "version": version}
        order, conflicts = self._get_moved([move])
        result = {
            "conflict": conflicts.get(order_id, False),
            "all": [],
            "rows": {},
        }
        if not order:
            return result
        if order.state not in MOVABLE:
            text = self._describe_fixed(order)
            result["all"].append([False, False, REFUSED, text, TOUCH])
            return result
        # sudo: of what others do only the reasons are told
        suggested = order.sudo()
        facts = suggested._read_suggestion_facts(
            board.to_moment(start), board.to_moment(stop)
        )
        lasting = suggested._find_excluded(facts)
        performers = self.env["resource.resource"].browse(facts.people)
        full = self._get_full(order, start, stop)
        result["all"] = self._get_timed_intervals(order)
        result["all"] += [
            [*interval, REFUSED, self._describe_helpers(order), TOUCH]
            for helper in order.helper_ids
            for interval in full.get(helper.id, ())
        ]
        rows = defaultdict(list)
        self._add_full(rows, facts, full)
        self._add_hours(rows, performers, start, stop)
        for performer_id, texts in lasting.items():
            name = facts.people[performer_id].name
            rows[performer_id] += [
                [False, False, REASON, f"{name}: {text}", TOUCH] for text in texts
            ]
        # Keys of a JSON object are texts.
        result["rows"] = {str(key): found for key, found in rows.items()}
        return result

    # Helpers

    @api.model
    def _get_timed_intervals(self, order):
        """What speaks against a time, whoever comes."""
        found = []
        due = self._get_deadline(order)
        if due:
            text = self._describe_due(order, due)
            moment = board.to_milliseconds(due)
            found.append([moment + 1, False, REASON, text, BEGIN])
        if order.window_end:
            text = self.env._(
                "Agreed with the customer: not later than %(time)s.",
                time=self._format_moment(order.window_end),
            )
            moment = board.to_milliseconds(order.window_end)
            found.append([moment + 1, False, REASON, text, BEGIN])
        if order.window_start:
            text = self.env._(
                "Agreed with the customer: not before %(time)s.",
                time=self._format_moment(order.window_start),
            )
            moment = board.to_milliseconds(order.window_start)
            found.append([False, moment, REASON, text, BEGIN])
        if order.customer_confirmed and order.date_start:
            text = self._describe_confirmed(order)
            moment = board.to_milliseconds(order.date_start)
            found += [
                [False, moment, REASON, text, BEGIN],
                [moment + 1, False, REASON, text, BEGIN],
            ]
        return found

    @api.model
    def _describe_helpers(self, order):
        """Who goes along is busy then, in words."""
        return self.env._(
            "Who goes along is already booked: %(helpers)s.",
            helpers=", ".join(order.helper_ids.mapped("name")),
        )

    @api.model
    def _add_full(self, rows, facts, full):
        """When performers, or members of crews, take nothing more."""
        for performer_id, person in facts.people.items():
            for busy_id in (performer_id, *person.members):
                if busy_id in full:
                    busy = facts.people.get(busy_id, person)
                    text = self.env._("%(performer)s is busy.", performer=busy.name)
                    rows[performer_id] += [
                        [*interval, REFUSED, text, TOUCH] for interval in full[busy_id]
                    ]

    @api.model
    def _add_hours(self, rows, performers, start, stop):
        """When performers do not work, and when they are away."""
        hours, absences = self._get_hours(performers, start, stop)
        off = {}
        text = self.env._("Outside working hours.")
        for performer in performers:
            work = hours[performer.id]
            if id(work) not in off:
                off[id(work)] = [
                    [*interval, REASON, text, EDGES]
                    for interval in board.without([[start, stop]], work)
                ]
            rows[performer.id] += off[id(work)]
            rows[performer.id] += [
                [since, until, REASON, words, TOUCH]
                for since, until, words in absences.get(performer.id, ())
            ]

    @api.model
    def _get_full(self, order, start, stop):
        """When somebody takes no further job, by what is planned without this one.

        All bookings count, also those of another company: a performer is one person.

        :return: ``{resource id: [[from, to]]}``
        """
        self.env["service.work.order"].flush_model()
        since, until = board.to_moment(start), board.to_moment(stop)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT busy.resource_id, performer.service_capacity, visit.state,
                       visit.date_start, visit.date_end,
                       visit.actual_start, visit.actual_end
                  FROM service_work_order visit
                  JOIN service_work_order_booked_rel busy
                    ON busy.work_order_id = visit.id
                  JOIN resource_resource performer ON performer.id = busy.resource_id
                 WHERE visit.performer_id IS NOT NULL AND visit.active
                   AND visit.state <> 'cancelled' AND visit.id <> %s
                   AND visit.date_start IS NOT NULL AND visit.date_end IS NOT NULL
                   AND tsrange(LEAST(visit.date_start, visit.actual_start),
                               GREATEST(visit.date_end, visit.actual_end))
                       && tsrange(%s, %s)
                """,
                order.id,
                since,
                until,
            )
        )
        bookings, capacity = defaultdict(list), {}
        for resource_id, at_once, state, *times in rows:
            time = slots.occupied(times[:2], times[2:], finished=state in FINISHED)
            if time:
                capacity[resource_id] = at_once or 1
                bookings[resource_id].append(
                    tuple(board.to_milliseconds(moment) for moment in time)
                )
        return {
            resource_id: full
            for resource_id, taken in bookings.items()
            if (full := board.get_full(taken, capacity[resource_id]))
        }
