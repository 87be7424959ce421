from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    is_service = fields.Boolean(
        "Service Order", related="opportunity_id.is_service", store=True, precompute=True
    )
    service_approval_ids = fields.One2many(
        "service.approval", "res_id", "Approvals", domain=[("res_model", "=", "sale.order")]
    )
    work_order_ids = fields.One2many("service.work.order", "order_id", "Work Orders")
