from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ..tools import area


class ServiceArea(models.Model):
    """Where performers go: a district, a town, a part of the country."""

    _name = "service.area"
    _inherit = ["service.cached.mixin"]
    _description = "Service area"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    color = fields.Integer()
    zip_codes = fields.Char(
        "Postal Codes",
        help="The places of work that belong here, by postal code: beginnings and "
        "ranges, for example 101, 115000-115999.",
    )
    performer_ids = fields.Many2many(
        "resource.resource",
        "service_area_performer_rel",
        "area_id",
        "resource_id",
        "Performers",
        domain=[("is_performer", "=", True)],
        help="Who goes there. Performers without any area go everywhere.",
    )
    place_count = fields.Integer("Places", compute="_compute_place_count")

    # Constraints

    @api.constrains("zip_codes")
    def _check_zip_codes(self):
        """Postal codes of an area are beginnings and ranges that can be read."""
        for record in self:
            try:
                area.parse_codes(record.zip_codes)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%(piece)s” is no postal code. Write beginnings and ranges, "
                        "separated by commas: 101, 115000-115999.",
                        piece=error.args[0],
                    )
                ) from error

    # Computes

    def _compute_place_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("service_area_id", "in", self.ids)], ["service_area_id"], ["__count"]
            )
        )
        for record in self:
            record.place_count = counts.get(record._origin, 0)

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        before = self._get_zip_table()
        areas = super().create(vals_list)
        areas._assign_places(before)
        return areas

    def write(self, vals):
        before = self._get_zip_table()
        result = super().write(vals)
        if vals.keys() & {"zip_codes", "company_id", "sequence", "active"}:
            self._assign_places(before)
        return result

    # Actions

    def action_view_places(self):
        """Open the places of work of this area."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": [("service_area_id", "=", self.id)],
            "context": {"default_service_area_id": self.id},
        }

    # Helpers

    @api.model
    @ormcache()
    def _get_zip_table(self):
        """The areas with postal codes: ``((id, company id, codes), …)`` in order."""
        # sudo: which area a postal code belongs to is the same for everybody
        areas = self.sudo().search([("zip_codes", "!=", False)])
        return tuple(
            (record.id, record.company_id.id, tuple(area.parse_codes(record.zip_codes)))
            for record in areas
        )

    @api.model
    @ormcache()
    def _has_areas(self):
        """Whether the company works by areas at all."""
        # sudo: only whether there are any
        return bool(self.sudo().search([], limit=1))

    @api.model
    def _find_by_zip(self, code, company_id=False, table=None):
        """The area of a postal code.

        :param company_id: of the contact; without one the areas of all companies count
        :param table: as :meth:`_get_zip_table` gave it at another time
        :return: id or ``None``
        """
        return area.find_area(
            code,
            [
                (area_id, codes)
                for area_id, owner_id, codes in (table or self._get_zip_table())
                if not (owner_id and company_id) or owner_id == company_id
            ],
        )

    def _assign_places(self, before):
        """Move the places of work whose area changed with the postal codes.

        What was chosen by hand, other than by the codes, stays.

        :param before: :meth:`_get_zip_table` before the change
        """
        if before == self._get_zip_table():
            return
        # sudo: the addresses of all companies follow their postal codes
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        groups = partners._read_group(
            [("zip", "!=", False)], ["zip", "company_id", "service_area_id"]
        )
        moves = {}
        for code, company, present in groups:
            old = self._find_by_zip(code, company.id, before) if before else None
            new = self._find_by_zip(code, company.id)
            if new != old and present.id == (old or False):
                key = present.id, company.id, new
                moves.setdefault(key, []).append(code)
        for (present_id, company_id, new_id), codes in moves.items():
            partners.search(
                [
                    ("zip", "in", codes),
                    ("company_id", "=", company_id),
                    ("service_area_id", "=", present_id),
                ]
            ).service_area_id = new_id or False
