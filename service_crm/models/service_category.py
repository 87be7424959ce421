from odoo import api, fields, models


class ServiceCategory(models.Model):
    """A branch of the service catalogue."""

    _name = "service.category"
    _description = "Service category"
    _parent_store = True
    _order = "sequence, name, id"
    _rec_name = "complete_name"
    _rec_names_search = ["name"]

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        "Full Name", compute="_compute_complete_name", recursive=True
    )
    parent_id = fields.Many2one(
        "service.category", "Parent Category", index=True, ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    product_count = fields.Integer(
        "Services",
        compute="_compute_product_count",
        help="Services of this category and of its subcategories.",
    )

    @api.depends("name", "parent_id.complete_name")
    @api.depends_context("lang")
    def _compute_complete_name(self):
        for category in self:
            parent = category.parent_id.complete_name
            category.complete_name = (
                f"{parent} / {category.name}" if parent else category.name
            )

    @api.depends("complete_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for category in self:
            category.display_name = category.complete_name

    def _compute_product_count(self):
        branches = self.search([("id", "child_of", self.ids)])
        counts = dict(
            self.env["product.template"]._read_group(
                [("service_category_id", "in", branches.ids)],
                ["service_category_id"],
                ["__count"],
            )
        )
        totals = dict.fromkeys(self.ids, 0)
        for branch in branches:
            for ancestor in map(int, branch.parent_path.split("/")[:-1]):
                if ancestor in totals:
                    totals[ancestor] += counts.get(branch, 0)
        for category in self:
            category.product_count = totals.get(category.id, 0)

    def action_open_services(self):
        """The services of the category, subcategories included."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_service_catalogue"
        )
        return {
            **action,
            "display_name": self.display_name,
            "domain": [("service_category_id", "child_of", self.id)],
            "context": {
                "default_service_category_id": self.id,
                "default_type": "service",
            },
        }
