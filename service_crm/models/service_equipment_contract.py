from odoo import fields, models


class ServiceEquipment(models.Model):
    """Equipment: the contracts that cover it."""

    _inherit = "service.equipment"

    contract_ids = fields.Many2many(
        "service.contract", "service_contract_equipment_rel", string="Contracts"
    )
