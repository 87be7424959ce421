from odoo import api, fields, models


class BpmInstance(models.Model):
    """One run of a process, about one document.

    Where it stands is said by its tokens; what happened, by its journal.
    """

    _name = "bpm.instance"
    _description = "Process Run"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    name = fields.Char(readonly=True)
    process_id = fields.Many2one(
        "bpm.process",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    family_id = fields.Many2one(
        related="process_id.family_id", store=True, string="Process (All Versions)"
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        "Document Id", model_field="res_model", readonly=True
    )
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null")
    user_id = fields.Many2one(
        "res.users", "Started By", readonly=True, default=lambda self: self.env.user
    )
    note = fields.Text(
        "Through Note", help="Goes with the process from stage to stage."
    )
    state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Paused"),
            ("failed", "Failed"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="running",
        required=True,
        readonly=True,
    )
    is_success = fields.Boolean("Ended Well", readonly=True)
    end_stage_id = fields.Many2one(
        "bpm.stage", "Outcome", readonly=True, help="The end that was reached."
    )
    date_start = fields.Datetime("Started", default=fields.Datetime.now, readonly=True)
    date_end = fields.Datetime("Ended", readonly=True)
    parent_token_id = fields.Many2one(
        "bpm.token",
        "Started From",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    parent_id = fields.Many2one(
        "bpm.instance",
        "Parent Process",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    child_ids = fields.One2many("bpm.instance", "parent_id", "Child Processes")
    token_ids = fields.One2many("bpm.token", "instance_id", "Stages")
    journal_ids = fields.One2many("bpm.journal", "instance_id", "Protocol")
    # {variable key: value as JSON keeps it; dates as ISO text}
    variables = fields.Json("Values of Variables", readonly=True, copy=False)
    is_restricted = fields.Boolean(
        "Chosen Employees Only",
        help="Only the people listed here, and the process owner, see this run.",
    )
    member_ids = fields.Many2many("res.users", string="Who Sees It")

    once_key = fields.Char(readonly=True)

    _document_idx = models.Index("(res_model, res_id)")
    _once = models.UniqueIndex(
        "(once_key) WHERE state IN ('running', 'paused', 'failed')",
        "The process is under way for the document already.",
    )
    _open_idx = models.Index(
        "(process_id) WHERE state IN ('running', 'paused', 'failed')"
    )

    def _get_record(self):
        """The document of one run; an empty recordset of the model when deleted."""
        self.ensure_one()
        if self.res_model == self._name:
            return self
        return self.env[self.res_model].browse(self.res_id).exists()

    @api.model
    def _get_open_states(self):
        """States in which a run is under way."""
        return ("running", "paused", "failed")
