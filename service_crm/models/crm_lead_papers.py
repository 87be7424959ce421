from odoo import fields, models


class CrmLead(models.Model):
    """Service request: equipment, contract and papers."""

    _inherit = "crm.lead"

    equipment_id = fields.Many2one(
        "service.equipment",
        index="btree_not_null",
        ondelete="restrict",
        help="What is serviced.",
    )
    contract_id = fields.Many2one(
        "service.contract",
        index="btree_not_null",
        ondelete="restrict",
        help="The contract under which the work is done.",
    )
    document_ids = fields.One2many("service.document", "request_id", "Documents")
    service_value_ids = fields.One2many(
        "service.request.value", "request_id", "Answers"
    )
