from itertools import combinations, permutations

from odoo import models
from odoo.fields import Domain

from odoo.addons.service_crm.tools.expression import parse
from odoo.addons.service_crm.tools.expression_tokens import ExpressionError


class BpmStage(models.Model):
    """Stage: choices in which a run could get stuck, since no way may fit."""

    _inherit = "bpm.stage"

    def _find_way_problems(self, process):
        """Whether some way fits, whatever the document says.

        A person who chooses the result sees what is in the way and chooses another one.
        """
        texts = super()._find_way_problems(process)
        kind = self._get_stage_kinds().get(self.kind, {})
        if kind.get("ends") or self.kind == "split":
            return texts
        by_hand = self.is_person and self.kind != "approval"
        ways = process._get_ways_out(self)
        for outcome, alike in ways.grouped("outcome").items():
            if (by_hand and not outcome) or alike._fit_always(process):
                continue
            if outcome:
                text = self.env._(
                    "a run could get stuck here: all ways for “%(outcome)s” have "
                    "conditions, which may all be wrong. Add a way without.",
                    outcome=alike._get_outcome_label(outcome),
                )
            else:
                text = self.env._(
                    "a run could get stuck here: all ways have conditions, which may "
                    "all be wrong. Tick “Otherwise” on one way, and leave its "
                    "conditions empty."
                )
            texts.append(self._make_text(text))
        return texts


class BpmTransition(models.Model):
    """Ways: whether one of them always fits."""

    _inherit = "bpm.transition"

    def _fit_always(self, process):
        """Whether one of these ways has no condition, or they leave nothing out.

        The latter is said of conditions that are each other's opposite, and of those on
        the document that together hold for every one. What cannot be understood is said
        elsewhere.
        """
        if not all(way._has_condition() for way in self):
            return True
        try:
            formulas = [way._parse_lone_condition() for way in self]
        except ExpressionError:
            return True
        pairs = combinations(filter(None, formulas), 2)
        if any(one.is_opposite(other) for one, other in pairs):
            return True
        model = process.model_name
        domains = [
            self.env["bpm.stage"]._read_domain(way.domain, model)[0]
            for way in self
            if not (way.condition or "").strip()
        ]
        if not all(domain is not None for domain in domains):
            return True
        documents = self.env[model]
        if Domain.OR(domains).optimize_full(documents).is_true():
            return True
        return any(
            (~one).optimize_full(documents) == other.optimize_full(documents)
            for one, other in permutations(domains, 2)
        )

    def _parse_lone_condition(self):
        """The formula, compiled, where nothing else is asked; else ``None``."""
        if (self.domain or "").replace(" ", "") not in ("", "[]"):
            return None
        return parse(self.condition)
