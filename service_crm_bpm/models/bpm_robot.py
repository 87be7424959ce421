from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.service_crm.models.crm_stage import SERVICE_PHASES
from odoo.addons.service_crm.models.service_work_order import WORK_ORDER_STATES

DELAY_UNITS = [
    ("minutes", "minutes"),
    ("hours", "hours"),
    ("days", "days"),
    ("weeks", "weeks"),
]


class BpmRobot(models.Model):
    """An automated action: when a record enters (or leaves) a value, do one thing.

    Robots run once per entry, in batch, with the rights of one named user; what they
    did stands in the journal ``bpm.robot.log``. How they are found without a query is
    in ``bpm_robot_index.py``, how they run in ``bpm_robot_run.py``, what each kind
    does in ``bpm_robot_kinds.py``.
    """

    _name = "bpm.robot"
    _description = "Robot"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(translate=True, help="Empty: the robot is called what it does.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, help="Robots of one entry run in this order.")
    company_id = fields.Many2one(
        "res.company",
        help="Only documents of this company. Empty: of all companies.",
    )
    trigger = fields.Selection(
        lambda self: self._get_robot_trigger_selection(),
        "Watch",
        required=True,
        default="phase",
        help="What the robot waits for.",
    )
    trigger_on = fields.Selection(
        [("enter", "is entered"), ("leave", "is left")],
        "When It",
        required=True,
        default="enter",
    )
    phase = fields.Selection(SERVICE_PHASES)
    stage_id = fields.Many2one("crm.stage", ondelete="restrict", index=True)
    work_order_state = fields.Selection(WORK_ORDER_STATES, "State")
    model_id = fields.Many2one(
        "ir.model",
        "Kind of Document",
        compute="_compute_trigger_field",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="cascade",
        domain=lambda self: self._get_robot_model_domain(),
    )
    model_name = fields.Char(related="model_id.model", store=True, index=True)
    field_id = fields.Many2one(
        "ir.model.fields",
        compute="_compute_trigger_field",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('store', '=', True),"
        " ('ttype', 'in', ['selection', 'many2one', 'boolean'])]",
    )
    field_type = fields.Selection(related="field_id.ttype", string="Field Type")
    field_relation_id = fields.Many2one(
        "ir.model", compute="_compute_field_relation_id"
    )
    value_selection_id = fields.Many2one(
        "ir.model.fields.selection",
        "Choice",
        ondelete="cascade",
        domain="[('field_id', '=', field_id)]",
    )
    value_ref = fields.Reference(
        lambda self: self._get_reference_models(), "Linked Document"
    )
    value_boolean = fields.Selection(
        [("yes", "Yes"), ("no", "No")], "Yes or No", default="yes"
    )
    condition = fields.Char(
        default="[]",
        help="Only documents that match. Looked at when the value is entered, and "
        "again when a delay is over.",
    )
    delay = fields.Integer(help="How long to wait after the entry; 0: at once.")
    delay_unit = fields.Selection(DELAY_UNITS, required=True, default="hours")
    stop_when_left = fields.Boolean(
        "Only If Still There",
        default=True,
        help="Nothing is done when the document has left the value meanwhile.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Runs As",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        copy=False,
        domain=[("share", "=", False)],
        help="The robot may do what this user may do, and no more.",
    )
    kind = fields.Selection(
        lambda self: self._get_robot_kind_selection(),
        "Action",
        required=True,
        default="fields",
    )
    value_ids = fields.One2many(
        "bpm.robot.value", "robot_id", "Field to Set", copy=True
    )
    todo_type_id = fields.Many2one(
        "mail.activity.type",
        "Type",
        ondelete="restrict",
        domain="['|', ('res_model', '=', False), ('res_model', '=', model_name)]",
    )
    todo_summary = fields.Char("Title", translate=True)
    todo_days = fields.Integer("Due in Days")
    todo_user_type = fields.Selection(
        [("path", "Person on the document"), ("user", "Fixed person")],
        "For",
        default="path",
    )
    todo_user_path = fields.Char("Person")
    todo_user_id = fields.Many2one(
        "res.users",
        "This Person",
        domain=[("share", "=", False)],
        help="Also when the document names nobody.",
    )
    template_id = fields.Many2one(
        "mail.template",
        "E-mail Template",
        ondelete="restrict",
        domain="[('model_id', '=', model_id)]",
    )
    # Odoo runs server actions with more rights than the user has.
    action_id = fields.Many2one(
        "ir.actions.server",
        "Server Action",
        ondelete="restrict",
        domain="[('model_id', '=', model_id)]",
        groups="base.group_system",
    )
    text = fields.Text(
        translate=True, help="Values of the document by {{field}}, e.g. {{partner_id}}."
    )
    summary = fields.Char("What It Does", compute="_compute_summary")
    log_ids = fields.One2many("bpm.robot.log", "robot_id", "Journal")
    log_count = fields.Integer("Runs", compute="_compute_log_counts")
    planned_count = fields.Integer("Waiting", compute="_compute_log_counts")
    failed_count = fields.Integer("Failures", compute="_compute_log_counts")

    _delay_positive = models.Constraint(
        "CHECK(delay >= 0)", "A robot cannot run before its entry."
    )

    @api.constrains(lambda self: self._get_guarded_fields())
    def _check_definition(self):
        """A robot that could not run is not saved."""
        for robot in self:
            try:
                robot._compile()
            except UserError as error:
                raise ValidationError(
                    self.env._(
                        "Robot “%(robot)s”: %(reason)s",
                        robot=robot.display_name,
                        reason=error.args[0],
                    )
                ) from error

    @api.depends("trigger")
    def _compute_trigger_field(self):
        triggers = self._get_robot_triggers()
        for robot in self:
            trigger = triggers.get(robot.trigger, {})
            if "model" in trigger:
                robot.model_id = self.env["ir.model"]._get(trigger["model"])
                robot.field_id = self.env["ir.model.fields"]._get(
                    trigger["model"], trigger["field"]
                )
                continue
            robot.model_id = robot._get_trigger_model()
            if robot.field_id.model_id != robot.model_id:
                robot.field_id = False

    def _compute_user_id(self):
        for robot in self:
            robot.user_id = robot.user_id or self.env.user

    @api.onchange("model_id")
    def _onchange_model_id(self):
        if self.field_id.model_id != self.model_id:
            self.field_id = False
        if self.value_ids.field_id.model_id - self._get_value_model():
            self.value_ids = False
        self.condition = "[]"

    @api.depends("field_id")
    def _compute_field_relation_id(self):
        for robot in self:
            robot.field_relation_id = self.env["ir.model"]._get(robot.field_id.relation)

    @api.depends("name", "summary")
    def _compute_display_name(self):
        for robot in self:
            robot.display_name = robot.name or robot.summary

    @api.depends(lambda self: self._get_guarded_fields())
    @api.depends_context("lang")
    def _compute_summary(self):
        for robot in self:
            robot.summary = self.env._(
                "%(when)s → %(action)s",
                when=robot._describe_trigger(),
                action=robot._describe_action(),
            )

    def _compute_log_counts(self):
        counts = {
            (robot.id, state): count
            for robot, state, count in self.env["bpm.robot.log"]._read_group(
                [("robot_id", "in", self.ids)], ["robot_id", "state"], ["__count"]
            )
        }
        for robot in self:
            per_state = {
                s: n for (robot_id, s), n in counts.items() if robot_id == robot.id
            }
            robot.log_count = sum(per_state.values())
            robot.planned_count = per_state.get("planned", 0)
            robot.failed_count = per_state.get("failed", 0)

    @api.model_create_multi
    def create(self, vals_list):
        robots = super().create(vals_list)
        robots._check_editor()
        robots._definition_changed()
        return robots

    def write(self, vals):
        guarded = set(vals) & set(self._get_guarded_fields())
        if guarded:
            self._check_editor()
        result = super().write(vals)
        if guarded:
            self._check_editor()
            self.check_access("write")  # also as it is now
        if guarded or {"active", "sequence"} & set(vals):
            self._definition_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self._definition_changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ran(self):
        if self.env["bpm.robot.log"].search_count(
            [("robot_id", "in", self.ids)], limit=1
        ):
            raise UserError(
                self.env._(
                    "This robot has already run: its journal would be lost. Archive it "
                    "instead."
                )
            )

    def action_open_logs(self):
        """The journal of this robot."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm_bpm.action_bpm_robot_log"
        )
        action["domain"] = [("robot_id", "=", self.id)]
        action["context"] = {"search_default_failed": bool(self.failed_count)}
        return action

    def action_test(self):
        """Open the dry run."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try Out"),
            "res_model": "bpm.robot.test",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_robot_id": self.id},
        }

    @api.model
    def _get_robot_triggers(self):
        """What robots may wait for: ``{key: {"name": label, "model", "field"}}``.

        Registry and extension point. A trigger without model leaves the choice of
        model, field and value to the user; another one is an entry here and a method
        ``_get_trigger_key_<key>`` that returns ``("value", "phase" or "any", key)``.
        """
        return {
            "phase": {
                "name": self.env._("Phase of a request"),
                "model": "crm.lead",
                "field": "stage_id",
            },
            "stage": {
                "name": self.env._("CRM stage"),
                "model": "crm.lead",
                "field": "stage_id",
            },
            "work_order": {
                "name": self.env._("State of a work order"),
                "model": "service.work.order",
                "field": "state",
            },
            "field": {"name": self.env._("Any field of any document")},
        }

    def _get_trigger_model(self):
        """The model (``ir.model``) of a trigger that leaves it open."""
        return self.model_id

    @api.model
    def _get_robot_trigger_selection(self):
        """What robots may react to, as a selection."""
        return [(key, t["name"]) for key, t in self._get_robot_triggers().items()]

    @api.model
    def _get_robot_kind_selection(self):
        """What robots may do, as a selection."""
        return [(key, kind["name"]) for key, kind in self._get_robot_kinds().items()]

    @api.model
    def _get_robot_model_domain(self):
        """Kinds of documents that may be watched."""
        return [
            ("transient", "=", False),
            ("abstract", "=", False),
            "!", ("model", "=like", "ir.%"),
            "!", ("model", "=like", "bpm.%"),
            "!", ("model", "=like", "bus.%"),
            ("model", "!=", "service.phase.log"),
        ]  # fmt: skip

    @api.model
    def _get_reference_models(self):
        """Models of linked documents."""
        # names of models, nothing else
        models_ = self.env["ir.model"].sudo().search([("transient", "=", False)])
        return [(model.model, model.name) for model in models_]

    def _definition_changed(self):
        """Have the compiled robots read again, here and in the other processes."""
        self.env.registry.clear_cache()
        self._update_watched_models()
