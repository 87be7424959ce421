from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class BpmStart(models.TransientModel):
    """Start card of a process: on what, for whom, with which note and links."""

    _name = "bpm.start"
    _description = "Start of a Process"

    process_id = fields.Many2one("bpm.process", domain="[('id', 'in', startable_ids)]")
    startable_ids = fields.Many2many("bpm.process", compute="_compute_startable_ids")
    description = fields.Html(related="process_id.description")
    # where the start was asked for
    origin_model = fields.Char()
    origin_id = fields.Many2oneReference(model_field="origin_model")
    origin_name = fields.Char("Started From", compute="_compute_origin_name")
    # what the process is about
    res_model = fields.Char(compute="_compute_res_model", store=True)
    res_model_name = fields.Char(related="process_id.model_id.name")
    res_id = fields.Many2oneReference(
        "About",
        model_field="res_model",
        compute="_compute_res_id",
        store=True,
        readonly=False,
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
    )
    note = fields.Text("Through Note", help="Goes with the process to every stage.")
    is_restricted = fields.Boolean("Chosen Employees Only")
    member_ids = fields.Many2many(
        "res.users", string="Who Sees It", domain=[("share", "=", False)]
    )
    link_ids = fields.One2many("bpm.start.link", "start_id", "Links")

    @api.model
    def default_get(self, fields):
        """From a document: the document, and the only process that fits it."""
        values = super().default_get(fields)
        context = self.env.context
        model = context.get("start_model") or context.get("active_model")
        record_id = context.get("start_id") or context.get("active_id")
        if model in self._get_origin_models() and record_id:
            values.update(origin_model=model, origin_id=record_id)
        if "process_id" in fields and not values.get("process_id"):
            found = self.env["bpm.process"]._get_startable(values.get("origin_model"))
            own = found.filtered(lambda p: p.model_name == values.get("origin_model"))
            if len(own or found) == 1:
                values["process_id"] = (own or found).id
        return values

    @api.model
    def _get_origin_models(self):
        """Kinds of records that a start may come from."""
        runs = self.env["bpm.instance"]
        documents = set(runs._get_document_models()) - {runs._name}
        return documents | set(self.env["bpm.instance.link"]._get_link_models())

    @api.depends("origin_model")
    def _compute_startable_ids(self):
        for start in self:
            start.startable_ids = self.env["bpm.process"]._get_startable(
                start.origin_model
            )

    @api.depends("origin_model", "origin_id")
    def _compute_origin_name(self):
        for start in self:
            record = start._get_origin()
            start.origin_name = record.display_name if record else False

    @api.depends("process_id")
    def _compute_res_model(self):
        for start in self:
            model = start.process_id.model_name
            start.res_model = model if model != "bpm.instance" else False

    @api.depends("res_model")
    def _compute_res_id(self):
        """The record the start was asked for on, when the process is about it."""
        for start in self:
            same = start.res_model and start.res_model == start.origin_model
            start.res_id = start.origin_id if same else False

    @api.depends("res_model", "res_id", "origin_id")
    def _compute_partner_id(self):
        """The customer of the document, else of where the start was asked for."""
        for start in self:
            record = start._get_document() or start._get_origin()
            if not record:
                start.partner_id = start.partner_id
            elif record._name == "res.partner":
                start.partner_id = record
            else:
                start.partner_id = (
                    record.partner_id if "partner_id" in record else False
                )

    def _get_document(self):
        """What the process is about; empty: nothing else."""
        self.ensure_one()
        return self._get_existing(self.res_model, self.res_id)

    def _get_origin(self):
        """The record the start was asked for on."""
        self.ensure_one()
        return self._get_existing(self.origin_model, self.origin_id)

    def _get_existing(self, model, record_id):
        """A record the user may read, or an empty contact."""
        if not model or model not in self.env or not record_id:
            return self.env["res.partner"]
        return self.env[model].browse(record_id).exists()._filtered_access("read")

    def action_start(self):
        """Start the process, and open its card."""
        self.ensure_one()
        self.check_access("read")
        process = self.process_id
        if not process:
            raise UserError(self.env._("Choose the process to start."))
        record = self._get_document()
        process._check_may_start(record)
        # sudo: the right to start was checked above; runs are made by the engine
        run = process.sudo()._start([self._prepare_run_values(record)])
        links = self.link_ids.mapped("document")
        origin = self._get_origin()
        if origin and origin != record:
            links.append(origin)
        for linked in filter(None, links):
            linked.check_access("read")
            run._link(linked)
        return run.sudo(False)._get_card_action()

    def _prepare_run_values(self, record):
        """Values of the run that differ from the defaults. Extension point."""
        return {
            "res_id": record.id,
            "partner_id": self.partner_id.id,
            "note": self.note,
            "is_restricted": self.is_restricted,
            "member_ids": [Command.set((self.member_ids | self.env.user).ids)]
            if self.is_restricted
            else [],
        }


class BpmStartLink(models.TransientModel):
    """A record that the run is linked with from its start."""

    _name = "bpm.start.link"
    _description = "Link of a Process to Start"

    start_id = fields.Many2one("bpm.start", required=True, ondelete="cascade")
    document = fields.Reference(
        lambda self: self.env["bpm.instance.link"]._get_link_model_selection(),
        required=True,
    )
