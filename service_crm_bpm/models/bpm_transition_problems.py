from odoo import models


class BpmTransition(models.Model):
    """Transition: what is wrong with a way; see ``bpm_process_problems.py``."""

    _inherit = "bpm.transition"

    def _find_problems(self, process):
        """Sentences about what the way needs of fields and variables. Extension point.

        :param process: the version as the form has it
        """
        self.ensure_one()
        stages, texts = self.env["bpm.stage"], []
        if process.model_name:
            texts.append(stages._read_domain(self.domain, process.model_name)[1])
        if (self.condition or "").strip():
            texts.append(stages._read_condition(self.condition, process))
        return self._make_texts(process, [*texts, self._find_auto_problem(process)])

    def _find_auto_problem(self, process):
        """What is wrong with when the way is taken by itself; nothing: empty."""
        text = (self.auto_domain or "").strip()
        if text in ("", "[]") or not process.model_name:
            return ""
        if process._get_part(self.source_id).kind != "work":
            return self.env._(
                "only stages of the kind “Work” are left by themselves. Empty “By "
                "Itself When”."
            )
        domain, error = self.env["bpm.stage"]._read_domain(text, process.model_name)
        if error:
            return self.env._("“By Itself When”: %(error)s", error=error)
        if domain.is_true():
            return self.env._(
                "“By Itself When” fits every document: the stage would never wait."
            )
        return ""

    def _find_way_problems(self, process):
        """Sentences about ways that are never taken, or never chosen between."""
        self.ensure_one()
        source, texts = process._get_part(self.source_id), []
        if source.kind == "split" and self._has_condition():
            texts.append(
                self.env._(
                    "a parallel split takes all its ways, whatever their conditions. "
                    "Make it an inclusive split, or remove the condition."
                )
            )
        if self.outcome:
            texts += self._find_outcome_problems(source)
        else:
            texts += self._find_order_problems(process, source)
        return self._make_texts(process, texts)

    def _make_texts(self, process, texts):
        """Sentences with the name of the way before them; empty ones left out."""
        source = process._get_part(self.source_id)
        target = process._get_part(self.target_id)
        way = f"{source.name or '…'} → {target.name or '…'}"
        if self.name:
            way = f"{way} ({self.name})"
        return [
            self.env._("“%(stage)s”: %(problem)s", stage=way, problem=text)
            for text in texts
            if text
        ]

    def _find_outcome_problems(self, source):
        """Ways for something that never happens."""
        kind = source._get_stage_kinds().get(source.kind, {})
        possible = {"error", *kind.get("outcomes", ())}
        if source._may_time_out():
            possible.add("timeout")
        if self.outcome not in possible:
            return [
                self.env._(
                    "it is never taken: “%(outcome)s” does not happen on a stage of "
                    "this kind.",
                    outcome=self._get_outcome_label(self.outcome),
                )
            ]
        if self.outcome == "timeout" and source.timeout_amount <= 0:
            return [
                self.env._(
                    "it is never taken: the stage has no time-out. Say after how long."
                )
            ]
        return []

    def _find_order_problems(self, process, source):
        """Ways behind one that always fits, and results without a name."""
        kind = source._get_stage_kinds().get(source.kind, {})
        if kind.get("splits") or kind.get("ends"):
            return []
        plain = process._get_ways_out(source).filtered(lambda way: not way.outcome)
        ordered = list(plain.sorted(lambda way: (way.is_default, way.sequence)))
        before = ordered[: ordered.index(self)]
        sure = [way for way in before if not way._has_condition()]
        if source.is_person:
            if len(plain) > 1 and not self.name and (sure or not before):
                return [
                    self.env._(
                        "name the result that leads this way: there are several ways."
                    )
                ]
            return []
        if sure:
            return [
                self.env._(
                    "it is never taken: the way to “%(other)s” before it always fits. "
                    "Give that one a condition.",
                    other=sure[0].target_id.name,
                )
            ]
        return []

    def _has_condition(self):
        """Whether the way is taken only sometimes."""
        domain = (self.domain or "").replace(" ", "")
        return bool((self.condition or "").strip() or domain not in ("", "[]"))

    def _get_outcome_label(self, outcome):
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        return labels.get(outcome, outcome)
