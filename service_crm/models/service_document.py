from odoo import api, fields, models

STATES = [
    ("draft", "Draft"),
    ("issued", "Issued"),
    ("sent", "Sent"),
    ("signed", "Signed"),
    ("cancelled", "Cancelled"),
]
HOLDERS = [
    ("performer", "Performer"),
    ("dispatcher", "Dispatcher"),
    ("manager", "Manager"),
    ("customer", "Customer"),
]


class ServiceDocument(models.Model):
    """One paper of a request, a visit or a contract: number, state and file."""

    _name = "service.document"
    _description = "Document"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "portal.mixin",
        "service.phase.mixin",
    ]
    _check_company_auto = True
    _order = "date desc, id desc"
    _rec_names_search = ["name", "type_id.name"]

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    type_id = fields.Many2one(
        "service.document.type",
        "Document",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    kind = fields.Selection(related="type_id.kind", store=True)
    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    number_label = fields.Char("Number or Draft", compute="_compute_number_label")
    date = fields.Date(default=fields.Date.context_today)
    state = fields.Selection(
        STATES, "Status", required=True, default="draft", tracking=True, copy=False
    )
    holder = fields.Selection(
        HOLDERS,
        "Held By",
        tracking=True,
        copy=False,
        help="Who has the paper in his hands now.",
    )
    is_required = fields.Boolean("Required")
    request_id = fields.Many2one(
        "crm.lead", "Request", index="btree_not_null", ondelete="restrict"
    )
    order_id = fields.Many2one(
        "sale.order", index="btree_not_null", ondelete="restrict"
    )
    work_order_id = fields.Many2one(
        "service.work.order", index="btree_not_null", ondelete="restrict"
    )
    contract_id = fields.Many2one(
        "service.contract", index="btree_not_null", ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="restrict"
    )
    performer_id = fields.Many2one(
        "resource.resource", index="btree_not_null", ondelete="restrict"
    )
    responsible_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        default=lambda self: self.env.user,
        ondelete="restrict",
        tracking=True,
    )
    valid_until = fields.Date(copy=False)
    body = fields.Html("Text", help="What was decided, agreed or asked.")
    attachment_id = fields.Many2one(
        "ir.attachment",
        "File",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    scan_ids = fields.Many2many("ir.attachment", string="Scans", copy=False)
    signature = fields.Image(copy=False, max_width=1024, max_height=1024)
    signed_by = fields.Char(copy=False, readonly=True)
    signed_on = fields.Datetime(copy=False, readonly=True)
    signed_ip = fields.Char("Signed From", copy=False, readonly=True)
    issued_on = fields.Datetime(copy=False, readonly=True)
    sent_on = fields.Datetime(copy=False, readonly=True)
    cancel_reason = fields.Char(copy=False, readonly=True)

    _number_uniq = models.UniqueIndex(
        "(company_id, type_id, name) WHERE name IS NOT NULL",
        "This number is taken already.",
    )

    @api.depends("name", "state")
    @api.depends_context("lang")
    def _compute_number_label(self):
        for document in self:
            document.number_label = document.name or self.env._("draft")

    @api.depends("type_id", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for document in self:
            document.display_name = (
                f"{document.type_id.name or ''} {document.number_label}".strip()
            )

    @api.model
    def _get_service_entry_fields(self):
        return (*super()._get_service_entry_fields(), "state")

    def _is_file_confidential(self):
        """Whether the file is never kept, mailed or shown online. Extension point."""
        self.ensure_one()
        return False

    def _get_issue_problems(self):
        """What is missing before a document is issued. Extension point.

        :return: ``{document: [sentence, …]}``, with a list for each of ``self``
        """
        return {document: [] for document in self}

    def _action_issue(self):
        """Give numbers to drafts and keep their files (system). Extension point."""
