from odoo import api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    service_category_id = fields.Many2one(
        "service.category",
        index="btree_not_null",
        ondelete="restrict",
        help="With a category the product is an item of the service catalogue.",
    )
    service_properties = fields.Properties(
        "Properties of the Category",
        definition="service_category_id.item_properties_definition",
        copy=True,
    )
    service_brand_id = fields.Many2one(
        "service.brand", "Brand", index="btree_not_null", ondelete="restrict"
    )
    service_manufacturer = fields.Char(related="service_brand_id.manufacturer")
    service_pick_note = fields.Text(
        "When to Pick It",
        translate=True,
        index="trigram",
        help="For colleagues only: shown and searched when services are picked.",
    )
    service_duration = fields.Float("Planned Duration", help="Hours of work on site.")
    service_skill_ids = fields.Many2many(
        "service.skill",
        string="Required Skills",
        help="Only performers who hold them are offered for the job.",
    )
    service_equipment_type_ids = fields.Many2many(
        "service.equipment.type",
        "product_template_equipment_type_rel",
        "product_tmpl_id",
        "type_id",
        "Fits",
        help="Kinds of equipment this is for; with “Fits this customer” the others "
        "are not shown when services are picked.",
    )
    service_team_id = fields.Many2one(
        "crm.team",
        "Team",
        domain=[("is_service", "=", True)],
        ondelete="set null",
        index="btree_not_null",
        help="Who does it: a new request for this service goes to this team. Empty: "
        "the team of the category.",
    )
    service_sla_hours = fields.Float(
        "To Be Done Within",
        help="Working hours in which it is to be done. None: those of the category.",
    )
    service_effective_team_id = fields.Many2one(
        "crm.team", "Team in Charge", compute="_compute_service_effective"
    )
    service_effective_sla_hours = fields.Float(
        "Hours to Be Done Within", compute="_compute_service_effective"
    )
    service_effective_note = fields.Char(compute="_compute_service_effective_note")
    service_form = fields.Boolean(
        "Web Form",
        help="Customers order it without a login, on a form of its own that asks the "
        "questions of this service.",
    )
    service_form_url = fields.Char("Address", compute="_compute_service_form_url")
    service_follow_up_ids = fields.One2many(
        "service.follow.up", "product_tmpl_id", "Offered Afterwards", copy=True
    )

    _service_duration_positive = models.Constraint(
        "CHECK(service_duration IS NULL OR service_duration >= 0)",
        "The planned duration of a service can not be negative.",
    )
    _service_sla_hours_positive = models.Constraint(
        "CHECK(service_sla_hours IS NULL OR service_sla_hours >= 0)",
        "The hours to be done within can not be negative.",
    )

    @api.depends(
        "service_team_id",
        "service_sla_hours",
        "service_category_id.parent_path",
        "service_category_id.service_team_id",
        "service_category_id.service_sla_hours",
    )
    def _compute_service_effective(self):
        teams = self.service_category_id._get_inherited("service_team_id")
        hours = self.service_category_id._get_inherited("service_sla_hours")
        for product in self:
            category = product.service_category_id
            product.service_effective_team_id = product.service_team_id or teams.get(
                category
            )
            product.service_effective_sla_hours = (
                product.service_sla_hours or hours.get(category) or 0.0
            )

    @api.depends("service_effective_team_id", "service_effective_sla_hours")
    @api.depends_context("lang")
    def _compute_service_effective_note(self):
        """What counts now, in words: the values may come from the category."""
        for product in self:
            team = product.service_effective_team_id
            hours = product.service_effective_sla_hours
            parts = [
                team and self.env._("done by %(team)s", team=team.name),
                hours and self.env._("within %(hours)g working hours", hours=hours),
            ]
            product.service_effective_note = ", ".join(filter(None, parts))

    @api.depends("service_form")
    def _compute_service_form_url(self):
        for product in self:
            product.service_form_url = (
                product.service_form
                and product.id
                and (f"{product.get_base_url()}/service/request?service={product.id}")
            )

    @api.model
    def _get_service_form_item(self, service_id, company):
        """The service of a public form; empty when customers may not order it.

        :param service_id: what the visitor's address says, checked here
        """
        if not isinstance(service_id, str) or not service_id.isdecimal():
            return self.browse()
        return self.search(
            [
                ("id", "=", int(service_id[:9])),
                ("service_form", "=", True),
                ("sale_ok", "=", True),
                ("service_category_id", "!=", False),
                ("company_id", "in", [False, company.id]),
            ]
        )

    def _get_form_questions(self):
        """What the public form of the service asks. Extension point.

        :return: ``service.parameter``, in their order; a number, a yes or no, or one
            of several answers each
        """
        if not self:
            return self.env["service.parameter"]
        everything = self.env["service.parameter"].search([("active", "=", True)])
        return self._get_kit_parameters(everything)
