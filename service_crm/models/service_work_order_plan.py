from collections import defaultdict

from pytz import UTC

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools import slots
from ..tools.work_order_steps import FINISHED, PLANNING


class ServiceWorkOrder(models.Model):
    """Work order: whether a performer can come at the planned time."""

    _inherit = "service.work.order"

    slot_warning = fields.Text(
        compute="_compute_slot_warning",
        help="What speaks against this performer at this time.",
    )
    duties_warning = fields.Boolean(compute="_compute_duties_warning")

    @api.depends(
        "booked_ids",
        "crew_size",
        "date_end",
        "date_start",
        "line_ids.product_id",
        "performer_id",
        "site_id",
        "state",
        "window_end",
        "window_start",
    )
    def _compute_slot_warning(self):
        texts = self._get_slot_texts()
        for order in self:
            order.slot_warning = texts.get(order._ids, False)

    @api.depends("performer_id", "request_id.operator_id", "team_id.separate_duties")
    def _compute_duties_warning(self):
        for order in self:
            # sudo: the setting of a team, nothing else of it
            order.duties_warning = order._is_same_person() and (
                order.sudo().team_id.separate_duties != "none"
            )

    # Constraints

    @api.constrains("performer_id", "helper_ids", "date_start", "date_end", "active")
    def _check_capacity(self):
        """Refuse what no reason can allow: more at once than anybody booked can do.

        Performer, members of the crew and helpers count alike. Their rows are taken
        with the look at their bookings, by an update
        that changes nothing: of two transactions booking the same person the second
        one fails to serialize, is repeated by Odoo and then sees the first one's order.
        """
        if self._is_planned_together():
            return
        orders = self._get_planned()
        overloads = orders._get_overloads(lock=True)
        refused = [
            self.env._(
                "%(problem)s Choose another time or performer.",
                problem=order._describe_overload(overloads[order._ids]),
            )
            for order in orders
            if order._ids in overloads
        ]
        if refused:
            raise UserError("\n".join(refused))

    def _check_availability(self, has_lines=True):
        """Refuse leave, hours and skills that speak against it, or log the reason.

        Asked when somebody plans and when the performer is told, not when the length
        of the job changes under way.

        :param has_lines: whether lines may ask for skills
        """
        if self._is_planned_together():
            return
        orders = self._get_planned()
        refused = []
        overridden = {}
        for order, found in orders._get_availability_problems(has_lines).items():
            problem = " ".join(text for _kind, text in found)
            if order.override_reason:
                overridden[order.id] = self.env._(
                    "Planned all the same: %(problem)s Reason: %(reason)s",
                    problem=problem,
                    reason=order.override_reason,
                )
            else:
                refused.append(
                    self.env._(
                        "%(problem)s Choose another time or performer, or give a "
                        "reason to plan it all the same.",
                        problem=problem,
                    )
                )
        if refused:
            raise UserError("\n".join(refused))
        if overridden:
            orders.browse(overridden)._message_log_batch(overridden)

    def _check_still_available(self):
        """Check again what may have changed since the visits were planned.

        Whoever was to go may have left. Lines may ask for skills now, a window may be
        agreed, and leaves may have been entered: without these one query is enough.
        """
        self._check_performer()
        has_lines = bool(self.line_ids)
        has_windows = any(order.window_start or order.window_end for order in self)
        if has_lines or has_windows or self._is_touched_by_leaves():
            self._check_availability(has_lines)

    @api.constrains("performer_id")
    def _check_performer(self):
        """Nobody is sent who has left, or is no performer."""
        # sudo: only whether he can be sent; of which company is checked by the field
        for order in self.sudo().filtered(lambda order: order.state in PLANNING):
            if gone := order._describe_gone():
                raise ValidationError(gone)

    @api.constrains("performer_id", "request_id", "team_id")
    def _check_separate_duties(self):
        """Refuse, or note, that the operator of a request is also its performer."""
        # Whoever plans may not be allowed to see the operator's own data.
        same = self.sudo().filtered(lambda order: order._is_same_person())
        refused = same.filtered(lambda o: o.team_id.separate_duties == "refuse")
        if refused:
            raise UserError(
                self.env._(
                    "%(performer)s took request %(request)s and so cannot also do the "
                    "job. Choose another performer.",
                    performer=refused[0].performer_id.name,
                    request=refused[0].request_id.service_number
                    or refused[0].request_id.name,
                )
            )
        warned = same.filtered(lambda o: o.team_id.separate_duties == "warn")
        if warned:
            warned._message_log_batch(
                {
                    order.id: self.env._(
                        "%(performer)s both took the request and performs the job.",
                        performer=order.performer_id.name,
                    )
                    for order in warned
                }
            )

    # Helpers

    def _get_slot_warning(self, performer, start, end):
        """What would speak against this order at that time with that performer."""
        self.ensure_one()
        if not (performer and start and end):
            return False
        draft = self.new(
            {"performer_id": performer.id, "date_start": start, "date_end": end},
            origin=self,
        )
        return draft._get_slot_texts().get(draft._ids, False)

    def _is_same_person(self):
        """Whether the operator who took the request is also the performer."""
        self.ensure_one()
        order = self.sudo()  # only whether it is the same person is told
        operator = order.request_id.operator_id
        return bool(operator) and operator == order.performer_id.user_id

    def _get_planned(self):
        """The orders of these whose planned time takes a performer's time.

        As the system: all bookings of a performer count, also those of another
        company's orders and of colleagues, and so do leaves that only the performer
        himself may read.
        """
        return self.sudo().filtered(
            lambda order: (
                order.active
                and order.state in PLANNING
                and order.performer_id
                and order.date_start
                and order.date_end
                and order.date_start < order.date_end
            )
        )

    def _get_overloads(self, lock=False, apart=False):
        """Where somebody booked would do more at once than he can, in one query.

        :param lock: let nobody else book these people until the transaction ends
        :param apart: look at each order as if the others of these were not planned
        :return: ``{order._ids: other work orders at that time}``
        """
        if not self:
            return {}
        bookings = defaultdict(list)
        for order_id, resource_id, *times, state in self._read_bookings(lock):
            time = slots.occupied(times[:2], times[2:], finished=state in FINISHED)
            if time:
                bookings[resource_id].append(slots.Booking(order_id, *time))
        checked = defaultdict(list)
        for order in self:
            booking = slots.Booking(order._ids, order.date_start, order.date_end)
            for resource in order.booked_ids._origin:
                checked[resource].append(booking)
        overloads = {}
        for resource, wanted in checked.items():
            found = {}
            for together in [[booking] for booking in wanted] if apart else [wanted]:
                found |= slots.find_overloads(
                    bookings[resource.id] + together,
                    {booking.key for booking in together},
                    resource.service_capacity,
                )
            for key, others in found.items():
                if key in overloads:
                    continue
                overloads[key] = self.browse(
                    other if isinstance(other, int) else other[0] for other in others
                )
        return overloads

    def _read_bookings(self, lock):
        """What else takes the time of these people in these days, as rows."""
        self.flush_model(
            [
                "active",
                "actual_end",
                "actual_start",
                "booked_ids",
                "date_end",
                "date_start",
                "state",
            ]
        )
        people = tuple(self.booked_ids._origin.ids)
        if not people:  # who was booked has left
            return []
        taken = SQL("SELECT id FROM resource_resource WHERE id IN %s", people)
        if lock:
            taken = SQL(
                """
                UPDATE resource_resource SET write_date = write_date
                 WHERE id IN (%s ORDER BY id FOR NO KEY UPDATE) RETURNING id
                """,
                taken,
            )
        since = min(self.mapped("date_start"))
        until = max(self.mapped("date_end"))
        return self.env.execute_query(
            SQL(
                """
                WITH person AS (%s)
                SELECT visit.id, person.id, visit.date_start, visit.date_end,
                       visit.actual_start, visit.actual_end, visit.state
                  FROM person
                  JOIN service_work_order_booked_rel booked
                    ON booked.resource_id = person.id
                  JOIN service_work_order visit ON visit.id = booked.work_order_id
                 WHERE visit.state <> 'cancelled' AND visit.active
                   AND visit.id != ALL(%s)
                   AND (visit.date_start < %s AND visit.date_end > %s
                        OR visit.actual_start < %s AND visit.actual_end > %s
                        OR visit.state = 'in_progress')
                """,
                taken,
                self._origin.ids,
                until,
                since,
                until,
                since,
            )
        )

    def _is_touched_by_leaves(self):
        """Whether a leave, of who goes or of everybody, falls into these visits."""
        self.env["resource.calendar.leaves"].flush_model()
        self.flush_recordset(["booked_ids", "date_start", "date_end"])
        return bool(
            self.env.execute_query(
                SQL(
                    """
                    SELECT 1
                      FROM service_work_order visit
                      JOIN resource_calendar_leaves leave
                        ON leave.resource_id IS NULL
                        OR leave.resource_id IN (
                               SELECT resource_id
                                 FROM service_work_order_booked_rel
                                WHERE work_order_id = visit.id)
                     WHERE visit.id IN %s
                       AND leave.time_type = 'leave'
                       AND leave.date_from < visit.date_end
                       AND leave.date_to > visit.date_start
                     LIMIT 1
                    """,
                    tuple(self.ids),
                )
            )
        )

    def _get_availability_problems(self, has_lines=True):
        """What speaks against the planned times and may be overridden by a reason.

        Extension point: call ``super()`` and add to the lists, with a constant number
        of queries. ``self``: planned orders as the system (:meth:`_get_planned`).

        :return: ``{order: [(kind, text)]}``, kinds ``absence``, ``hours``, ``skill``,
            ``level``, ``area``, ``window`` and ``crew``
        """
        problems = {}
        if not self:
            return problems
        work, absences = self.booked_ids._get_working_time(
            min(self.mapped("date_start")), max(self.mapped("date_end"))
        )
        gaps = self._get_skill_gaps() if has_lines else {}
        has_areas = self.env["service.area"]._has_areas()
        for order in self:
            found = order._get_time_problems(work, absences)
            if order._ids in gaps:
                found += order._describe_skills(*gaps[order._ids])
            if has_areas:
                found += order._get_area_problems()
            found += order._get_window_problems()
            if order._get_missing_people() > 0:
                found.append(("crew", order._describe_missing_people()))
            if found:
                problems[order] = found
        return problems

    def _get_time_problems(self, work, absences):
        """Absences of everybody who goes; hours once, of the first who has others."""
        self.ensure_one()
        found, off_hours = [], []
        for person in self.performer_id._origin | self.booked_ids._origin:
            absence = self._find_absence(absences, person)
            if absence:
                found.append(("absence", self._describe_absence(absence, person)))
            elif not self._is_within_hours(work, person):
                off_hours.append(person)
        if off_hours:
            found.append(("hours", self._describe_hours(work, off_hours[0])))
        return found

    def _get_slot_texts(self):
        """Everything that speaks against the planned times: ``{order._ids: text}``."""
        orders = self._get_planned()
        texts = defaultdict(list)
        for key, others in orders._get_overloads().items():
            texts[key].append(orders.browse(key)._describe_overload(others))
        for order, found in orders._get_availability_problems().items():
            texts[order._ids] += [text for _kind, text in found]
        return {key: "\n".join(lines) for key, lines in texts.items()}

    def _find_absence(self, absences, person=None):
        return slots.find_absence(
            UTC.localize(self.date_start),
            UTC.localize(self.date_end),
            absences.get((person or self.performer_id)._origin.id, ()),
        )

    def _is_within_hours(self, work, person=None):
        hours = work.get((person or self.performer_id)._origin.id)
        return hours is None or slots.is_within_hours(
            UTC.localize(self.date_start), UTC.localize(self.date_end), hours
        )
