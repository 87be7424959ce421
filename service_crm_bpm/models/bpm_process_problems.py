from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import ormcache

from ..tools.process_check import Stage, Way, find_problems

# What a definition consists of; a change of any of it may mend or break it.
PARTS = {
    "variable_ids": ["key", "kind"],
    "transition_ids": [
        "name", "source_id", "target_id", "outcome", "domain", "condition",
        "auto_domain", "is_default", "sequence",
    ],
}  # fmt: skip

# What the screens call the elements.
ELEMENTS = {
    "bpm.process": "process",
    "bpm.stage": "stage",
    "bpm.transition": "way",
    "bpm.variable": "variable",
    "bpm.lane": "lane",
}


class BpmProcess(models.Model):
    """Process: what is wrong with it.

    A problem is a pair ``(element, sentence)``: the stage, way … concerned, or the
    process itself.
    """

    _inherit = "bpm.process"

    # for the form and the drawing: [{"element", "id": as _get_part_key() says,
    # "name", "text", "level"}]
    problems = fields.Json(compute="_compute_problems")

    @api.depends(lambda self: self._get_checked_paths())
    @api.depends_context("lang")
    def _compute_problems(self):
        for process in self:
            process.problems = [
                {
                    "element": ELEMENTS[element._name],
                    "id": process._get_part_key(element),
                    "name": element.name or "",
                    "text": text,
                    "level": "error",
                }
                for element, text in process._find_problems()
            ]

    @api.model
    def _get_checked_paths(self):
        """Paths to everything that is looked at for problems."""
        stages = self.env["bpm.stage"]._get_checked_fields()
        parts = {**PARTS, "stage_ids": stages}
        own = [
            "model_id", "user_id", "company_id", "start_mode", "start_domain",
            "start_group_ids", "calendar_id", "owner_id",
        ]  # fmt: skip
        return own + [f"{part}.{name}" for part in parts for name in parts[part]]

    def _check_publishable(self):
        """A version with errors is not published.

        :raise UserError: with every error
        """
        for process in self:
            if problems := process._find_problems():
                raise process._make_problem_error(
                    self.env._("“%(process)s” is not published yet:"), problems
                )

    def _check_startable(self):
        """A published version whose users, fields or child processes are gone since is
        not started.

        :raise UserError: with every error
        """
        result = super()._check_startable()
        for process in self:
            if process._is_broken(process.id):
                env = self.env(user=SUPERUSER_ID, su=True)
                raise process._make_problem_error(
                    self.env._("“%(process)s” cannot be started as it is:"),
                    process.with_env(env)._find_outer_problems(),
                )
        return result

    @api.model
    @ormcache("process_id")
    def _is_broken(self, process_id):
        """Whether a version has lost what it needs; kept until a definition, a user or
        a right changes."""
        env = self.env(user=SUPERUSER_ID, su=True, context={})
        return bool(env["bpm.process"].browse(process_id)._find_outer_problems())

    def _make_problem_error(self, title, problems):
        lines = [f"• {text}" for _element, text in problems]
        # the name is put in here, so that both titles are whole sentences
        return UserError("\n".join([title % {"process": self.display_name}, *lines]))

    def _find_problems(self):
        """Everything that is wrong: ``[(element, sentence)]``. Extension point."""
        self.ensure_one()
        return self._find_shape_problems() + self._find_outer_problems()

    def _find_shape_problems(self):
        """What is wrong with the graph and its ways."""
        kinds = self.env["bpm.stage"]._get_stage_kinds()
        stages = {self._get_part_key(stage): stage for stage in self.stage_ids}
        found = find_problems(
            [
                Stage(
                    key,
                    stage.kind,
                    bool(stage.is_person or kinds.get(stage.kind, {}).get("waits")),
                    bool(kinds.get(stage.kind, {}).get("ends")),
                )
                for key, stage in stages.items()
            ],
            [
                Way(
                    self._get_part_key(way),
                    self._get_part_key(way.source_id),
                    self._get_part_key(way.target_id),
                    way.outcome or "",
                )
                for way in self.transition_ids
                if self._get_part_key(way.source_id) in stages
                and self._get_part_key(way.target_id) in stages
            ],
        )
        problems = []
        for problem in found:
            elements = [stages[key] for key in problem.stages]
            texts = self._get_shape_texts(elements, [stages[k] for k in problem.others])
            problems += [(e, texts[problem.code]) for e in elements[:1] or [self]]
        for element in [*self.stage_ids, *self.transition_ids]:
            problems += [(element, text) for text in element._find_way_problems(self)]
        return problems

    def _get_shape_texts(self, elements, others):
        """Sentences about problems of the graph: ``{code: sentence}``."""
        stage = elements[0].name if elements else ""
        names = ", ".join(f"“{element.name}”" for element in elements)
        path = " → ".join(element.name or "" for element in [*elements, *elements[:1]])
        missing = ", ".join(f"“{other.name}”" for other in others)
        lock = self.env._(
            "“%(stage)s” can wait for ever: not always do all its ways in come.",
            stage=stage,
        )
        if missing:
            lock = self.env._(
                "“%(stage)s” can wait for ever: nothing may come from %(missing)s.",
                stage=stage,
                missing=missing,
            )
        return {
            "no_start": self.env._("There is no start stage: add one."),
            "many_starts": self.env._(
                "There is more than one start stage (%(names)s): keep one.",
                names=names,
            ),
            "no_end": self.env._("There is no end stage: add one."),
            "no_way_out": self.env._(
                "“%(stage)s” has no way out: say where it goes from there.",
                stage=stage,
            ),
            "end_goes_on": self.env._(
                "“%(stage)s” is an end, but a way leads out of it: remove the way.",
                stage=stage,
            ),
            "unreachable": self.env._(
                "“%(stage)s” is never reached: no way leads there from the start.",
                stage=stage,
            ),
            "no_end_reachable": self.env._(
                "“%(stage)s” leads to no end: the process would never be over.",
                stage=stage,
            ),
            "loop": self.env._(
                "%(path)s goes round without end: put a pause, an event or the work of "
                "a person into the loop.",
                path=path,
            ),
            "lock": lock,
        }

    def _find_outer_problems(self):
        """What is wrong apart from the graph: missing values, fields, users, rights.

        Looked at once more when a run starts. Extension point.
        """
        self.ensure_one()
        texts = self._find_identity_problems() + self._find_start_problems()
        problems = [(self, text) for text in texts]
        for element in [*self.stage_ids, *self.transition_ids]:
            problems += [(element, text) for text in element._find_problems(self)]
        return problems

    @api.model
    def _get_part_key(self, part):
        """The id of a part as text; of a new row of a form, what the form calls it."""
        return str(part._origin.id or getattr(part.id, "ref", False) or "")

    def _get_part(self, part):
        """A stage or way of this version, as the form has it.

        Rows of a form refer to saved ones; the row has what is not saved yet.
        """
        name = {"bpm.stage": "stage_ids", "bpm.transition": "transition_ids"}[
            part._name
        ]
        key = self._get_part_key(part)
        rows = self[name].filtered(lambda row: self._get_part_key(row) == key)
        return rows[:1] or part

    def _get_ways_out(self, stage):
        """The ways out of a stage, as the form has them."""
        key = self._get_part_key(stage)
        return self.transition_ids.filtered(
            lambda way: self._get_part_key(way.source_id) == key
        )

    def _find_identity_problems(self):
        """Sentences about the user the process runs as, and its owner."""
        user, texts = self.user_id, []
        who = {"user": user.name or ""}
        if self.owner_id and not self._is_user(self.owner_id):
            texts.append(
                self.env._(
                    "The process owner %(user)s is archived: name another one.",
                    user=self.owner_id.name,
                )
            )
        if not self._is_user(user):
            return [
                *texts,
                self.env._(
                    "The process runs as %(user)s, who is no user any more: press “Run "
                    "as Me”, or name another one.",
                    **who,
                ),
            ]
        if self.company_id and self.company_id not in user.company_ids:
            texts.append(
                self.env._(
                    "The process runs as %(user)s, who does not work in %(company)s.",
                    company=self.company_id.name,
                    **who,
                )
            )
        if self.model_name and not self._may_identity(self.model_name, "read"):
            texts.append(
                self.env._(
                    "The process runs as %(user)s, who may not see documents of the "
                    "kind “%(model)s”.",
                    model=self.model_id.name,
                    **who,
                )
            )
        return texts

    @api.model
    def _is_user(self, user):
        """Whether somebody is still there; the system itself always is."""
        return user._origin.id == SUPERUSER_ID or (user.active and not user.share)

    def _may_identity(self, model, operation):
        """Whether the user the process runs as has a right on a kind of documents."""
        if model == "bpm.instance":  # the run itself
            return True
        return self.env[model].with_user(self.user_id._origin).has_access(operation)

    def _find_start_problems(self):
        """Sentences about how the process starts by itself."""
        if self.start_mode == "none":
            return []
        if self.model_name == "bpm.instance":
            return [
                self.env._(
                    "The process starts by itself, but is about no kind of document: "
                    "choose what it is about."
                )
            ]
        domain, error = self.env["bpm.stage"]._read_domain(
            self.start_domain, self.model_name
        )
        if error:
            return [self.env._("Start: %(error)s", error=error)]
        if self.start_mode == "condition" and domain.is_true():
            return [
                self.env._(
                    "Start: say which condition a document has to match, all match now."
                )
            ]
        return []
