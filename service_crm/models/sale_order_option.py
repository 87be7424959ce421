from markupsafe import Markup

from odoo import api, fields, models


class SaleOrder(models.Model):
    """Service order: what the customer may tick in the offer.

    The approvers approve an offer with its options at their prices: whatever the
    customer ticks was in front of them, so nobody is asked again. Prices and
    quantities are not the customer's to change. Ticking ends with his own decision.
    """

    _inherit = "sale.order"

    amount_options = fields.Monetary(
        "Options not Ticked",
        compute="_compute_amount_options",
        help="What the offer would grow by when the customer ticks all options.",
    )

    @api.depends("order_line.product_uom_qty", "order_line.price_unit")
    def _compute_amount_options(self):
        for order in self:
            order.amount_options = sum(
                line._get_option_amounts()["total"]
                for line in order._get_option_lines()
                if not line.product_uom_qty
            )

    def _can_be_edited_on_portal(self):
        result = super()._can_be_edited_on_portal()
        if not self.is_service:
            return result
        return (
            self.state == "sent"
            and not self.is_expired
            and not self.signature
            and not self._is_approved_by("customer")
        )

    def _get_option_lines(self):
        """Priced lines below an optional section; none in orders without options."""
        if not any(self.order_line.mapped("is_optional")):
            return self.env["sale.order.line"]
        return self._get_priced_lines().filtered(lambda line: line._is_line_optional())

    def _get_customer_lines(self):
        """What the customer gets as it is now: no options that are not ticked.

        Nor down payments, which cost nothing here: the invoices are shown apart.
        """
        left = self._get_option_lines().filtered(lambda line: not line.product_uom_qty)
        left |= self.order_line.filtered(
            lambda line: line.is_downpayment and not line.price_total
        )
        return self._get_priced_lines() - left

    def _get_option_heads(self):
        """Options as the customer ticks them: of a kit, only the kit itself."""
        return self._get_option_lines().filtered(
            lambda line: line._get_option_head() == line
        )

    def _get_order_lines_to_report(self):
        """Options are shown apart while they can be ticked, later only ticked ones."""
        lines = super()._get_order_lines_to_report()
        if not self.is_service:
            return lines
        options = self._get_option_lines()
        ticked = options.filtered("product_uom_qty")
        hidden = options - ticked
        if self.state in ("draft", "sent"):
            hidden = options
        if options and not (options - hidden):
            hidden += lines.filtered(
                lambda line: (
                    line.is_optional or (line.display_type and line._is_line_optional())
                )
            )
        return lines - hidden

    def _customer_choose(self, line, chosen, author):
        """The customer ticks an option on the own page, or takes the tick back.

        Called in sudo by the portal, after it checked the customer's access. Who signs
        at the same moment waits for it: one of the two looks again.

        :return: whether the tick counts
        """
        self.ensure_one()
        self._lock_for_decision()
        self.invalidate_recordset()
        if line not in self._get_option_lines() or not self._can_be_edited_on_portal():
            return False
        line = line._get_option_head()
        if bool(line.product_uom_qty) != chosen:
            self._track_set_author(author)
            line._get_option_group()._write_choice(chosen)
            text = self.env._("Option ticked") if chosen else self.env._("Option left")
            name = line.name.splitlines()[0]
            self.opportunity_id.message_post(
                body=Markup("%s: <b>%s</b>") % (text, name),
                author_id=author.id,
                subtype_xmlid="mail.mt_note",
            )
        return True

    def _get_offer_seal(self):
        """What the customer saw: another version or sum has to be read first."""
        self.ensure_one()
        total = self.currency_id.round(self.amount_total)
        return f"{self.offer_number}:{total:.6f}"


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_option_head(self):
        """The line the customer ticks: of parts of a kit it is the kit's."""
        self.ensure_one()
        # What hangs together is told by the request, which customers can not read.
        asked = self.sudo().service_request_line_ids[:1]
        while asked.parent_line_id.is_optional:
            asked = asked.parent_line_id
        return asked.sale_line_id.with_env(self.env) or self

    def _get_option_group(self):
        """The lines that are ticked together with this one."""
        self.ensure_one()
        head = self._get_option_head()
        return self.order_id._get_option_lines().filtered(
            lambda line: line._get_option_head() == head
        )

    def _get_offered_quantity(self):
        """What one gets when one ticks the option."""
        self.ensure_one()
        asked = self.sudo().service_request_line_ids[:1]  # as above
        return self.product_uom_qty or asked.quantity or 1.0

    def _get_option_amounts(self):
        """``{"untaxed": …, "total": …}`` of the option as offered, ticked or not."""
        self.ensure_one()
        tax = self.env["account.tax"]
        base_line = self._prepare_base_line_for_taxes_computation(
            quantity=self._get_offered_quantity()
        )
        tax._add_tax_details_in_base_line(base_line, self.company_id)
        tax._round_base_lines_tax_details([base_line], self.company_id)
        details = base_line["tax_details"]
        return {
            "untaxed": details["total_excluded_currency"],
            "total": details["total_included_currency"],
        }

    def _prepare_version_line_values(self):
        """Values of the line in the version that is sent. Extension point.

        :return: values for ``sale.order.version.line`` create
        """
        self.ensure_one()
        optional = self._is_line_optional()
        return {
            "sequence": self.sequence,
            "sale_line_id": self.id,
            "product_id": self.product_id.id,
            "name": self.name,
            "is_optional": optional,
            "quantity": self._get_offered_quantity()
            if optional
            else self.product_uom_qty,
            "product_uom_id": self.product_uom_id.id,
            "price_unit": self.price_unit,
            "discount": self.discount,
            "price_subtotal": self._get_option_amounts()["untaxed"]
            if optional
            else self.price_subtotal,
        }

    def _get_offer_notes(self):
        """What the offer says below a service: computation, reasons of the price.

        Extension point.

        :return: list of sentences
        """
        self.ensure_one()
        # The request's side of the line, for customers who can not read it.
        asked = self.sudo().service_request_line_ids[:1]
        return [text for text in (asked.trace, asked.rule_reasons) if text]
