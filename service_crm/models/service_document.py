from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

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
        "service.company.mixin",
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
    for_customer = fields.Boolean(related="type_id.for_customer")
    preparer = fields.Selection(related="type_id.preparer")
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
    request_id = fields.Many2one(
        "crm.lead",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    order_id = fields.Many2one(
        "sale.order",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    work_order_id = fields.Many2one(
        "service.work.order",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    contract_id = fields.Many2one(
        "service.contract",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    site_id = fields.Many2one(
        related="request_id.site_id", string="Place of Work", tracking=False
    )
    performer_id = fields.Many2one(
        "resource.resource",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    responsible_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        default=lambda self: self.env.user,
        ondelete="restrict",
        tracking=True,
    )
    valid_until = fields.Date(
        compute="_compute_valid_until", store=True, precompute=True, readonly=False
    )
    is_expired = fields.Boolean(
        "Expired", compute="_compute_is_expired", search="_search_is_expired"
    )
    body = fields.Html("Text", help="What was decided, agreed or asked.")
    attachment_id = fields.Many2one(
        "ir.attachment",
        "Printed File",
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

    @api.depends("date", "type_id")
    def _compute_valid_until(self):
        for document in self:
            days = document.type_id.validity_days
            if document.state == "draft":
                document.valid_until = (
                    document.date + timedelta(days=days)
                    if days and document.date
                    else False
                )

    @api.depends("valid_until", "state", "kind", "order_id.state")
    def _compute_is_expired(self):
        today = fields.Date.context_today(self)
        for document in self:
            # That its order is agreed is no secret to the readers of a paper.
            accepted = (
                document.kind == "offer" and document.order_id.sudo().state == "sale"
            )
            document.is_expired = bool(
                document.valid_until
                and document.valid_until < today
                and document.state not in ("signed", "cancelled")
                and not accepted
            )

    def _search_is_expired(self, operator, value):
        if operator != "in":
            return NotImplemented
        expired = (
            Domain("valid_until", "<", fields.Date.context_today(self))
            & Domain("state", "not in", ("signed", "cancelled"))
            & (
                Domain("kind", "!=", "offer")
                | Domain("order_id", "=", False)
                # as above, whoever asks
                | Domain("order_id", "any!", Domain("state", "!=", "sale"))
            )
        )
        return Domain.OR([expired if wanted else ~expired for wanted in value])

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
        """Steps of documents are logged: messages and robots follow them."""
        return (*super()._get_service_entry_fields(), "state")
