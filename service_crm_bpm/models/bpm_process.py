from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class BpmProcess(models.Model):
    """One version of a business process: draft, published or retired.

    The versions of one process form a family (``family_id`` is its first version). A
    run keeps the version it was started with. What a version says is changed only
    while it is a draft.
    """

    _name = "bpm.process"
    _description = "Business Process"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, name, version desc, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    description = fields.Html(translate=True, help="What the process is for.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", help="Empty: of all companies.")
    family_id = fields.Many2one(
        "bpm.process", "First Version", readonly=True, copy=False, index=True
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("published", "Published"),
            ("retired", "Retired"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    model_id = fields.Many2one(
        "ir.model",
        "Kind of Document",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env["ir.model"]._get("bpm.instance"),
        domain=lambda self: self._get_process_model_domain(),
        help="What the process is about. “Process run”: about nothing else, only "
        "about itself.",
    )
    model_name = fields.Char(related="model_id.model", store=True, index=True)
    user_id = fields.Many2one(
        "res.users",
        "Runs As",
        required=True,
        copy=False,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="What the process does by itself, it does with the rights of this user.",
    )
    owner_id = fields.Many2one(
        "res.users",
        "Process Owner",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="Is told of failures; may pause, skip, step back and hand over in every "
        "run of the process.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar", help="Working time; empty: that of the company."
    )
    lane_ids = fields.One2many("bpm.lane", "process_id", "Lanes", copy=False)
    stage_ids = fields.One2many("bpm.stage", "process_id", "Stages", copy=False)
    transition_ids = fields.One2many(
        "bpm.transition", "process_id", "Transitions", copy=False
    )
    variable_ids = fields.One2many(
        "bpm.variable", "process_id", "Variables", copy=False
    )
    start_manual = fields.Boolean(
        "Start by Hand", default=True, help="Offered in the menu and on documents."
    )
    start_mode = fields.Selection(
        [
            ("none", "Never"),
            ("create", "When a document is created"),
            ("condition", "When a document begins to match the condition"),
        ],
        "Starts by Itself",
        default="none",
        required=True,
    )
    start_domain = fields.Char(
        "Condition", default="[]", help="Only documents that match start the process."
    )
    start_group_ids = fields.Many2many(
        "res.groups", string="Who May Start", help="Empty: every role of the service."
    )
    start_once = fields.Boolean(
        "One Run per Document",
        default=True,
        help="No second run is started while one is under way for the document.",
    )
    requires_tests = fields.Boolean(
        "Publish Only When Tests Pass", help="Its stored tests are run first."
    )

    _published_once = models.UniqueIndex(
        "(family_id) WHERE state = 'published'",
        "One version of a process is published at a time.",
    )

    @api.constrains("model_id")
    def _check_model_id(self):
        """Processes are about documents with a history."""
        for process in self:
            if not process.model_id.filtered_domain(self._get_process_model_domain()):
                raise ValidationError(
                    self.env._(
                        "There are no processes about “%(model)s”: choose a kind of "
                        "document that has a history (chatter).",
                        model=process.model_id.name,
                    )
                )

    @api.model
    def _get_process_model_domain(self):
        """Kinds of documents that processes are about."""
        return (
            Domain("is_mail_thread", "=", True)
            & Domain("transient", "=", False)
            & Domain("abstract", "=", False)
            & ~Domain("model", "=like", "ir.%")
            & (
                ~Domain("model", "=like", "bpm.%")
                | Domain("model", "=", "bpm.instance")
            )
        )

    def _is_managed_by(self, user):
        """The process owner and service administrators take every step in its runs, and
        move them to other versions."""
        return self.owner_id == user or user._has_service_role("admin")
