from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.sale.models.sale_order import SALE_ORDER_STATE

from .service_request_line_option import OPTION_SEQUENCE


class CrmLead(models.Model):
    """Service request: versions and options of its offers."""

    _inherit = "crm.lead"

    offer_version_ids = fields.One2many(
        "sale.order.version", "request_id", "Versions of the Offer"
    )
    offer_label = fields.Char(
        "Offer", compute="_compute_offer_label", help="Which version the customer has."
    )
    service_offer_state = fields.Selection(
        SALE_ORDER_STATE, "Quotation Status", compute="_compute_offer_label"
    )
    has_options = fields.Boolean(compute="_compute_has_options")
    has_free_lines = fields.Boolean(compute="_compute_has_options")

    @api.depends("order_ids.state", "order_ids.offer_number")
    @api.depends_context("lang")
    def _compute_offer_label(self):
        for lead in self:
            order = lead.service_quotation_id
            lead.service_offer_state = order.state
            lead.offer_label = order and order._get_version_name(order.offer_number)

    @api.depends("request_line_ids.is_optional", "request_line_ids.not_in_catalogue")
    def _compute_has_options(self):
        for lead in self:
            lines = lead.request_line_ids
            lead.has_options = any(lines.mapped("is_optional"))
            lead.has_free_lines = any(lines.mapped("not_in_catalogue"))

    def action_refine_offer(self):
        """Say why the offer has to be refined, and take it back to a draft."""
        self._check_may_quote()
        return self.service_quotation_id.action_refine()

    def action_view_versions(self):
        """Open the versions of the offers of these requests."""
        self.check_access("read")
        return self.order_ids.action_view_versions()

    def _prepare_option_commands(self, lines, order=None):
        """Commands that make the section of options in an order, or take it away.

        :param lines: the request lines that are in the order
        """
        self.ensure_one()
        sections = (order or self.env["sale.order"]).order_line.filtered("is_optional")
        if not any(lines.mapped("is_optional")):
            return [
                Command.delete(section.id)
                for section in sections
                if section.sequence == OPTION_SEQUENCE
            ]
        if sections:
            return []
        return [Command.create(self._prepare_option_section_values())]

    def _prepare_option_section_values(self):
        """Values of the section of options in an order. Extension point.

        :return: values for ``sale.order.line`` create
        """
        lang = self.partner_id.lang or self.env.lang
        return {
            "display_type": "line_section",
            "name": self.with_context(lang=lang).env._("Optional"),
            "is_optional": True,
            "sequence": OPTION_SEQUENCE,
        }
