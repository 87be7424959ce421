from odoo import fields, models

STATES = [
    ("draft", "Draft"),
    ("issued", "Issued"),
    ("sent", "Sent"),
    ("signed", "Signed"),
    ("cancelled", "Cancelled"),
]


class ServiceDocument(models.Model):
    """One paper of a request, a visit or a contract: number, state and file."""

    _name = "service.document"
    _description = "Document"
    _inherit = ["mail.thread", "mail.activity.mixin", "portal.mixin"]
    _check_company_auto = True
    _order = "date desc, id desc"

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    type_id = fields.Many2one(
        "service.document.type", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(related="type_id.kind", store=True)
    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    date = fields.Date(default=fields.Date.context_today)
    state = fields.Selection(STATES, required=True, default="draft", tracking=True)
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
    )
    valid_until = fields.Date()
    body = fields.Html("Text", help="What was decided, agreed or asked.")
    attachment_id = fields.Many2one(
        "ir.attachment", "File", copy=False, index="btree_not_null", ondelete="set null"
    )
