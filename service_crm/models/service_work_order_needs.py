from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL, format_date, format_datetime

from ..tools import slots


class ServiceWorkOrder(models.Model):
    """Work order: what the job needs of the performer, the place and the customer."""

    _inherit = "service.work.order"

    def _get_skill_gaps(self):
        """Skills the lines ask for and nobody of those who go has at that time.

        :return: ``{order._ids: (missing skills, [(expired skill, last day)],
            [(skill, level held, level required)])}``
        """
        required = self._get_required_skills()
        gaps = {}
        for order in self:
            if order._ids not in required:
                continue
            levels, held = required[order._ids]
            missing, expired = slots.find_skill_gaps(
                levels,
                {skill_id: expiry for skill_id, (expiry, _level) in held.items()},
                order._localize(order.date_start).date(),
            )
            low = slots.find_low_levels(
                levels, {skill_id: level for skill_id, (_day, level) in held.items()}
            )
            if missing or expired or low:
                skill = self.env["service.skill"]
                gaps[order._ids] = (
                    skill.browse(missing),
                    [(skill.browse(skill_id), day) for skill_id, day in expired],
                    [(skill.browse(skill_id), *levels) for skill_id, *levels in low],
                )
        return gaps

    def _get_required_skills(self):
        """``{order._ids: ({skill id: level required}, {skill id: (last day, level)})}``

        The second are the skills among these that somebody who goes holds.
        """
        result = defaultdict(lambda: ({}, {}))
        saved = self.filtered(lambda order: isinstance(order.id, int))
        for order in self - saved:  # being typed in a form
            levels, held = result[order._ids]
            for product in order.line_ids.product_id:
                for skill in product.service_skill_ids._origin:
                    level = product.service_skill_level
                    levels[skill.id] = max(levels.get(skill.id, 1), level)
            for row in order.booked_ids.service_skill_ids:
                holding = (row.date_expiry or None, row.level)
                order._note_holding(held, row.skill_id._origin.id, holding)
        if not saved:
            return result
        self.env["service.work.order.line"].flush_model(["product_id", "work_order_id"])
        self.env["service.resource.skill"].flush_model(
            ["resource_id", "skill_id", "date_expiry", "level"]
        )
        self.env["product.template"].flush_model(["service_skill_level"])
        saved.flush_recordset(["booked_ids"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT visit.id, rel.service_skill_id,
                       max(coalesce(template.service_skill_level, 1)),
                       held.id, held.date_expiry, held.level
                  FROM service_work_order visit
                  JOIN service_work_order_line line ON line.work_order_id = visit.id
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                  JOIN product_template_service_skill_rel rel
                    ON rel.product_template_id = product.product_tmpl_id
             LEFT JOIN service_work_order_booked_rel booked
                    ON booked.work_order_id = visit.id
             LEFT JOIN service_resource_skill held
                    ON held.resource_id = booked.resource_id
                   AND held.skill_id = rel.service_skill_id
                 WHERE visit.id IN %s
              GROUP BY visit.id, rel.service_skill_id, held.id
                """,
                tuple(saved.ids),
            )
        )
        for order_id, skill_id, level, held_id, expiry, held_level in rows:
            levels, held = result[(order_id,)]
            levels[skill_id] = level
            if held_id:
                self.browse(order_id)._note_holding(
                    held, skill_id, (expiry, held_level)
                )
        return result

    def _note_holding(self, held, skill_id, holding):
        """Of several who go and hold a skill the best one counts on that day."""
        day = self._localize(self.date_start or fields.Datetime.now()).date()
        held[skill_id] = slots.best_holding([holding, held.get(skill_id)], day)

    def _describe_skills(self, missing, expired, low):
        """What the performer lacks: ``[(kind, text)]``, kinds skill and level."""
        name = self.performer_id.name
        found = []
        skills = missing.filtered(lambda skill: skill.kind == "skill")
        if skills:
            found.append(
                self.env._(
                    "%(performer)s lacks the skill: %(skills)s.",
                    performer=name,
                    skills=", ".join(sorted(skills.mapped("name"))),
                )
            )
        if missing - skills:
            found.append(
                self.env._(
                    "%(performer)s comes without: %(things)s.",
                    performer=name,
                    things=", ".join(sorted((missing - skills).mapped("name"))),
                )
            )
        found += [
            self.env._(
                "%(performer)s: the skill %(skill)s expired on %(date)s.",
                performer=name,
                skill=skill.name,
                date=format_date(self.env, day),
            )
            for skill, day in expired
        ]
        return [("skill", text) for text in found] + [
            (
                "level",
                self.env._(
                    "%(performer)s has %(skill)s at level %(held)s; the job takes "
                    "level %(required)s.",
                    performer=name,
                    skill=skill.name,
                    held=held,
                    required=required,
                ),
            )
            for skill, held, required in low
        ]

    def _get_area_problems(self):
        """Whether the performer goes there: ``[(kind, text)]``."""
        area = self._get_service_area()
        areas = self.performer_id.service_area_ids
        if not (area and areas) or area in areas:
            return []
        text = self.env._(
            "%(performer)s does not go to %(area)s, only to %(areas)s.",
            performer=self.performer_id.name,
            area=area.name,
            areas=", ".join(areas.mapped("name")),
        )
        return [("area", text)]

    def _get_window_problems(self):
        """Whether the visit begins when the customer expects it: ``[(kind, text)]``."""
        if slots.is_within_window(self.date_start, self.window_start, self.window_end):
            return []
        text = self.env._(
            "The customer expects somebody %(window)s.", window=self._describe_window()
        )
        return [("window", text)]

    def _get_service_area(self):
        """The area of the place of work, unless it is another company's area."""
        area = (self.site_id or self.partner_id).service_area_id
        owner = area.company_id
        return area if not owner or owner == self.company_id else area.browse()

    def _describe_window(self):
        """``between Mon 23 Nov, 10:00 and 12:00`` on the reader's clock."""
        tz = self.env.tz.zone
        start, end = self.window_start, self.window_end
        if start and end:
            # The second time with its day, when that is another one.
            first, last = self._describe_slot(start, end, tz).split("–")
            return self.env._("between %(first)s and %(last)s", first=first, last=last)
        pattern = "EEE d MMM, HH:mm"
        if start:
            time = format_datetime(self.env, start, tz=tz, dt_format=pattern)
            return self.env._("not before %(time)s", time=time)
        time = format_datetime(self.env, end, tz=tz, dt_format=pattern)
        return self.env._("by %(time)s", time=time)
