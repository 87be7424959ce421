from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from .sale_order_approval import OFFER_STATES
from .service_request_line_option import FROM_REQUEST


class CrmLead(models.Model):
    """Service request: quotation and approvals of a request."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "product.catalog.mixin"]

    service_currency_id = fields.Many2one(
        "res.currency", "Price Currency", compute="_compute_service_currency_id"
    )
    service_amount_untaxed = fields.Monetary(
        "Untaxed Amount",
        compute="_compute_service_amounts",
        compute_sudo=True,
        currency_field="service_currency_id",
    )
    service_amount_tax = fields.Monetary(
        "Tax",
        compute="_compute_service_amounts",
        compute_sudo=True,
        currency_field="service_currency_id",
    )
    service_amount_total = fields.Monetary(
        "Total",
        compute="_compute_service_amounts",
        compute_sudo=True,
        currency_field="service_currency_id",
    )
    service_approval_state = fields.Selection(
        OFFER_STATES,
        "Approval",
        compute="_compute_service_approval_state",
        compute_sudo=True,
    )
    service_quotation_id = fields.Many2one(
        "sale.order",
        "Quotation",
        compute="_compute_service_quotation_id",
        help="The offer the customer has or gets: the open one, else the agreed one.",
    )

    @api.depends(
        "request_line_ids.currency_id", "partner_id", "company_id", "contract_id"
    )
    def _compute_service_currency_id(self):
        for lead in self:
            lead.service_currency_id = (
                lead.request_line_ids[:1].currency_id or lead._get_service_currency()
            )

    @api.depends(
        "request_line_ids.price_subtotal",
        "request_line_ids.price_total",
        "request_line_ids.is_optional",
        "request_line_ids.is_chosen",
        "service_currency_id",
    )
    def _compute_service_amounts(self):
        tax = self.env["account.tax"]
        for lead in self:
            company = lead._get_service_company()
            amounts = defaultdict(float)
            wanted = lead.request_line_ids._filter_wanted()
            by_currency = wanted.grouped("currency_id")
            for currency, lines in by_currency.items():
                base_lines = [line._prepare_tax_base_line() for line in lines]
                tax._add_tax_details_in_base_lines(base_lines, company)
                tax._round_base_lines_tax_details(base_lines, company)
                totals = tax._get_tax_totals_summary(
                    base_lines=base_lines, currency=currency, company=company
                )
                for name in ("base", "tax", "total"):
                    amounts[name] += currency._convert(
                        totals[f"{name}_amount_currency"],
                        lead.service_currency_id,
                        company,
                    )
            lead.service_amount_untaxed = amounts["base"]
            lead.service_amount_tax = amounts["tax"]
            lead.service_amount_total = amounts["total"]

    @api.depends("order_ids.state")
    def _compute_service_quotation_id(self):
        for lead in self:
            orders = lead.order_ids.sorted("id", reverse=True)
            lead.service_quotation_id = (
                orders.filtered(lambda o: o.state in ("draft", "sent"))[:1]
                or orders.filtered(lambda o: o.state == "sale")[:1]
            )

    @api.depends("order_ids.service_approval_state", "order_ids.state")
    def _compute_service_approval_state(self):
        for lead in self:
            order = lead.service_quotation_id
            lead.service_approval_state = order.service_approval_state or "none"

    # Quotation ---------------------------------------------------------------------

    def action_make_quotation(self):
        """Put the services into a quotation: make it, or bring its draft up to date.

        Pressed again it opens the quotation there is; nothing is doubled.
        """
        self._check_may_quote()
        orders = self._make_quotations()
        if len(self) == 1:
            return orders._get_open_action()
        return True

    def action_ask_approvals(self):
        """Make or update the quotation, send it and ask for the team's approvals."""
        self._check_may_quote()
        self._make_quotations()._ask_approvals()
        return True

    def action_take_back_quotation(self):
        """Take the sent quotation back to a draft: its approvals are withdrawn."""
        self._check_may_quote()
        self.service_quotation_id.action_draft()
        return True

    def action_open_quotation(self):
        """Open the quotation of the request."""
        self.ensure_one()
        return self.service_quotation_id._get_open_action()

    def _get_next_step(self):
        """First the price, then those who have to agree to it."""
        step = super()._get_next_step()
        if (
            step
            or self.service_phase != "dispatch"
            or self.service_approval_state not in ("none", "rejected")
            or not self._may_quote()
        ):
            return step
        if not self.request_line_ids:
            return "open_catalogue"
        return "ask_approvals" if self._get_required_roles() else "make_quotation"

    def _get_required_roles(self):
        """Whose approval the team's settings ask for. Extension point.

        :return: list of roles of ``service.approval``
        """
        self.ensure_one()
        team = self.team_id
        return [
            role
            for role, asked in (
                ("customer", team.approval_customer),
                ("manager", team.approval_manager),
                ("dispatcher", team.approval_dispatcher),
            )
            if asked
        ]

    def _may_quote(self):
        """Whether the present user makes quotations."""
        return self.env.su or self.env.user.has_groups(
            "service_crm.group_service_dispatcher,service_crm.group_service_manager"
        )

    def _check_may_quote(self):
        """Dispatchers and managers make quotations, of requests that are complete."""
        if not self._may_quote():
            raise AccessError(
                self.env._("Quotations are made by dispatchers and managers.")
            )
        self.check_access("write")
        for lead in self:
            if missing := lead._get_missing_for_quotation():
                raise UserError(
                    self.env._(
                        "No quotation can be made of %(request)s yet. Missing: "
                        "%(missing)s.",
                        request=lead.display_name,
                        missing=", ".join(missing),
                    )
                )

    def _get_missing_for_quotation(self):
        """What a request lacks for a quotation. Extension point.

        :return: list of labels, empty when nothing is missing
        """
        self.ensure_one()
        missing = []
        if not self.is_service:
            missing.append(self.env._("a service team"))
        if not self.partner_id:
            missing.append(self.env._("the customer"))
        if not self.request_line_ids:
            missing.append(self.env._("at least one service"))
        return missing

    def _make_quotations(self):
        """The quotation of each request, made or brought up to date.

        Lines of agreed orders stay there; what was added since goes into a new one.

        :return: sale orders, one per request, in the same order
        """
        orders = self.env["sale.order"]
        lines_to_quote = {}
        for lead in self:
            order = lead.service_quotation_id
            loose = lead.request_line_ids.filtered(
                lambda line: line.sale_state in (False, "cancel")
            )
            if order.state in ("draft", "sent"):
                lead._update_quotation(order)
            elif loose or not order:
                lines_to_quote[lead] = loose
        to_quote = self.filtered(lambda lead: lead in lines_to_quote)
        vals_list = to_quote._prepare_quotations_values(lines_to_quote)
        made_for = orders.create(vals_list).grouped("opportunity_id")
        for lead in self:
            orders += made_for.get(lead, lead.service_quotation_id)
        return orders

    def _prepare_quotations_values(self, lines):
        """Values of the quotations of these requests, in their order.

        :param dict lines: the request lines that go into each, by request
        :return: list of values for ``sale.order.create``
        """
        return [lead._prepare_quotation_values(lines[lead]) for lead in self]

    def _prepare_quotation_values(self, lines):
        """Values of the quotation of a request. Extension point.

        :param lines: the request lines that go into it
        :return: values for ``sale.order.create``
        """
        self.ensure_one()
        context = self._prepare_opportunity_quotation_context()
        prefix = "default_"
        values = {
            key.removeprefix(prefix): value
            for key, value in context.items()
            if key.startswith(prefix) and value
        }
        company = self._get_service_company()
        values.update(
            company_id=company.id,
            # Works are paid when they are done; a prepayment is demanded by hand.
            require_payment=False,
            require_signature=True,
            origin=self.service_number or self.name,
            pricelist_id=self._get_service_pricelist().id,
            order_line=[
                Command.create(line._prepare_sale_line_values()) for line in lines
            ]
            + self._prepare_option_commands(lines),
        )
        if self.site_id:
            values["partner_shipping_id"] = self.site_id.id
        return values

    def _update_quotation(self, order):
        """Bring the open quotation in line with the request; no line is doubled."""
        self.ensure_one()
        open_lines = self.request_line_ids.filtered(
            lambda line: line.sale_state != "sale"
        )
        changed = open_lines.filtered(lambda line: not line._is_quoted_as_is())
        if not changed:
            return
        if order.state == "sent":
            raise UserError(
                self.env._(
                    "%(order)s is with the customer already. To add the new services, "
                    "first take the quotation back to a draft.",
                    order=order.name,
                )
            )
        commands = []
        for line in changed:
            values = line._prepare_sale_line_values()
            if line.sale_line_id.order_id == order:
                commands.append(Command.update(line.sale_line_id.id, values))
            else:
                commands.append(Command.create(values))
        commands += self._prepare_option_commands(open_lines, order)
        order.with_context(service_writing=FROM_REQUEST).order_line = commands

    # What prices depend on -----------------------------------------------------------

    def _get_service_company(self):
        """The company that sells the services of the request."""
        return self.company_id or self.team_id.company_id or self.env.company

    def _get_service_pricelist(self):
        """The customer's price list; empty when the customer is not known yet."""
        partner = self.partner_id.with_company(self._get_service_company())
        return partner.property_product_pricelist

    def _get_service_currency(self):
        """The currency of the customer's price list, else the company's."""
        return (
            self._get_service_pricelist().currency_id
            or self._get_service_company().currency_id
        )

    def _get_service_fiscal_positions(self):
        """The fiscal positions of customers and places of work.

        :return: ``{request: fiscal position}``, looked up once per customer and place
        """
        position = self.env["account.fiscal.position"]
        found = {}
        positions = {}
        for lead in self:
            company = lead._get_service_company()
            key = (company, lead.partner_id, lead.site_id)
            if key not in found:
                found[key] = position.with_company(company)._get_fiscal_position(
                    lead.partner_id, lead.site_id
                )
            positions[lead] = found[key]
        return positions

    # Odoo's product catalogue --------------------------------------------------------

    def _get_product_catalog_domain(self):
        """What a request line may hold, of the request's company and those above it."""
        companies = self._get_service_company().parent_ids.ids
        line = self.env["service.request.line"]
        return Domain(line._get_product_domain()) & Domain(
            "company_id", "in", [False, *companies]
        )

    def _get_action_add_from_catalog_extra_context(self):
        """Currency and digits in which the catalogue shows the prices."""
        return {
            **super()._get_action_add_from_catalog_extra_context(),
            "product_catalog_currency_id": self.service_currency_id.id,
            "product_catalog_digits": self.env["service.request.line"]
            ._fields["price_unit"]
            .get_digits(self.env),
        }

    def _get_product_catalog_order_data(self, products, **kwargs):
        """Prices of the request's price list instead of plain sales prices."""
        data = super()._get_product_catalog_order_data(products, **kwargs)
        prices = (
            self._get_service_pricelist()
            .with_company(self._get_service_company())
            ._get_products_price(products, 1.0, currency=self.service_currency_id)
        )
        for product in products:
            data[product.id]["price"] = prices[product.id]
        return data

    def _get_product_catalog_record_lines(self, product_ids, **kwargs):
        """Request lines take the place of order lines."""
        return self.request_line_ids.filtered(
            lambda line: line.product_id.id in product_ids
        ).grouped("product_id")

    def _is_readonly(self):
        return not self.active

    def _update_order_line_info(self, product_id, quantity, **kwargs):
        self.check_access("write")
        # what a kit or a rule has computed is not picked by hand
        line = self.request_line_ids.filtered(
            lambda line: (
                line.product_id.id == product_id and not line._is_computed_line()
            )
        )
        if line and quantity > 0:
            line.quantity = quantity
        elif line:
            line.unlink()
        elif quantity > 0:
            line = self.env["service.request.line"].create(
                {
                    "request_id": self.id,
                    "product_id": product_id,
                    "quantity": quantity,
                }
            )
        if line.exists():
            return line.price_unit * (1 - line.discount / 100)
        product = self.env["product.product"].browse(product_id)
        return self._get_product_catalog_order_data(product)[product_id]["price"]
