from odoo import fields, models


class ServiceApproval(models.Model):
    """One decision asked of one person, role or customer on any record."""

    _name = "service.approval"
    _description = "Approval"
    _order = "id"

    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", required=True, readonly=True
    )
    request_id = fields.Many2one("crm.lead", "Request", ondelete="cascade", index="btree_not_null")
    role = fields.Selection(
        [("customer", "Customer"), ("manager", "Manager"), ("dispatcher", "Dispatcher")],
        required=True,
    )
    user_id = fields.Many2one("res.users", "Asked", help="Whose decision is waited for.")
    partner_id = fields.Many2one("res.partner", "Customer")
    state = fields.Selection(
        [("pending", "Waiting"), ("approved", "Approved"), ("rejected", "Rejected"), ("reset", "Withdrawn")],
        default="pending",
        required=True,
        copy=False,
    )
    method = fields.Selection(
        [("portal", "Online"), ("phone", "By phone"), ("mail", "By mail"), ("person", "In person")]
    )
    spoken_with = fields.Char(help="Who said it, on the customer's side.")
    decided_by = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    comment = fields.Text()
    company_id = fields.Many2one("res.company")

    _document_idx = models.Index("(res_model, res_id)")
