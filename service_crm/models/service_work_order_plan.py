from collections import defaultdict

from pytz import UTC, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date, format_datetime, format_time

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
        "performer_id", "date_start", "date_end", "line_ids.product_id", "state"
    )
    def _compute_slot_warning(self):
        planning = self.filtered(lambda order: order.state in PLANNING)
        problems = planning.sudo()._get_slot_problems()  # see _check_slot
        for order in self:
            order.slot_warning = (
                "\n".join(text for _kind, text in problems.get(order._ids, ())) or False
            )

    @api.depends("performer_id", "request_id.operator_id", "team_id.separate_duties")
    def _compute_duties_warning(self):
        for order in self:
            order.duties_warning = order._is_same_person() and (
                order.sudo().team_id.separate_duties != "none"
            )

    # Constraints

    @api.constrains("performer_id", "date_start", "date_end", "active")
    def _check_slot(self):
        """Refuse what cannot be: beyond capacity always, the rest without a reason.

        The performers' rows are taken first, by an update that changes nothing: of two
        transactions booking the same performer the second one fails to serialize,
        is repeated by Odoo and then sees the first one's work order.
        """
        # All bookings of a performer count, also those of another company's orders
        # and of colleagues; so do leaves only the performer himself may read.
        orders = self.sudo().filtered(
            lambda order: order.active
            and order.state in PLANNING
            and order.performer_id
            and order.date_start
            and order.date_end
        )
        if not orders:
            return
        orders._lock_performers()
        problems = orders._get_slot_problems()
        refused = []
        overridden = {}
        for order in orders:
            found = problems.get(order._ids, ())
            hard = [text for kind, text in found if kind == "capacity"]
            soft = [text for kind, text in found if kind != "capacity"]
            if hard:
                refused.append(
                    self.env._(
                        "%(problem)s Choose another time or performer.",
                        problem=" ".join(hard),
                    )
                )
            elif soft and not order.override_reason:
                refused.append(
                    self.env._(
                        "%(problem)s Choose another time or performer, or give a "
                        "reason to plan it all the same.",
                        problem=" ".join(soft),
                    )
                )
            elif soft:
                overridden[order.id] = self.env._(
                    "Planned all the same: %(problem)s Reason: %(reason)s",
                    problem=" ".join(soft),
                    reason=order.override_reason,
                )
        if refused:
            raise UserError("\n".join(refused))
        if overridden:
            orders.browse(overridden)._message_log_batch(overridden)

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
        problems = draft.sudo()._get_slot_problems()  # see _check_slot
        return "\n".join(text for _k, text in problems.get(draft._ids, ())) or False

    def _is_same_person(self):
        """Whether the operator who took the request is also the performer."""
        self.ensure_one()
        operator = self.sudo().request_id.operator_id
        return bool(operator) and operator == self.sudo().performer_id.user_id

    def _lock_performers(self):
        """Let nobody else book these performers until this transaction ends."""
        self.env.execute_query(
            SQL(
                """
                UPDATE resource_resource SET write_date = write_date
                 WHERE id IN (SELECT id FROM resource_resource WHERE id IN %s
                              ORDER BY id FOR NO KEY UPDATE)
             RETURNING id
                """,
                tuple(self.performer_id.ids),
            )
        )

    def _get_slot_problems(self):
        """What speaks against the planned slots, in a constant number of queries.

        Extension point: call ``super()`` and add to the lists. Only ``capacity`` can
        not be overridden by a reason. Runs as the system (see :meth:`_check_slot`).

        :return: ``{order._ids: [(kind, text)]}``, kinds ``capacity``, ``absence``,
            ``hours`` and ``skill``
        """
        orders = self.filtered(
            lambda order: order.performer_id
            and order.date_start
            and order.date_end
            and order.date_start < order.date_end
        )
        problems = defaultdict(list)
        if not orders:
            return problems
        since = min(orders.mapped("date_start"))
        until = max(orders.mapped("date_end"))
        overloads = orders._get_overloads(since, until)
        work, absences = orders.performer_id._get_working_time(since, until)
        gaps = orders._get_skill_gaps()
        for order in orders:
            found = problems[order._ids]
            if order._ids in overloads:
                found.append(("capacity", order._describe_overload(overloads)))
            absence = order._find_absence(absences)
            if absence:
                found.append(("absence", order._describe_absence(absence)))
            elif not order._is_within_hours(work):
                found.append(("hours", order._describe_hours(work)))
            if gaps.get(order._ids):
                found.append(("skill", order._describe_skills(gaps[order._ids])))
        return problems

    def _get_overloads(self, since, until):
        """Where a performer would do more at once than he can.

        :return: ``{order._ids: the other orders at that time}``
        """
        others = self.search_fetch(
            [
                ("performer_id", "in", self.performer_id._origin.ids),
                ("state", "!=", "cancelled"),
                ("id", "not in", self._origin.ids),
                "|",
                "|",
                "&",
                ("date_end", ">", since),
                ("date_start", "<", until),
                "&",
                ("actual_end", ">", since),
                ("actual_start", "<", until),
                ("state", "=", "in_progress"),
            ],
            [
                "performer_id",
                "date_start",
                "date_end",
                "actual_start",
                "actual_end",
                "state",
            ],
        )
        by_performer = others.grouped("performer_id")
        overloads = {}
        for performer, checked in self.grouped("performer_id").items():
            orders = {}
            for order in (by_performer.get(performer._origin) or ()):
                orders[order._ids] = order
            for order in checked:
                orders[order._ids] = order
            bookings = [
                slots.Booking(key, *time)
                for key, order in orders.items()
                if (time := order._get_occupied_time())
            ]
            found = slots.find_overloads(
                bookings, {o._ids for o in checked}, performer.service_capacity
            )
            for key, other_keys in found.items():
                overloads[key] = [orders[other] for other in other_keys]
        return overloads

    def _get_occupied_time(self):
        """The time this order takes of its performer, or ``None``."""
        return slots.occupied(
            (self.date_start, self.date_end),
            (self.actual_start, self.actual_end),
            finished=self.state in FINISHED,
        )

    def _get_skill_gaps(self):
        """Skills the lines ask for and the performers lack at that time.

        :return: ``{order._ids: (missing skills, [(expired skill, last day)])}``
        """
        required = self._get_required_skills()
        gaps = {}
        for order in self:
            wanted = required.get(order._ids)
            if not wanted:
                continue
            held = wanted[1]
            missing, expired = slots.find_skill_gaps(
                wanted[0], held, order._localize(order.date_start).date()
            )
            if missing or expired:
                skill = self.env["service.skill"]
                gaps[order._ids] = (
                    skill.browse(missing),
                    [(skill.browse(skill_id), day) for skill_id, day in expired],
                )
        return gaps

    def _get_required_skills(self):
        """``{order._ids: (required skill ids, {held skill id: last day})}``."""
        result = defaultdict(lambda: ([], {}))
        saved = self.filtered(lambda order: isinstance(order.id, int))
        for order in self - saved:  # being typed in a form
            skills = order.line_ids.product_id.service_skill_ids._origin
            held = order.performer_id.service_skill_ids
            result[order._ids] = (
                skills.ids,
                {h.skill_id.id: h.date_expiry or None for h in held},
            )
        if not saved:
            return result
        saved.line_ids.flush_recordset(["product_id", "work_order_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT visit.id, rel.service_skill_id, held.id,
                       held.date_expiry
                  FROM service_work_order visit
                  JOIN service_work_order_line line ON line.work_order_id = visit.id
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template_service_skill_rel rel
                    ON rel.product_template_id = product.product_tmpl_id
             LEFT JOIN service_resource_skill held
                    ON held.resource_id = visit.performer_id
                   AND held.skill_id = rel.service_skill_id
                 WHERE visit.id IN %s
                """,
                tuple(saved.ids),
            )
        )
        for order_id, skill_id, held_id, expiry in rows:
            skills, held = result[(order_id,)]
            skills.append(skill_id)
            if held_id:
                held[skill_id] = expiry
        return result

    def _find_absence(self, absences):
        return slots.find_absence(
            UTC.localize(self.date_start),
            UTC.localize(self.date_end),
            absences.get(self.performer_id._origin.id, ()),
        )

    def _is_within_hours(self, work):
        hours = work.get(self.performer_id._origin.id)
        return hours is None or slots.is_within_hours(
            UTC.localize(self.date_start), UTC.localize(self.date_end), hours
        )

    # Words

    def _localize(self, moment):
        """A moment on the clock of the performer."""
        tz = timezone(self.performer_id.tz or "UTC")
        return UTC.localize(moment).astimezone(tz)

    def _describe_slot(self, start, end, tz):
        """``Mon 23 Nov, 10:00–11:30`` on the clocks of that time zone."""
        day = format_datetime(self.env, start, tz=tz, dt_format="EEE d MMM, HH:mm")
        same_day = (
            UTC.localize(start).astimezone(timezone(tz)).date()
            == UTC.localize(end).astimezone(timezone(tz)).date()
        )
        return "{}–{}".format(
            day,
            format_datetime(
                self.env, end, tz=tz, dt_format="HH:mm" if same_day else "EEE d MMM, HH:mm"
            ),
        )

    def _describe_overload(self, overloads):
        visible = self.env.companies
        others = "; ".join(
            f"{other.name}, {other._describe_slot(start, end, self.env.tz.zone)}"
            if other.company_id in visible
            else self.env._("work for another company")
            for other in overloads[self._ids]
            for start, end in [other._get_occupied_time()]
        )
        if self.performer_id.service_capacity > 1:
            return self.env._(
                "%(performer)s takes at most %(number)s jobs at once and has at that "
                "time: %(orders)s.",
                performer=self.performer_id.name,
                number=self.performer_id.service_capacity,
                orders=others,
            )
        return self.env._(
            "%(performer)s is already booked at that time: %(orders)s.",
            performer=self.performer_id.name,
            orders=others,
        )

    def _describe_absence(self, absence):
        leaves = absence[2]
        reason = next((leave.name for leave in leaves if leave.name), "")
        return self.env._(
            "%(performer)s is absent %(time)s%(reason)s.",
            performer=self.performer_id.name,
            time=self._describe_slot(
                min(leaves.mapped("date_from")),
                max(leaves.mapped("date_to")),
                self.performer_id.tz or "UTC",
            ),
            reason=f" ({reason})" if reason else "",
        )

    def _describe_hours(self, work):
        tz = timezone(self.performer_id.tz or "UTC")
        day = self._localize(self.date_start).date()
        hours = slots.hours_of_day(day, work[self.performer_id._origin.id], tz)
        values = {
            "performer": self.performer_id.name,
            "day": format_date(self.env, day, date_format="EEE d MMM"),
            "hours": ", ".join(
                f"{format_time(self.env, since, time_format='HH:mm')}–"
                f"{format_time(self.env, until, time_format='HH:mm')}"
                for since, until in hours
            ),
            "slot": self._describe_slot(self.date_start, self.date_end, tz.zone),
            "tz": tz.zone,
        }
        if hours:
            return self.env._(
                "%(performer)s works on %(day)s %(hours)s; the visit is planned for "
                "%(slot)s (%(tz)s).",
                **values,
            )
        return self.env._(
            "%(performer)s does not work on %(day)s; the visit is planned for "
            "%(slot)s (%(tz)s).",
            **values,
        )

    def _describe_skills(self, gap):
        missing, expired = gap
        parts = []
        if missing:
            parts.append(
                self.env._(
                    "%(performer)s lacks the skill: %(skills)s.",
                    performer=self.performer_id.name,
                    skills=", ".join(missing.mapped("name")),
                )
            )
        parts += [
            self.env._(
                "%(performer)s: the skill %(skill)s expired on %(date)s.",
                performer=self.performer_id.name,
                skill=skill.name,
                date=format_date(self.env, day),
            )
            for skill, day in expired
        ]
        return " ".join(parts)
