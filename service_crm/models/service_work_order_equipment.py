from odoo import fields, models


class ServiceWorkOrder(models.Model):
    """Work order: what the visit is for."""

    _inherit = "service.work.order"

    equipment_id = fields.Many2one(
        related="request_id.equipment_id",
        precompute=True,
        store=True,
        index="btree_not_null",
        string="Equipment",
    )
