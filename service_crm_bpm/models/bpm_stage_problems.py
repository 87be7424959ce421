import ast

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.service_crm.tools.expression import parse
from odoo.addons.service_crm.tools.expression_tokens import ExpressionError
from odoo.addons.service_crm.tools.expression_values import BOOL, DATE, TEXT
from odoo.addons.service_crm.tools.units import PLAIN

from ..tools.values import parse_text, walk_path

VARIABLE_TYPES = {"number": PLAIN, "text": TEXT, "bool": BOOL, "date": DATE}
FIELD_TYPES = {
    "boolean": BOOL,
    "date": DATE,
    "datetime": DATE,
    "float": PLAIN,
    "integer": PLAIN,
    "monetary": PLAIN,
}
# Models whose records are people, or lead to one.
PERSON_MODELS = ("res.users", "res.partner", "resource.resource", "hr.employee")


class BpmStage(models.Model):
    """Stage: what is wrong with it, apart from the graph; see
    ``bpm_process_problems.py``."""

    _inherit = "bpm.stage"

    @api.model
    def _get_checked_fields(self):
        """Names of the fields of a stage that are looked at for problems."""
        passed = {"process_id", *models.MAGIC_COLUMNS}
        names = [
            name
            for name, field in self._fields.items()
            if field.store and name not in passed
        ]
        names += [f"responsible_ids.{name}" for name in ("kind", "user_id", "group_id")]
        return [*names, "responsible_ids.path", "is_person"]

    def _find_problems(self, process):
        """Sentences about what is wrong. Extension point.

        What only one kind needs: a method ``_find_<kind>_problems(process)``.

        :param process: the version as the form has it; rows of a form know the saved
            one only
        """
        self.ensure_one()
        texts = []
        if find := getattr(self, f"_find_{self.kind}_problems", None):
            texts += find(process)
        if self.is_person:
            texts += self._find_person_problems(process)
        return texts + self._find_robot_problems()

    def _find_pause_problems(self, process):
        if self.pause_mode == "duration":
            if self.pause_amount <= 0:
                return [self._make_missing("pause_amount")]
            if self.pause_working_time:
                return self._find_calendar_problems(process)
            return []
        if self.pause_mode == "field":
            return self._find_path_problems(
                process, "pause_path", types=("date", "datetime")
            )
        if self.pause_mode == "condition":
            return self._find_condition_problems(process, "pause_condition")
        return [self._make_missing("pause_mode")]

    def _find_event_problems(self, process):
        if not self.event_kind:
            return [self._make_missing("event_kind")]
        texts = []
        if self.event_kind in ("signal", "webhook") and not self.event_signal:
            texts.append(self._make_missing("event_signal"))
        if self.event_field_id and self.event_field_id.model != process.model_name:
            texts.append(self._make_foreign("event_field_id"))
        if not (model := self._get_event_model()):
            return texts  # events of this kind have no condition
        error = self._read_domain(self.event_domain, model)[1]
        return texts + [self._make_text(error)] * bool(error)

    def _find_child_problems(self, process):
        child = self.child_process_id
        if not child:
            return [self._make_missing("child_process_id")]
        texts = []
        family = child.family_id or child
        versions = family.with_context(active_test=False).version_ids
        published = versions.filtered(lambda v: v.state == "published" and v.active)
        if not published and family != process._origin.family_id:
            texts.append(
                self._make_text(
                    self.env._(
                        "“%(child)s” has no published version.", child=child.name
                    )
                )
            )
        current = published[:1] or child
        groups = current.start_group_ids
        if groups and not groups & process.user_id.all_group_ids:
            texts.append(
                self._make_text(
                    self.env._(
                        "it runs as %(user)s, who may not start “%(child)s”.",
                        user=process.user_id.name,
                        child=child.name,
                    )
                )
            )
        model = process.model_name
        if self.child_path:
            texts += self._find_path_problems(process, "child_path")
            field = self._walk(self.child_path, process)
            model = field.comodel_name if field is not None else current.model_name
        if current.model_name not in (model, "bpm.instance"):
            texts.append(
                self._make_text(
                    self.env._(
                        "“%(child)s” is about other documents: %(model)s.",
                        child=child.name,
                        model=current.model_id.name,
                    )
                )
            )
        return texts

    def _find_approval_problems(self, process):
        texts = []
        if not self.responsible_ids and not self.approval_customer:
            texts.append(self._make_missing("responsible_ids"))
        if self.approval_mode == "count" and self.approval_count <= 0:
            texts.append(self._make_missing("approval_count"))
        return texts

    def _find_person_problems(self, process):
        """Stages that a person does: who, by when, with what."""
        texts = [
            self._make_text(text)
            for line in self.responsible_ids
            for text in line._find_problems(process)
        ]
        if self.makes_task:
            if self.task_user_id and not self.task_user_id.active:
                texts.append(self._make_gone("task_user_id", self.task_user_id))
            for path in parse_text(self.task_summary).paths:
                texts += self._find_path_problems(process, "task_summary", path)
        if self.required_field_ids.filtered(lambda f: f.model != process.model_name):
            texts.append(self._make_foreign("required_field_ids"))
        if self.planned_hours > 0:
            texts += self._find_calendar_problems(process)
        return texts

    def _find_way_problems(self, process):
        """What the ways out of the stage need of it, all together."""
        ways = process._get_ways_out(self)
        kind = self._get_stage_kinds().get(self.kind, {})
        timeout = ways.filtered(lambda way: way.outcome == "timeout")
        texts = []
        if self.timeout_amount > 0 and not timeout and self._may_time_out():
            texts.append(
                self._make_text(
                    self.env._("no way is taken when the time is over: add one.")
                )
            )
        if self.timeout_amount > 0 and self.timeout_working_time:
            texts += self._find_calendar_problems(process)
        plain = ways.filtered(lambda way: not way.outcome)
        for outcome in kind.get("outcomes", ()):
            if outcome in kind.get("stays", ()):
                continue
            if ways and not plain and outcome not in ways.mapped("outcome"):
                label = ways._get_outcome_label(outcome)
                texts.append(
                    self._make_text(
                        self.env._("no way is taken for “%(outcome)s”.", outcome=label)
                    )
                )
        return texts

    def _may_time_out(self):
        """Whether the stage waits for something that may not come."""
        waits = self._get_stage_kinds().get(self.kind, {}).get("waits")
        return bool(self.is_person or waits)

    def _find_robot_problems(self):
        """Robots of the stage that could not run."""
        texts = []
        for robot in self.robot_ids:
            for text in robot._find_problems():
                texts.append(f"“{self.name}”, {text}")
        return texts

    def _find_calendar_problems(self, process):
        """A time that is counted in working hours needs some."""
        company = process.company_id or self.env.company
        calendar = process.calendar_id or company.resource_calendar_id
        if not calendar or calendar.attendance_ids:
            return []
        return [
            self._make_text(
                self.env._(
                    "its time never ends: “%(calendar)s” has no working hours.",
                    calendar=calendar.name,
                )
            )
        ]

    def _find_path_problems(self, process, field_name, path=None, types=()):
        """A path leads to a field, of one of these types."""
        path = path or self[field_name]
        if not path:
            return [self._make_missing(field_name)]
        field = self._walk(path, process)
        if field is None:
            return [self._make_text(self._get_unknown_text(path, process))]
        if types and field.type not in types:
            return [
                self._make_text(
                    self.env._(
                        "“%(field)s” is no date.",
                        field=field._description_string(self.env),
                    )
                )
            ]
        return []

    def _find_condition_problems(self, process, field_name):
        """A formula speaks of known names, is yes or no, and can change."""
        text = (self[field_name] or "").strip()
        if not text:
            return [self._make_missing(field_name)]
        error = self._read_condition(text, process)
        if not error and not parse(text).names:
            error = self.env._(
                "“%(condition)s” speaks of nothing that could change.", condition=text
            )
        return [self._make_text(error)] if error else []

    @api.model
    def _read_condition(self, text, process):
        """What is wrong with a formula of a process; nothing: empty.

        :param text: the formula
        """
        try:
            expression = parse(text)
            types = {}
            for name in expression.names:
                types.update(self._get_value_types(name, process))
            if expression.check(types) != BOOL:
                raise ExpressionError("not_a_condition", 0)
        except ExpressionError as error:
            if error.code == "unknown_name":
                return self._get_unknown_text(error.details["name"], process)
            return self.env["service.expression"]._get_error_text(
                error, self.env._("Condition"), text
            )
        return ""

    @api.model
    def _get_value_types(self, name, process):
        """The type of a name in formulas: ``{name: type}``, empty when unknown.

        Extension point; together with ``bpm.instance._get_value()``.
        """
        variable = process.variable_ids.filtered(lambda v: v.key == name)[:1]
        if variable:
            return {name: VARIABLE_TYPES[variable.kind]}
        if name.startswith("result."):
            keys = {f"result.{stage.key}" for stage in process.stage_ids}
            return {name: TEXT} if name in keys else {}
        field = self._walk(name, process)
        return {} if field is None else {name: FIELD_TYPES.get(field.type, TEXT)}

    @api.model
    def _read_domain(self, text, model):
        """A domain of a process: ``(Domain, what is wrong with it)``."""
        try:
            conditions = ast.literal_eval((text or "[]").strip())
        except (SyntaxError, ValueError):
            return None, self.env._(
                "the condition cannot be understood: choose fields and fixed values."
            )
        try:
            domain = Domain(conditions)
            domain.validate(self.env[model])
        # whatever a broken domain makes of itself
        except Exception as error:
            return None, self.env._(
                "the condition cannot be understood: %(error)s", error=error
            )
        return domain, ""

    @api.model
    def _walk(self, path, process):
        """The last field of a path on documents of the process; ``None``: no field."""
        try:
            return walk_path(self.env[process.model_name], path.strip())[-1]
        except (KeyError, LookupError):
            return None

    @api.model
    def _get_unknown_text(self, name, process):
        return self.env._(
            "there is no “%(name)s” on %(model)s, and no variable of that name.",
            name=name,
            model=process.model_id.name,
        )

    def _make_text(self, text):
        """A sentence with the name of the stage before it."""
        return self.env._(
            "“%(stage)s”: %(problem)s", stage=self.name or "…", problem=text
        )

    def _make_missing(self, field_name):
        """A value is missing without which the stage cannot do what it is for."""
        label = self._fields[field_name]._description_string(self.env)
        return self._make_text(
            self.env._("“%(parameter)s” is not filled in.", parameter=label)
        )

    def _make_foreign(self, field_name):
        """A field that other documents have."""
        label = self._fields[field_name]._description_string(self.env)
        return self._make_text(
            self.env._(
                "“%(parameter)s” is of other documents than the process is about.",
                parameter=label,
            )
        )

    def _make_gone(self, field_name, record):
        """Somebody who is not there any more."""
        label = self._fields[field_name]._description_string(self.env)
        return self._make_text(
            self.env._(
                "“%(parameter)s” names %(user)s, who is archived.",
                parameter=label,
                user=record.name,
            )
        )
