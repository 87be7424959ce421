from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class ServiceEquipment(models.Model):
    """A thing of a customer that is serviced: a lift, a boiler, a car."""

    _name = "service.equipment"
    _description = "Equipment"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "image.mixin",
        "service.company.mixin",
    ]
    _check_company_auto = True
    _order = "name, id"
    _rec_names_search = ["name", "serial", "model"]

    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    name = fields.Char("Equipment", required=True, index="trigram")
    type_id = fields.Many2one(
        "service.equipment.type",
        "Kind",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    brand_id = fields.Many2one(
        "service.brand", index="btree_not_null", ondelete="restrict", tracking=True
    )
    model = fields.Char(index="trigram", tracking=True)
    serial = fields.Char("Serial Number", index="trigram", tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    site_id = fields.Many2one(
        "res.partner",
        "Place of Work",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('id', 'child_of', partner_id or 0)]",
        tracking=True,
        help="Where it stands: visits go there.",
    )
    date_installed = fields.Date("Installed")
    date_warranty = fields.Date("Warranty Until", index="btree_not_null")
    warranty_state = fields.Selection(
        [("in", "Under Warranty"), ("out", "Warranty Over")],
        "Warranty",
        compute="_compute_warranty_state",
        search="_search_warranty_state",
    )
    note = fields.Text("Notes", help="How to get in, what to bring, what was found.")
    properties = fields.Properties(
        "Technical Data", definition="type_id.properties_definition"
    )
    request_ids = fields.One2many("crm.lead", "equipment_id", "Requests")
    request_count = fields.Integer(compute="_compute_counts")
    open_request_count = fields.Integer("Open Requests", compute="_compute_counts")
    visit_count = fields.Integer("Visits", compute="_compute_visit_count")

    _warranty_order = models.Constraint(
        "CHECK(date_warranty IS NULL OR date_installed IS NULL "
        "OR date_warranty >= date_installed)",
        "The warranty must not end before the equipment was installed.",
    )

    @api.depends("name", "serial")
    def _compute_display_name(self):
        for equipment in self:
            parts = [equipment.name, equipment.serial and f"№ {equipment.serial}"]
            equipment.display_name = " ".join(filter(None, parts))

    @api.depends("date_warranty")
    def _compute_warranty_state(self):
        today = fields.Date.context_today(self)
        for equipment in self:
            end = equipment.date_warranty
            equipment.warranty_state = end and ("in" if end >= today else "out")

    def _search_warranty_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        domains = {
            "in": Domain("date_warranty", ">=", today),
            "out": Domain("date_warranty", "<", today),
            False: Domain("date_warranty", "=", False),
        }
        return Domain.OR(domains[key] for key in value if key in domains)

    @api.depends("request_ids.service_phase")
    def _compute_counts(self):
        counts = {
            (equipment, phase == "done"): count
            for equipment, phase, count in self.env["crm.lead"]._read_group(
                [("equipment_id", "in", self.ids)],
                ["equipment_id", "service_phase"],
                ["__count"],
            )
            if phase == "done"
        }
        totals = dict(
            self.env["crm.lead"]._read_group(
                [("equipment_id", "in", self.ids)], ["equipment_id"], ["__count"]
            )
        )
        for equipment in self:
            total = totals.get(equipment, 0)
            equipment.request_count = total
            equipment.open_request_count = total - counts.get((equipment, True), 0)

    def _compute_visit_count(self):
        counts = dict(
            self.env["service.work.order"]._read_group(
                [("equipment_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["equipment_id"],
                ["__count"],
            )
        )
        for equipment in self:
            equipment.visit_count = counts.get(equipment, 0)

    @api.constrains("partner_id", "site_id")
    def _check_site(self):
        """What a customer owns stands at a place of that customer."""
        for equipment in self:
            site = equipment.site_id
            owner = equipment.partner_id.commercial_partner_id
            if site and site.commercial_partner_id != owner:
                raise ValidationError(
                    self.env._(
                        "%(site)s is no place of %(customer)s. Choose one of the "
                        "customer's addresses for %(equipment)s.",
                        site=site.display_name,
                        customer=owner.display_name,
                        equipment=equipment.display_name,
                    )
                )

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Of the customer in the context first, of everybody else after that."""
        partner_id = self.env.context.get("service_partner_id")
        customer = self.env["res.partner"].browse(partner_id or ()).exists()
        if not customer:
            return super().name_search(name, domain, operator, limit)
        own = Domain("partner_id", "child_of", customer.commercial_partner_id.id)
        domain = Domain(domain or Domain.TRUE)
        found = super().name_search(name, domain & own, operator, limit)
        rest = limit - len(found) if limit else None
        if rest == 0 or (found and not name):
            return found
        return found + super().name_search(name, domain & ~own, operator, rest)

    def action_view_requests(self):
        """All requests for this equipment, finished and lost ones too."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_request_all"
        )
        return {
            **action,
            "display_name": self.env._("Requests: %(name)s", name=self.display_name),
            "domain": [("equipment_id", "=", self.id)],
            "context": {
                **self._get_request_defaults(),
                "default_team_id": self.env["crm.team"]._get_service_team().id,
                "default_user_id": False,
                "default_type": "lead",
                "active_test": False,
            },
        }

    def action_view_visits(self):
        """All visits to this equipment, the latest first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_work_order"
        )
        return {
            **action,
            "display_name": self.env._("Visits: %(name)s", name=self.display_name),
            "domain": [("equipment_id", "=", self.id)],
            "context": {},
        }

    def _get_request_defaults(self):
        """What a new request for this equipment starts with. Extension point.

        :return: context of defaults
        """
        self.ensure_one()
        return {
            "default_equipment_id": self.id,
            "default_partner_id": self.partner_id.id,
            "default_site_id": self.site_id.id,
        }
