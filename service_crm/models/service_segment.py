import ast
import logging

from psycopg2 import DataError

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class ServiceSegment(models.Model):
    """A group of customers: listed, or found by what is known of them.

    Members are kept in one table, so that prices look them up in one query. Those of a
    domain are brought up to date when the segment or the customer changes, and every
    night (dates pass by themselves).
    """

    _name = "service.segment"
    _description = "Customer segment"
    _order = "sequence, name, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True)
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("fixed", "Chosen by hand"), ("domain", "Found by a condition")],
        "Members",
        required=True,
        default="fixed",
    )
    domain = fields.Char(
        "Condition",
        default="[]",
        help="Customers for whom it holds are members; kept up to date.",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        "service_segment_partner_rel",
        "segment_id",
        "partner_id",
        "Customers",
        copy=False,
    )
    partner_count = fields.Integer("Number of Customers", compute="_compute_counts")
    rule_ids = fields.Many2many("service.price.rule", string="Price Rules", copy=False)
    rule_count = fields.Integer("Number of Price Rules", compute="_compute_counts")

    @api.depends("partner_ids", "rule_ids")
    def _compute_counts(self):
        for segment in self:
            segment.partner_count = len(segment.partner_ids)
            segment.rule_count = len(segment.rule_ids)

    @api.constrains("kind", "domain")
    def _check_domain(self):
        """The condition of a segment can be read, by its author."""
        # Odoo checks as superuser; who is a member tells what a condition asks for,
        # so that only what its author may read of customers can stand in it.
        partners = self.env["res.partner"].sudo(False)
        for segment in self.filtered(lambda segment: segment.kind == "domain"):
            domain = segment._get_partner_domain()
            try:
                with self.env.cr.savepoint(flush=False):
                    partners.search(domain, limit=1)
            except (KeyError, TypeError, ValueError, UserError, DataError) as error:
                raise ValidationError(
                    self.env._(
                        "The condition of the segment %(segment)s can not be used. "
                        "Choose it again: %(problem)s",
                        segment=segment.name,
                        problem=error,
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        segments = super().create(vals_list)
        self.env.registry.clear_cache()
        segments._refresh_members()
        return segments

    def write(self, vals):
        result = super().write(vals)
        if not {"kind", "domain", "company_id", "active"}.isdisjoint(vals):
            self.env.registry.clear_cache()
            self._refresh_members()
        return result

    def unlink(self):
        self._check_unused()
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def action_open_partners(self):
        """The customers of the segment."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_service_customer"
        )
        return {
            **action,
            "display_name": self.name,
            "domain": [("service_segment_ids", "in", self.ids)],
            "context": {},
        }

    def action_open_rules(self):
        """The price rules that count for the segment only."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_service_price_rule"
        )
        return {
            **action,
            "domain": [("segment_ids", "in", self.ids)],
            "context": {"default_segment_ids": self.ids},
        }

    def _check_unused(self):
        """A rule without its segment would count for every customer."""
        # Rules of other companies count as well.
        used = self.sudo().rule_ids
        if used:
            raise UserError(
                self.env._(
                    "The segment is used by the price rules %(rules)s. Change these "
                    "rules first, or archive the segment.",
                    rules=", ".join(used[:5].mapped("name")),
                )
            )

    def _get_partner_domain(self):
        """The condition as a domain on customers."""
        self.ensure_one()
        try:
            conditions = ast.literal_eval((self.domain or "[]").strip() or "[]")
            domain = Domain(conditions)
        except (ValueError, SyntaxError, TypeError, MemoryError) as error:
            raise ValidationError(
                self.env._(
                    "The condition of the segment %(segment)s can not be read. Choose "
                    "it again.",
                    segment=self.name,
                )
            ) from error
        if self.company_id:
            domain &= Domain("company_id", "in", [self.company_id.id, False])
        return domain

    # Kept members --------------------------------------------------------------------

    def _refresh_members(self, partners=None):
        """Write down who fulfils the condition now; all customers, or these only.

        Two queries per segment, whatever the number of customers.
        """
        found = self.filtered(lambda segment: segment.kind == "domain")
        # Who is a member does not depend on who looks.
        partner_sudo = self.env["res.partner"].sudo()
        for segment in found:
            domain = segment._get_partner_domain()
            scope = SQL("TRUE")
            if partners is not None:
                domain &= Domain("id", "in", partners.ids)
                scope = SQL("partner_id IN %s", tuple(partners.ids))
            members = partner_sudo._search(domain).subselect()
            self.env.execute_query(
                SQL(
                    """WITH members AS %(members)s, gone AS (
                        DELETE FROM service_segment_partner_rel
                         WHERE segment_id = %(segment)s AND %(scope)s
                           AND partner_id NOT IN (SELECT id FROM members))
                    INSERT INTO service_segment_partner_rel (segment_id, partner_id)
                    SELECT %(segment)s, id FROM members
                    ON CONFLICT DO NOTHING RETURNING partner_id""",
                    members=members,
                    segment=segment.id,
                    scope=scope,
                )
            )
        if found:
            self.invalidate_model(["partner_ids", "partner_count"])
            partner_sudo.invalidate_model(["service_segment_ids"])

    @api.model
    @tools.ormcache()
    def _get_watched_fields(self):
        """Which segments look at which fields of a customer: ``{id: field names}``."""
        # Prices follow every segment, also those of other companies.
        segments = self.sudo().search([("kind", "=", "domain")])._filter_usable()
        return {
            segment.id: frozenset(
                condition.field_expr.split(".")[0]
                for condition in segment._get_partner_domain().iter_conditions()
            )
            for segment in segments
        }

    @api.model
    def _cron_refresh(self):
        """Every night: what depends on dates or on other records than the customer."""
        self.search([("kind", "=", "domain")])._filter_usable()._refresh_members()

    def _filter_usable(self):
        """Segments whose condition can still be used: a field it names may be gone
        with its addon, and no customer must be kept from being saved for that."""
        usable = self.browse()
        for segment in self:
            try:
                segment._get_partner_domain().validate(self.env["res.partner"])
            except (ValueError, ValidationError) as error:
                _logger.warning("Segment %s is not kept: %s", segment.id, error)
            else:
                usable += segment
        return usable

    @api.model
    def _get_segments(self, partners):
        """Segments of customers: ``{partner id: frozenset of ids}``, in one query."""
        if not partners.ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, array_agg(segment_id)
                     FROM service_segment_partner_rel
                     JOIN service_segment ON segment_id = id AND active
                    WHERE partner_id IN %s GROUP BY partner_id""",
                tuple(partners.ids),
            )
        )
        return {partner_id: frozenset(ids) for partner_id, ids in rows}
