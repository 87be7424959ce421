from odoo import models
from odoo.tools import format_date, formatLang

HERE = 50  # metres: as good as no way


class ServiceWorkOrder(models.Model):
    """Work order: suggestions in words."""

    _inherit = "service.work.order"

    def _describe_suggestion(self, item, facts):
        """Why a slot is suggested, as short texts. Extension point.

        :param item: :class:`~.suggestion_rank.Ranked`
        """
        slot = item.slot
        texts = []
        if slot.performer == facts.personal:
            texts.append(self.env._("personal performer"))
        elif slot.performer in facts.known:
            texts.append(
                self.env._(
                    "was there on %(date)s",
                    date=format_date(
                        self.env, facts.known[slot.performer], date_format="d MMM yyyy"
                    ),
                )
            )
        texts += self._describe_way(slot, facts)
        texts += self._describe_skill_levels(facts, facts.people[slot.performer])
        texts.append(
            self.env._("day %(percent)s %% full", percent=round(slot.load * 100))
        )
        texts += self._describe_time(slot, facts)
        return texts

    def _describe_way(self, slot, facts):
        """How he comes there."""
        if facts.job.place is None:
            return [self.env._("way not known: the place is not on the map")]
        if not slot.before:
            return []
        seconds, metres = slot.before
        if slot.previous and slot.previous.place is None:
            return [self.env._("way not known: the visit before is not on the map")]
        if metres < HERE:
            return [self.env._("is there already")] if slot.previous else []
        return [
            self.env._(
                "%(time)s drive, %(count)s km",
                time=self._describe_span(seconds),
                count=formatLang(
                    self.env, metres / 1000, digits=0 if metres >= 10_000 else 1
                ),
            )
        ]

    def _describe_skill_levels(self, facts, person):
        """Which of the skills asked for he has at which level."""
        skills = self.env["service.skill"].browse(facts.skills)
        return [
            self.env._(
                "has %(skill)s, level %(level)s",
                skill=skill.name,
                level=person.skills[skill.id][1],
            )
            if skill.kind == "skill"
            else self.env._("comes with %(thing)s", thing=skill.name)
            for skill in skills
        ]

    def _describe_time(self, slot, facts):
        """How the time fits what was promised, wished and told."""
        texts = []
        if facts.told and facts.told[1] == slot.start:
            texts.append(self.env._("the time told stays"))
        if facts.wished and facts.wished[0] <= slot.start <= facts.wished[1]:
            texts.append(self.env._("when the customer wished"))
        deadline = facts.job.deadline
        if deadline is not None and slot.start <= deadline:
            texts.append(
                self.env._(
                    "%(time)s before the deadline",
                    time=self._describe_span(deadline - slot.start),
                )
            )
        elif deadline is not None:
            texts.append(
                self.env._(
                    "%(time)s after the deadline",
                    time=self._describe_span(slot.start - deadline),
                )
            )
        return texts

    def _describe_span(self, seconds):
        """``14 min``, ``2 h 10 min``, ``3 days``."""
        minutes = max(1, round(seconds / 60))
        hours, rest = divmod(minutes, 60)
        if hours >= 48:
            return self.env._("%(count)s days", count=hours // 24)
        if not hours:
            return self.env._("%(count)s min", count=minutes)
        if not rest:
            return self.env._("%(count)s h", count=hours)
        return self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)

    def _get_plan_text(self):
        """Who comes when, as it stands now."""
        if not (self.performer_id and self.date_start and self.date_end):
            return self.env._("it has no performer and time now")
        return self.env._(
            "%(performer)s, %(time)s",
            performer=self.performer_id.name,
            time=self._describe_slot(self.date_start, self.date_end, self.env.tz.zone),
        )
