from odoo import fields, models


class ServiceDocumentNeed(models.Model):
    """One kind of paper in the own set of a request, in place of the default."""

    _name = "service.document.need"
    _description = "Document of a request's set"
    _order = "sequence, id"

    request_id = fields.Many2one(
        "crm.lead", required=True, index=True, ondelete="cascade"
    )
    type_id = fields.Many2one(
        "service.document.type", "Document", required=True, ondelete="cascade"
    )
    sequence = fields.Integer(related="type_id.sequence", store=True)
    is_required = fields.Boolean("Required")
    needed_by = fields.Selection(related="type_id.needed_by")

    _once = models.UniqueIndex(
        "(request_id, type_id)", "Each document is in the set once."
    )
