from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmLead(models.Model):
    """Service request: what is serviced tells whose it is and where it stands."""

    _inherit = "crm.lead"

    equipment_id = fields.Many2one(check_company=True, tracking=True)

    @api.model_create_multi
    def create(self, vals_list):
        given = [vals.get("equipment_id") for vals in vals_list]
        if any(given):
            things = self.env["service.equipment"].browse(filter(None, given))
            known = {thing.id: thing for thing in things}
            vals_list = [
                {**self._prepare_equipment_values(known[equipment_id], vals), **vals}
                if equipment_id
                else vals
                for equipment_id, vals in zip(given, vals_list, strict=True)
            ]
        return super().create(vals_list)

    @api.onchange("equipment_id")
    def _onchange_equipment_id(self):
        """In the form the customer and the place appear at once."""
        if self.equipment_id:
            self.update(self._prepare_equipment_values(self.equipment_id, self))

    @api.constrains("equipment_id", "partner_id")
    def _check_equipment_owner(self):
        """Nobody's lift is repaired at another customer's expense by mistake."""
        for lead in self:
            owner = lead.equipment_id.partner_id.commercial_partner_id
            customer = lead.partner_id.commercial_partner_id
            if owner and customer and owner != customer:
                raise ValidationError(
                    self.env._(
                        "%(equipment)s belongs to %(owner)s, the request to "
                        "%(customer)s. Choose equipment of this customer, or change "
                        "the owner on the card of the equipment.",
                        equipment=lead.equipment_id.display_name,
                        owner=owner.display_name,
                        customer=customer.display_name,
                    )
                )

    @api.model
    def _prepare_equipment_values(self, equipment, known):
        """What equipment says about a request. Extension point.

        :param known: values of the request, or the request itself; what they have
            is not said again
        :return: values for ``crm.lead.create`` or ``update``
        """
        get = known.get if isinstance(known, dict) else known.__getitem__
        values = {}
        if not get("partner_id"):
            values["partner_id"] = equipment.partner_id.id
        if not get("site_id") and equipment.site_id:
            values["site_id"] = equipment.site_id.id
        return values

    def _merge_get_fields_specific(self):
        """The merged request keeps the equipment its customer has."""
        fields_info = super()._merge_get_fields_specific()

        def first_of_the_customer(_field_name, leads):
            customer = leads.partner_id[:1].commercial_partner_id
            things = leads.equipment_id.filtered(
                lambda e: not customer or e.partner_id.commercial_partner_id == customer
            )
            return things[:1].id

        fields_info["equipment_id"] = first_of_the_customer
        return fields_info
