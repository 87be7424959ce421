import ast
import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import ormcache

from ..tools.chain import CompiledRobot, RobotIndex
from ..tools.values import parse_text, walk_path

_logger = logging.getLogger(__name__)


class BpmRobot(models.Model):
    """Robot: compiled once, found without a query."""

    _inherit = "bpm.robot"

    @api.model
    @ormcache()
    def _get_robot_index(self):
        """All active robots compiled, kept per process until a robot is changed."""
        env = self.env(user=SUPERUSER_ID, su=True, context={})
        robots = env["bpm.robot"].search([("active", "=", True)])
        return RobotIndex(
            [
                robot._try_compile()
                for robot in robots
                if robot.model_name in self.env and robot._get_field_name()
            ]
        )

    @api.model
    def _get_watched_fields(self, model):
        """Names of the fields of a model whose values robots wait for."""
        return self._get_robot_index().watched.get(model, ())

    def _try_compile(self):
        """Compiled; a robot that cannot run any more fails with a reason, visibly."""
        try:
            return self._compile()
        except UserError as error:
            return self._make_compiled(error=error.args[0])
        except Exception as error:  # one broken robot must not stop all saves
            _logger.exception("robot %s cannot be compiled", self.id)
            return self._make_compiled(error=f"{type(error).__name__}: {error}")

    def _compile(self):
        """This robot as the engine runs it.

        :raise UserError: when it could not run, in words that say what to do
        """
        self.ensure_one()
        kinds = self._get_robot_kinds()
        if self.kind not in kinds:
            raise UserError(
                self.env._("The action “%(kind)s” is not installed.", kind=self.kind)
            )
        if self._get_trigger()[2] is False:
            raise UserError(self.env._("Choose the value that the robot waits for."))
        self._check_watched()
        domain = self._parse_condition()
        if check := getattr(self, f"_check_{self.kind}", None):
            check()
        sets = self.kind == "fields" or kinds[self.kind].get("values")
        values = tuple(line._compile() for line in self.value_ids) if sets else ()
        paths = [condition.field_expr for condition in domain.iter_conditions()]
        paths += [v.content for v in values if v.source == "copy"]
        for value in values:
            if value.source == "text":
                paths += value.content.paths
        if get_paths := getattr(self, f"_get_{self.kind}_paths", None):
            own = get_paths()
            self._check_paths(own)
            paths += own
        if date := self._compile_date():
            paths.append(date.field_name)
        self._check_readable(paths)
        return self._make_compiled(
            domain=domain,
            values=values,
            reads=frozenset(paths),
            hops=self._get_hops(paths),
            writes=frozenset(v.field_name for v in values),
        )

    def _check_watched(self):
        """What the robot waits for can be entered."""
        if not self.model_id.filtered_domain(self._get_robot_model_domain()):
            raise UserError(
                self.env._("%(model)s is not watched.", model=self.model_id.name)
            )
        if not self.field_id.store or self.field_id.company_dependent:
            raise UserError(
                self.env._(
                    "“%(field)s” has no value of its own that could be entered.",
                    field=self.field_id.field_description,
                )
            )

    def _get_field_name(self):
        """Name of the watched field, as it stands in the log of entries."""
        return self.field_id.name

    def _make_compiled(
        self,
        domain=Domain.TRUE,
        values=(),
        reads=frozenset(),
        hops=(),
        writes=frozenset(),
        error="",
    ):
        trigger = self._get_trigger()
        return CompiledRobot(
            id=self.id,
            order=(self.sequence, self.id),
            kind=self.kind,
            merges=bool(self._get_robot_kinds().get(self.kind, {}).get("merges")),
            user_id=self.user_id.id,
            company_id=self.company_id.id,
            model=self.model_name,
            field_name=self._get_field_name(),
            trigger=trigger,
            watches_all=trigger[1] != "phase" and not self.stage_id.service_phase,
            domain=domain,
            delay=self.delay and timedelta(**{self.delay_unit: self.delay}),
            date=self._compile_date(),
            after_previous=self.after_previous,
            undo=self.undo_when_left,
            stop_when_left=self.stop_when_left,
            values=values,
            reads=reads,
            hops=hops,
            writes=writes,
            error=error,
        )

    def _get_trigger(self):
        """What the robot waits for: ``(enter|leave, value|phase, key)``."""
        kind, key = getattr(self, f"_get_trigger_key_{self.trigger}")()
        on = self.trigger_on
        if kind == "value" and key == "no":  # a boolean that is emptied
            on, key = ("leave" if on == "enter" else "enter"), "True"
        return on, kind, key

    def _get_trigger_key_phase(self):
        """Entries of one phase."""
        return "phase", self.phase

    def _get_trigger_key_stage(self):
        """Entries of one stage, or of any."""
        return "value", str(self.stage_id.id) if self.stage_id else False

    def _get_trigger_key_work_order(self):
        """Entries of one state of work orders."""
        return "value", self.work_order_state

    def _get_trigger_key_field(self):
        """The value as the log writes it, False: any; ``no`` is a tick taken away."""
        if self.field_type == "selection":
            return "value", self.value_selection_id.value or False
        if self.field_type == "boolean":
            return "value", {"yes": "True", "no": "no"}.get(self.value_boolean, False)
        if not self.value_ref or self.value_ref._name != self.field_id.relation:
            return "value", False
        return "value", str(self.value_ref.id)

    def _parse_condition(self):
        """The condition as a domain; ``uid`` stands for the robot's user."""
        model = self.env[self.model_name]
        try:
            tree = ast.parse((self.condition or "[]").strip(), mode="eval")
            tree = _Names(self.user_id.id).visit(tree)
            domain = Domain(ast.literal_eval(tree))
            domain.validate(model)
        except Exception as error:
            raise UserError(
                self.env._("The condition cannot be understood: %(error)s", error=error)
            ) from error
        return domain

    def _check_paths(self, paths):
        """Every ``{{field}}`` of a text names a field."""
        for path in paths:
            try:
                walk_path(self.env[self.model_name], path)
            except LookupError as error:
                raise UserError(
                    self.env._(
                        "There is no field “%(name)s” on %(model)s (in “%(path)s”).",
                        name=error.args[0],
                        model=self.model_id.name,
                        path=path,
                    )
                ) from error

    def _check_readable(self, paths):
        """The user the robot runs as may see the fields it reads."""
        model = self.env[self.model_name].with_user(self.user_id)
        for path in paths:
            try:
                walked = walk_path(model, path)
            except LookupError:  # parts of dates and properties, in conditions
                continue
            for field in walked:
                if not model.env[field.model_name]._has_field_access(field, "read"):
                    raise UserError(
                        self.env._(
                            "%(user)s may not see “%(field)s”.",
                            user=self.user_id.name,
                            field=field._description_string(self.env),
                        )
                    )

    def _get_hops(self, paths):
        """The paths of other documents that lie on the way of these paths, sorted."""
        hops = set()
        for path in paths:
            model, hop = self.env[self.model_name], ""
            for name in path.split(".")[:-1]:
                field = model._fields.get(name)
                if field is None or not field.relational:
                    break  # part of a date or a property
                hop = f"{hop}.{name}" if hop else name
                hops.add(hop)
                model = self.env[field.comodel_name]
        return tuple(sorted(hops))

    def _describe_trigger(self):
        """The trigger in words."""
        entered = self.trigger_on == "enter"
        value, document = self._describe_watched()
        words = {"document": document, "value": value or "…"}
        if not self.delay:
            if entered:
                return self.env._("When %(document)s enters “%(value)s”", **words)
            return self.env._("When %(document)s leaves “%(value)s”", **words)
        words["delay"] = f"{self.delay} {_label(self, 'delay_unit')}"
        if entered:
            return self.env._(
                "%(delay)s after %(document)s entered “%(value)s”", **words
            )
        return self.env._("%(delay)s after %(document)s left “%(value)s”", **words)

    def _describe_watched(self):
        """``(value, document)`` that the robot waits for, in words."""
        if self.trigger == "phase":
            return _label(self, "phase"), self.env._("request")
        if self.trigger == "stage":
            return self.stage_id.name, self.env._("lead or opportunity")
        if self.trigger == "work_order":
            return _label(self, "work_order_state"), self.env._("work order")
        return self._describe_field_value(), self.model_id.name

    def _describe_field_value(self):
        """Field and value that are waited for, in words."""
        if self.field_type == "selection":
            value = self.value_selection_id.name
        elif self.field_type == "boolean":
            value = _label(self, "value_boolean")
        else:
            value = self._describe_ref(self.value_ref)
        return f"{self.field_id.field_description or '…'}: {value or '…'}"

    def _describe_path(self, path):
        """The labels of the fields along a path."""
        try:
            walked = walk_path(self.env[self.model_name], path)
        except (KeyError, LookupError):
            return path
        return " › ".join(field._description_string(self.env) for field in walked)

    def _describe_text(self, text):
        """A text with the labels of its fields in place of their values."""
        return "".join(
            f"‹{self._describe_path(part)}›" if position % 2 else part
            for position, part in enumerate(parse_text(text).parts)
        )

    @api.model
    def _describe_ref(self, record):
        """The name of a linked document."""
        if not record:
            return ""
        # a name chosen in the robot, no more
        return record.sudo().exists().display_name or self.env._("deleted")

    def _describe_action(self):
        """The action in words."""
        describe = getattr(self, f"_describe_{self.kind}", None)
        return describe() if describe else _label(self, "kind")


class _Names(ast.NodeTransformer):
    """Puts in the only name a condition may use."""

    def __init__(self, user_id):
        self.user_id = user_id

    def visit_Name(self, node):
        if node.id == "uid":
            return ast.copy_location(ast.Constant(self.user_id), node)
        return node


def _label(record, field_name):
    """The label of a selection value."""
    field = record._fields[field_name]
    return dict(field._description_selection(record.env)).get(record[field_name], "")
