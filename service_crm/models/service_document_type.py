from odoo import fields, models


class ServiceDocumentType(models.Model):
    """A kind of paper around the job: contract, act, waybill, power of attorney."""

    _name = "service.document.type"
    _description = "Kind of document"
    _order = "sequence, name, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True)
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [
            ("offer", "Commercial offer"),
            ("contract", "Contract"),
            ("work_order", "Work order"),
            ("act", "Act of completed work"),
            ("waybill", "Waybill"),
            ("delivery_order", "Delivery order"),
            ("power_of_attorney", "Power of attorney"),
            ("minutes", "Meeting minutes"),
            ("questionnaire", "Questionnaire"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    report_id = fields.Many2one(
        "ir.actions.report",
        "Print Form",
        domain=[("model", "=", "service.document")],
        ondelete="restrict",
    )
    is_required = fields.Boolean("Required")
    validity_days = fields.Integer("Valid for Days")
