from odoo import fields, models


class ResPartner(models.Model):
    """Customer: what a company writes on the cards of such customers."""

    _inherit = "res.partner"

    service_customer_type_id = fields.Many2one(
        "service.customer.type",
        "Kind of Customer",
        index="btree_not_null",
        ondelete="restrict",
        help="Decides what is asked on the tab “Customer Card”.",
    )
    service_properties = fields.Properties(
        "Customer Card",
        definition="service_customer_type_id.properties_definition",
        copy=False,
    )
    equipment_ids = fields.One2many("service.equipment", "partner_id")
    equipment_count = fields.Integer(
        "Number of Equipment",
        compute="_compute_equipment_count",
        groups="service_crm.group_service_operator,"
        "service_crm.group_service_manager,service_crm.group_service_dispatcher",
    )

    def _compute_equipment_count(self):
        """Equipment of the customer and of all contacts of the company."""
        members = self.with_context(active_test=False).search_fetch(
            [("id", "child_of", self.ids)], ["parent_id"]
        )
        counts = dict(
            self.env["service.equipment"]._read_group(
                [("partner_id", "in", members.ids)], ["partner_id"], ["__count"]
            )
        )
        totals = dict.fromkeys(self, 0)
        for member in members:
            count, partner = counts.get(member, 0), member
            while count and partner:
                if partner in totals:
                    totals[partner] += count
                partner = partner.parent_id
        for partner in self:
            partner.equipment_count = totals[partner]

    def action_view_equipment(self):
        """The equipment of this customer and of all contacts of the company."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_service_equipment"
        )
        return {
            **action,
            "display_name": self.env._("Equipment: %(name)s", name=self.display_name),
            "domain": [("partner_id", "child_of", self.ids)],
            "context": {
                "default_partner_id": self.commercial_partner_id.id or self.id,
            },
        }
