from odoo import api, fields, models

TIME_UNITS = [
    ("minutes", "minutes"),
    ("hours", "hours"),
    ("days", "days"),
    ("weeks", "weeks"),
    ("months", "months"),
    ("years", "years"),
]


class BpmStage(models.Model):
    """One stage (element) of a process; what it does is said by its kind."""

    _name = "bpm.stage"
    _inherit = "bpm.definition.mixin"
    _description = "Stage of a Process"
    _order = "sequence, id"

    process_id = fields.Many2one(
        "bpm.process", required=True, ondelete="cascade", index=True
    )
    process_state = fields.Selection(related="process_id.state")
    model_id = fields.Many2one(related="process_id.model_id")
    model_name = fields.Char(related="process_id.model_name")
    name = fields.Char(required=True, translate=True)
    key = fields.Char(help="Stays the same in all versions of the process.")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        lambda self: self._get_stage_kind_selection(), required=True, default="work"
    )
    is_person = fields.Boolean(
        "Done by a Person", compute="_compute_is_person", help="Somebody does it."
    )
    lane_id = fields.Many2one(
        "bpm.lane", ondelete="set null", domain="[('process_id', '=', process_id)]"
    )
    outgoing_ids = fields.One2many("bpm.transition", "source_id", "Ways Out")
    incoming_ids = fields.One2many("bpm.transition", "target_id", "Ways In")
    robot_ids = fields.One2many("bpm.robot", "process_stage_id", "Robots", copy=True)
    # what the person reads and has to deliver
    instruction = fields.Html(translate=True, help="Shown to who does the stage.")
    check_ids = fields.One2many("bpm.stage.check", "stage_id", "Checklist", copy=True)
    required_field_ids = fields.Many2many(
        "ir.model.fields",
        string="Required Fields",
        domain="[('model_id', '=', model_id)]",
        help="Fields of the document that are filled in before the stage is completed.",
    )
    required_files = fields.Integer(help="How many files are attached at least.")
    required_document_type_ids = fields.Many2many(
        "service.document.type", string="Required Documents"
    )
    planned_hours = fields.Float(
        "Planned Time (h)", help="Working hours; the deadline of the stage."
    )
    probability = fields.Float(
        "Probability of Success (%)", help="Shown with the runs that are here."
    )
    # who does it
    responsible_ids = fields.One2many("bpm.responsible", "stage_id", copy=True)
    responsible_mode = fields.Selection(
        [
            ("online", "Who is online, the upper in the list"),
            ("first", "The upper in the list"),
            ("least_loaded", "Who has the least to do"),
            ("manual", "Chosen by hand at the hand-over"),
        ],
        "Chosen By",
        default="online",
        required=True,
    )
    is_manual = fields.Boolean(
        "A Person Begins It",
        help="The start stage waits until its responsible has completed it.",
    )
    # the task of who does it
    makes_task = fields.Boolean("Make a Task", default=True)
    task_type_id = fields.Many2one("mail.activity.type", "Type of Task")
    task_summary = fields.Char(
        "Title of the Task", translate=True, help="Values by {{field}}."
    )
    task_user_id = fields.Many2one(
        "res.users", "Task For", help="Empty: for the responsible of the stage."
    )
    task_blocks = fields.Boolean(
        "Process Task",
        help="The stage is completed only after the task is done.",
    )
    task_delay = fields.Integer("Task Starts After")
    task_delay_unit = fields.Selection(TIME_UNITS, default="hours")
    # pause
    pause_mode = fields.Selection(
        [
            ("duration", "For a time"),
            ("field", "Until a date of the document"),
            ("condition", "Until a condition holds"),
        ],
        default="duration",
    )
    pause_amount = fields.Integer("Pause")
    pause_unit = fields.Selection(TIME_UNITS, default="days")
    pause_working_time = fields.Boolean(
        "Working Time", help="Only hours and days of the working calendar count."
    )
    pause_path = fields.Char("Date Field", help="E.g. date_deadline.")
    pause_condition = fields.Char("Until")
    # wait for an event
    event_kind = fields.Selection(
        lambda self: self._get_event_kind_selection(), "Waits For"
    )
    event_domain = fields.Char("Which", default="[]")
    event_field_id = fields.Many2one(
        "ir.model.fields",
        "Field",
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('store', '=', True)]",
    )
    event_signal = fields.Char("Signal")
    timeout_amount = fields.Integer("Time-out After")
    timeout_unit = fields.Selection(TIME_UNITS, "Time-out In", default="days")
    timeout_working_time = fields.Boolean("Time-out in Working Time")
    # child process
    child_process_id = fields.Many2one(
        "bpm.process",
        domain="[('state', '!=', 'retired')]",
        help="Its published version at the time is started.",
    )
    child_mode = fields.Selection(
        [("wait", "Wait for its end"), ("detached", "Go on at once")],
        default="wait",
    )
    child_path = fields.Char(
        "Documents",
        help="Field that leads to the document or documents of the child "
        "process, e.g. order_ids; one run for each. Empty: the same document.",
    )
    # approval
    approval_mode = fields.Selection(
        [
            ("one", "One of them"),
            ("all", "All of them"),
            ("count", "A number of them"),
            ("order", "One after the other"),
        ],
        default="all",
    )
    approval_count = fields.Integer("How Many", default=1)
    approval_customer = fields.Boolean(
        "The Customer Too", help="Asked by a link to a page, no login needed."
    )
    # end
    is_success = fields.Boolean("Success", default=True)

    _key_once = models.UniqueIndex(
        "(process_id, key)", "A key is used by one stage of the process."
    )

    @api.depends("kind", "is_manual")
    def _compute_is_person(self):
        kinds = self._get_stage_kinds()
        for stage in self:
            manual_start = stage.kind == "start" and stage.is_manual
            stage.is_person = manual_start or kinds.get(stage.kind, {}).get("person")

    @api.model
    def _get_stage_kinds(self):
        """What stages do: ``{key: {"name": label, …}}``.

        Registry and extension point. Another kind is an entry here and a method
        ``bpm.token._enter_<key>()`` (see there). Flags: ``person``: somebody does it;
        ``waits``: for a time or an event; ``splits`` / ``joins``: several tokens leave
        or meet; ``ends``: no way out; ``outcomes``: of its ways' “Only When”;
        ``stays``: outcomes that need no way, the stage stays then;
        ``passes``: nothing ever waits there, so that only the leaving is written down;
        ``plain``: nothing happens there but the choice of the way, which is why
        ``_enter_<key>()`` is only called while a robot watches the stage;
        ``shape``: how it is drawn, ``circle``, ``diamond`` or (nothing said) a box.
        """
        return {
            "start": {
                "name": self.env._("Start"),
                "passes": True,
                "shape": "circle",
            },
            "work": {"name": self.env._("Work"), "person": True},
            "automatic": {
                "name": self.env._("Automatic"),
                "passes": True,
                "plain": True,
            },
            "decision": {
                "name": self.env._("Decision"),
                "passes": True,
                "plain": True,
                "shape": "diamond",
            },
            "split": {
                "name": self.env._("Parallel split"),
                "splits": True,
                "passes": True,
                "shape": "diamond",
            },
            "join": {
                "name": self.env._("Parallel join"),
                "joins": True,
                "shape": "diamond",
            },
            "inclusive_split": {
                "name": self.env._("Inclusive split"),
                "splits": True,
                "passes": True,
                "shape": "diamond",
            },
            "inclusive_join": {
                "name": self.env._("Inclusive join"),
                "joins": True,
                "shape": "diamond",
            },
            "pause": {
                "name": self.env._("Pause"),
                "waits": True,
                "shape": "circle",
            },
            "event": {
                "name": self.env._("Wait for an event"),
                "waits": True,
                "shape": "circle",
            },
            "child": {
                "name": self.env._("Child process"),
                "waits": True,
                "outcomes": ("success", "failure"),
            },
            "approval": {
                "name": self.env._("Approval"),
                "person": True,
                "outcomes": ("approved", "rejected"),
                "stays": ("rejected",),
            },
            "end": {
                "name": self.env._("End"),
                "ends": True,
                "passes": True,
                "shape": "circle",
            },
            "terminate": {
                "name": self.env._("Terminate all"),
                "ends": True,
                "passes": True,
                "shape": "circle",
            },
        }

    @api.model
    def _get_stage_kind_selection(self):
        return [(key, kind["name"]) for key, kind in self._get_stage_kinds().items()]

    @api.model
    def _get_event_kinds(self):
        """What a stage may wait for: ``{key: {"name": label, …}}``.

        Registry and extension point. ``model``: of the events, whose fields the
        condition speaks of; ``fields``: ``{model: [field, …]}`` whose changes, and new
        records, are looked at before the commit; which of them count, and for which
        documents, is said by ``bpm.wait._get_<key>_documents(records)``. Events of
        other sources call ``bpm.wait._happened(key, records)``.
        """
        message = {"model": "mail.message", "fields": {"mail.message": ()}}
        return {
            "mail": {"name": self.env._("E-mail on the document"), **message},
            "reply": {"name": self.env._("Reply of the customer"), **message},
            "call": {
                "name": self.env._("Phone call with the customer"),
                "model": "mail.activity",
                "fields": {"mail.activity": ("active",)},
            },
            "sms": {"name": self.env._("SMS reply of the customer"), **message},
            "payment": {
                "name": self.env._("Payment"),
                "model": "account.move",
                "fields": {"account.move": ("payment_state",)},
            },
            "signature": {
                "name": self.env._("Signature"),
                "fields": {
                    "sale.order": ("signed_on",),
                    "service.document": ("signed_on",),
                    "service.work.order": ("signature",),
                },
            },
            "form": {
                "name": self.env._("Web form"),
                "model": "service.inbound",
                "fields": {"service.inbound": ("state",)},
            },
            "document": {
                "name": self.env._("Document"),
                "model": "service.document",
                "fields": {"service.document": ("state",)},
            },
            "change": {"name": self.env._("Change of the document")},
            "signal": {"name": self.env._("Signal of another process")},
            "webhook": {"name": self.env._("Webhook")},
        }

    @api.model
    def _get_event_kind_selection(self):
        return [(key, kind["name"]) for key, kind in self._get_event_kinds().items()]
