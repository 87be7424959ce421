from odoo import models
from odoo.tools import format_date

from ..tools.suggestion_facts import find_day
from ..tools.suggestions import find_hindrances


class ServiceWorkOrder(models.Model):
    """Work order: who is not suggested, and why not."""

    _inherit = "service.work.order"

    def _get_suggestion_rules(self):
        """Hard rules, in the order in which they are told: ``[key]``.

        Registry and extension point: a further rule is one entry here and the method
        ``_exclude_by_<key>(facts)``, which gets :class:`~.Facts` and returns
        ``{performer id: text}`` for all it excludes, with a constant number of queries.
        Working hours, absences and bookings are no entries: they make the free times.
        """
        return ["helper", "team", "area", "skill", "crew", "parts"]

    def _find_excluded(self, facts):
        """Performers a rule excludes: ``{id: [texts]}``."""
        excluded = {}
        for key in self._get_suggestion_rules():
            for performer_id, text in getattr(self, f"_exclude_by_{key}")(
                facts
            ).items():
                excluded.setdefault(performer_id, []).append(text)
        return excluded

    def _exclude_by_helper(self, facts):
        text = self.env._("goes along as a helper")
        return {key: text for key in facts.helpers if key in facts.people}

    def _exclude_by_team(self, facts):
        team = self.team_id
        found = [
            key
            for key, person in facts.people.items()
            if team and person.teams and team.id not in person.teams
        ]
        if not found:
            return {}
        text = self.env._("does not work for %(team)s", team=team.name)
        return dict.fromkeys(found, text)

    def _exclude_by_area(self, facts):
        area = self._get_service_area()
        found = [
            key
            for key, person in facts.people.items()
            if area and person.areas and area.id not in person.areas
        ]
        if not found:
            return {}
        text = self.env._("does not go to %(area)s", area=area.name)
        return dict.fromkeys(found, text)

    def _exclude_by_skill(self, facts):
        """Skills and their levels, vehicles and tools, valid when the search begins."""
        if not facts.skills:
            return {}
        skills = self.env["service.skill"].browse(facts.skills)
        days = {
            tz: find_day(facts.job.first, tz)
            for tz in {person.tz for person in facts.people.values()}
        }
        excluded = {}
        for key, person in facts.people.items():
            lacking = [
                text
                for skill in skills
                if (
                    text := self._describe_lack(
                        skill, facts.skills[skill.id], person, days[person.tz]
                    )
                )
            ]
            if lacking:
                excluded[key] = "; ".join(lacking)
        return excluded

    def _describe_lack(self, skill, level, person, day):
        """What a person lacks of a skill, or nothing."""
        if skill.id not in person.skills:
            if skill.kind == "skill":
                return self.env._("lacks the skill %(skill)s", skill=skill.name)
            return self.env._("comes without %(thing)s", thing=skill.name)
        last_day, held = person.skills[skill.id]
        if last_day and last_day < day:
            return self.env._(
                "%(skill)s expired on %(date)s",
                skill=skill.name,
                date=format_date(self.env, last_day),
            )
        if held < level:
            return self.env._(
                "%(skill)s at level %(held)s, the job takes %(required)s",
                skill=skill.name,
                held=held,
                required=level,
            )
        return False

    def _exclude_by_crew(self, facts):
        size = self.crew_size
        if size <= 1:
            return {}
        return {
            key: self.env._(
                "%(count)s of %(needed)s people: choose a crew, or add helpers first",
                count=person.people,
                needed=size,
            )
            for key, person in facts.people.items()
            if person.people is not None and person.people < size
        }

    def _exclude_by_parts(self, facts):
        if not facts.missing:
            return {}
        text = self.env._("not in stock: %(parts)s", parts=", ".join(facts.missing))
        return dict.fromkeys(facts.people, text)

    def _describe_hindrances(self, facts, key, get_way):
        """Why somebody who fits has no free time: ``[text]``."""
        words = {
            "expired": self.env._("a skill expires before the first free time"),
            "absent": self.env._("absent"),
            "booked": self.env._("fully booked"),
            "hours": self.env._("off work at that time"),
        }
        kinds = find_hindrances(facts.job, facts.performers[key], get_way)
        if not kinds:
            return [self.env._("too little time for the job and the way")]
        return [words[kind] for kind in kinds]
