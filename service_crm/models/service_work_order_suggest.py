from functools import cache, partial

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import suggestion_rank, suggestions, travel
from ..tools.suggestion_facts import to_moment
from ..tools.work_order_steps import PLANNING
from .service_work_order_suggest_facts import LONGEST_SEARCH

LIMIT = 10
REFINED = 12  # performers whose ways a provider is asked for


class ServiceWorkOrder(models.Model):
    """Work order: who could do it when, ranked, each with why."""

    _inherit = "service.work.order"

    def action_suggestions(self, since=None, until=None):
        """Who could come when, the best first, and who not and why.

        :param since, until: naive UTC, as text; a week from now unless given
        :return: ``{"version", "may_take", "notes": [text], "slots": [{"performer",
            "name", "start", "end", "score", "reasons"}], "excluded": [{"performer",
            "name", "reasons"}]}``
        """
        self.env.user._check_service_role("operator", "manager", "dispatcher")
        self.check_access("read")
        self.ensure_one()
        if self.state not in PLANNING:
            raise UserError(
                self.env._("%(number)s is no longer to be planned.", number=self.name)
            )
        since = fields.Datetime.to_datetime(since)
        until = fields.Datetime.to_datetime(until)
        if until and until - (since or fields.Datetime.now()) > LONGEST_SEARCH:
            raise UserError(
                self.env._(
                    "Ask for at most %(days)s days at once.", days=LONGEST_SEARCH.days
                )
            )
        found = self._get_suggestions(since, until)
        for slot in found["slots"]:
            slot["start"] = fields.Datetime.to_string(slot["start"])
            slot["end"] = fields.Datetime.to_string(slot["end"])
        may_take = self.env.user._has_service_role("dispatcher")
        return {**found, "version": self.plan_version, "may_take": may_take}

    def action_take_suggestion(self, slot, version):
        """Plan the visit as suggested.

        :param slot: ``{"performer", "start", "end"}`` as :meth:`action_suggestions`
            gave it
        :param version: ``plan_version`` at that time: who planned the visit since then
            is not overwritten
        :return: ``True``, or the action that asks for the reason, when somebody was
            told of another time already
        """
        self.env.user._check_service_role("dispatcher")
        self.check_access("write")
        self.ensure_one()
        if self.plan_version != version:
            raise UserError(
                self.env._(
                    "%(number)s was changed meanwhile: %(plan)s. Ask for suggestions "
                    "again.",
                    number=self.name,
                    plan=self._get_plan_text(),
                )
            )
        values = {
            "performer_id": int(slot["performer"]),
            "date_start": fields.Datetime.to_datetime(slot["start"]),
            "date_end": fields.Datetime.to_datetime(slot["end"]),
        }
        if self.state == "draft":
            self.write(values)
            return True
        action = self.action_reschedule()
        defaults = {f"default_{name}": value for name, value in values.items()}
        return {**action, "context": {**action["context"], **defaults}}

    # Helpers

    def _get_suggestions(self, since=None, until=None, limit=LIMIT, spread=None):
        """Who could come when; whoever asks must have been allowed to.

        The visit's own time does not stand in its way; no slot breaks a rule.

        :param since, until: naive UTC; a week from now unless given
        :param spread: seconds; then also later times of a gap, so far apart
        :return: as :meth:`action_suggestions`, times as naive UTC
        """
        self.ensure_one()
        # sudo: all bookings of a performer count, also those of other companies and
        # colleagues; of them nothing is told but that the time is taken.
        order = self.sudo()
        facts = order._read_suggestion_facts(since, until)
        reasons = order._find_excluded(facts)
        suited = [key for key in facts.people if key not in reasons]
        order._read_suggestion_times(facts, suited)
        get_way = cache(travel.estimate)
        ranked = order._rank_suggestions(facts, suited, get_way, spread)
        notes = []
        if ranked and self.env["service.travel"]._get_provider():
            get_way, complaint = order._get_asked_ways(facts, ranked, get_way)
            best = list(dict.fromkeys(item.slot.performer for item in ranked))[:REFINED]
            ranked = order._rank_suggestions(facts, best, get_way, spread)
            notes += [complaint] if complaint else []
        free = {item.slot.performer for item in ranked}
        for key in suited:
            if key not in free:
                reasons[key] = order._describe_hindrances(facts, key, get_way)
        chosen = suggestion_rank.choose(ranked, limit)
        return {
            "slots": [
                {
                    "performer": item.slot.performer,
                    "name": facts.people[item.slot.performer].name,
                    "start": to_moment(item.slot.start),
                    "end": to_moment(item.slot.end),
                    "score": item.score,
                    "reasons": order._describe_suggestion(item, facts),
                }
                for item in chosen
            ],
            "excluded": [
                {"performer": key, "name": facts.people[key].name, "reasons": texts}
                for key, texts in reasons.items()
                if texts
            ],
            "notes": notes,
        }

    def _rank_suggestions(self, facts, keys, get_way, spread):
        """All slots of these performers, the best first."""
        slots = [
            slot
            for key in keys
            for slot in suggestions.find_slots(
                facts.job, facts.performers[key], get_way, spread
            )
        ]
        weights = self.env["service.suggestion.weight"]._get_levels(self.company_id.id)
        measures = {
            key: partial(getattr(self, f"_measure_suggestion_{key}"), facts=facts)
            for key, weight in weights.items()
            if weight
        }
        return suggestion_rank.rank(slots, measures, weights)

    def _get_asked_ways(self, facts, ranked, get_way):
        """Ways by the provider between the places of the best slots.

        :return: ``(function of two places, complaint about the provider or None)``
        """
        targets, origins = {}, {}
        best = list(dict.fromkeys(item.slot.performer for item in ranked))[:REFINED]
        for key in best:
            performer = facts.performers[key]
            places = [visit.place for visit in performer.visits]
            for place in (performer.home, performer.end, *places):
                if place is not None:
                    origins[place] = targets[place] = None
        job = facts.job.place
        known, complaint = {}, None
        if job is not None and targets:
            here = [job]
            travels = self.env["service.travel"]
            there, complaint = travels._ask_matrix(list(origins), here)
            back, again = travels._ask_matrix(here, list(targets))
            complaint = complaint or again
            known = {
                (place, job): row[0] for place, row in zip(origins, there, strict=True)
            }
            known |= {
                (job, place): way for place, way in zip(targets, back[0], strict=True)
            }

        def get(origin, target):
            return known.get((origin, target)) or get_way(origin, target)

        return get, complaint

    # What counts

    def _measure_suggestion_urgency(self, slot, facts):
        return suggestion_rank.measure_urgency(slot, facts.job)

    def _measure_suggestion_wish(self, slot, facts):
        return facts.wished and suggestion_rank.measure_wish(slot, facts.wished)

    def _measure_suggestion_travel(self, slot, facts):
        return suggestion_rank.measure_travel(slot)

    def _measure_suggestion_personal(self, slot, facts):
        return facts.personal and float(slot.performer != facts.personal)

    def _measure_suggestion_known(self, slot, facts):
        return float(slot.performer not in facts.known) if facts.known else None

    def _measure_suggestion_load(self, slot, facts):
        return min(1.0, slot.load)

    def _measure_suggestion_fairness(self, slot, facts):
        return min(1.0, slot.busy)

    def _measure_suggestion_stability(self, slot, facts):
        return facts.told and suggestion_rank.measure_stability(slot, *facts.told)
