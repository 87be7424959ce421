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
    child_ids = fields.One2many("service.category", "parent_id", "Subcategories")
    item_properties_definition = fields.PropertiesDefinition(
        "Properties of Its Services",
        help="What is known of every service of this category: brand of the car, type "
        "of the lift, colour. A new subcategory starts with those of its parent.",
    )
    service_team_id = fields.Many2one(
        "crm.team",
        "Team",
        domain=[("is_service", "=", True)],
        ondelete="set null",
        index="btree_not_null",
        help="Who does services of this category, unless the service says otherwise. "
        "Empty: as in the parent category.",
    )
    service_sla_hours = fields.Float(
        "To Be Done Within",
        help="Working hours in which services of this category are to be done, unless "
        "the service says otherwise. None: as in the parent category.",
    )
    product_count = fields.Integer(
        "Services",
        compute="_compute_product_count",
        help="Services of this category and of its subcategories.",
    )

    _service_sla_hours_positive = models.Constraint(
        "CHECK(service_sla_hours IS NULL OR service_sla_hours >= 0)",
        "The hours to be done within can not be negative.",
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

    @api.model_create_multi
    def create(self, vals_list):
        """A new subcategory asks for what its parent asks for."""
        parents = self.browse(
            vals["parent_id"] for vals in vals_list if vals.get("parent_id")
        )
        definitions = {
            parent.id: parent.item_properties_definition for parent in parents
        }
        vals_list = [
            {
                "item_properties_definition": definitions.get(vals.get("parent_id")),
                **vals,
            }
            for vals in vals_list
        ]
        return super().create(vals_list)

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

    def _get_inherited(self, field_name):
        """The value of a field, of the nearest category upwards that has one.

        :return: ``{category: value}``
        """
        lines = {
            category: [int(part) for part in category.parent_path.split("/") if part]
            for category in self
        }
        values = {}
        for category, line in lines.items():
            branches = self.browse(reversed(line))
            values[category] = next(
                (branch[field_name] for branch in branches if branch[field_name]),
                category[field_name],
            )
        return values
