from odoo import api, models

from ..tools.price_plan import PRICING, PlanLine, PriceResult

# In the context while the rows of requests are being written: no client can send it.
LATER = object()


class CrmLead(models.Model):
    """Service request: its price as data, computed before anything is written.

    The flow is the same for the live total and for writing: lines by hand, kits taken
    apart by their formulas (``crm_lead_price_kit.py``), then the price rules, then the
    differences to what is there (``crm_lead_price_write.py``).
    """

    _inherit = "crm.lead"

    def write(self, vals):
        if self.env.context.get("service_pricing") is PRICING:
            return super().write(vals)
        if not {"request_line_ids", "service_value_ids"}.isdisjoint(vals):
            # A form saves its rows one by one: priced once, when all are there.
            waiting = self.with_context(
                service_price_later=(LATER, frozenset(self.ids))
            )
            result = super(CrmLead, waiting).write(vals)
            self._update_prices()
            return result
        result = super().write(vals)
        if not self._get_price_fields().isdisjoint(vals):
            self._update_prices()
        return result

    def _get_price_fields(self):
        """Fields of a request that its price depends on. Extension point."""
        return {"partner_id", "site_id", "team_id", "contract_id", "company_id"}

    def _update_prices(self):
        """Compute the prices of requests anew and write what changed."""
        later = self.env.context.get("service_price_later")
        is_own = isinstance(later, tuple) and later[0] is LATER
        waiting = later[1] if is_own else ()
        leads = self.filtered(
            lambda lead: lead.is_service and lead.active and lead.id not in waiting
        )._filter_computed_prices()
        if not leads:
            return
        leads = leads.with_context(service_pricing=PRICING)
        leads._sync_price_answers()
        results = leads._apply_price_rules(leads._prepare_price_plan())
        leads._write_price_plan({lead: results[lead].lines for lead in leads})

    def _filter_computed_prices(self):
        """Requests whose price is more than price list times quantity. Extension
        point: add those that your computation changes."""
        return self.filtered(
            lambda lead: any(
                line.is_computed
                or line.price_error
                or line.product_id.product_tmpl_id._asks_questions()
                for line in lead.request_line_ids
            )
        )

    def _prepare_price_plan(self, answers=None):
        """The lines of the price before rules.

        :param dict answers: not saved yet, for one request: see `_get_price_answers`
        :return: ``{request: [PlanLine]}``, kits followed by their components
        """
        values = self._get_price_answers(answers)
        shared = self._prepare_plan_data(answers or {})
        plans = {}
        for lead in self:
            of_request, of_lines = values[lead]
            plans[lead] = lines = []
            for line in lead._get_price_hand_lines():
                own = {**of_request, **of_lines.get(("line", line.id), {})}
                lines += lead._explode_line(line, own, shared)
            lines += [
                lead._make_plan_line(("rule", line.price_rule_id.id), line, shared)
                for line in lead.request_line_ids
                if line.price_rule_id
                and line.sale_line_id
                and line.sale_state in ("sent", "sale")
            ]
        self._add_listed_prices(plans, shared["positions"])
        return plans

    def _apply_price_rules(self, plans, answers=None):
        """Surcharges, discounts and minimum of the price. Extension point.

        :param dict plans: ``{request: [PlanLine]}``
        :return: ``{request: PriceResult}``
        """
        return {lead: PriceResult(list(plans[lead])) for lead in self}

    def _prepare_plan_data(self, answers):
        """What the computation of many lines shares, looked up once."""
        parameters = self.env["service.parameter"]._get_all()
        lines = self.request_line_ids
        components = lines.product_id.product_tmpl_id.component_ids
        items = (lines.product_id | components.product_id).product_tmpl_id
        # These alone: an item of the catalogue has some hundred columns.
        items.fetch(self._get_plan_item_fields())
        uoms = lines.product_uom_id | items.uom_id
        units = self.env["service.expression"]._get_units(uoms)
        lang = self.env["res.lang"]._get_data(code=self.env.lang)
        return {
            "parameters": parameters,
            "types": parameters._get_types(),
            "answers": {
                lead: {
                    (line, parameter): answer
                    for line, parameter, answer in lead._get_answer_rows(answers)
                }
                for lead in self
            },
            "needed": {},
            "units": units,
            "parts": {part: part._get_part(units) for part in components},
            "digits": self.env["decimal.precision"].precision_get("Product Unit"),
            "point": lang.decimal_point or ".",
            "positions": self._get_service_fiscal_positions(),
            "companies": {lead: lead._get_service_company() for lead in self},
            "currencies": {lead: lead._get_service_currency() for lead in self},
            "free": self.env["service.request.line"]._get_free_line_product(),
            "taxes": {},
            "categories": {},
        }

    @api.model
    def _get_plan_item_fields(self):
        """What the computation reads of the items of the catalogue."""
        return (
            "name",
            "type",
            "uom_id",
            "list_price",
            "company_id",
            "taxes_id",
            "service_category_id",
            "is_kit",
            "kit_formula",
            "kit_price",
            "kit_state",
        )

    def _make_plan_line(self, key, line, shared, product=None, **values):
        """A line as data: as it is, or as a component makes it.

        :param line: the request line; empty when there is none yet
        :param product: of a component
        :param values: what differs from the line
        """
        self.ensure_one()
        product = product or line.product_id
        item = product.product_tmpl_id  # fields of it, not copies on the variant
        locked = bool(line.sale_line_id) and line.sale_state in ("sent", "sale")
        own_price = bool(line) and line._has_own_price()
        data = {
            "name": line.name or item.name,
            "quantity": line.quantity,
            "uom_id": (line.product_uom_id or item.uom_id).id,
            "is_optional": line.is_optional,
            "is_chosen": line.is_chosen,
            "kind": "service" if item.type in (False, "service") else "material",
            **values,
        }
        if line.price_rule_id:
            data["kind"] = "rule"
        price = line.price_unit if locked else line.price_base
        currency = shared["currencies"][self]
        if line.currency_id and line.currency_id != currency:
            company = shared["companies"][self]
            price = line.currency_id._convert(price, currency, company)
        plan = PlanLine(
            key=key,
            price_unit=price,
            product_id=product.id or None,
            discount=line.discount if locked else line.discount_base,
            tax_ids=self._get_plan_taxes(item, shared),
            category_ids=self._get_plan_categories(item, shared),
            locked=locked,
            pinned=own_price or (bool(line) and not product),
            **data,
        )
        plan.base_price, plan.base_discount = plan.price_unit, plan.discount
        plan.listed = line.price_listed if locked or not product else None
        return plan

    def _get_plan_taxes(self, item, shared):
        """Ids of the taxes of an item for the customer, mapped once per taxes."""
        self.ensure_one()
        position = shared["positions"][self]
        company = shared["companies"][self]
        taxes = (item or shared["free"]).taxes_id
        key = (bool(item), taxes._ids, position.id, company.id)
        if key not in shared["taxes"]:
            taxes = taxes._filter_taxes_by_company(company)
            if not item:
                taxes = taxes or company.account_sale_tax_id
            shared["taxes"][key] = tuple(position.map_tax(taxes).ids)
        return shared["taxes"][key]

    def _get_plan_categories(self, item, shared):
        """Ids of the service category of an item and of those above it."""
        category = item.service_category_id
        if category not in shared["categories"]:
            path = category.parent_path or ""
            shared["categories"][category] = tuple(
                int(number) for number in path.split("/") if number
            )
        return shared["categories"][category]

    def _add_listed_prices(self, plans, positions):
        """Prices of the price list, asked for all lines at once; prices written by
        hand and those of offered lines stay."""
        product = self.env["product.product"]
        uom = self.env["uom.uom"]
        wanted, targets = [], []
        for lead, lines in plans.items():
            kits = {plan.key: plan for plan in lines if plan.kind == "kit"}
            for plan in lines:
                if plan.locked or not plan.product_id or plan.kind == "rule":
                    continue
                item = product.browse(plan.product_id)
                if plan.kind == "kit" or (
                    plan.parent_key and plan.parent_key not in kits
                ):
                    self._set_listed_price(plan, 0.0)
                    continue
                targets.append(plan)
                wanted.append((lead, item, uom.browse(plan.uom_id), plan.quantity))
        prices = self._get_list_prices(wanted, positions)
        for plan, price in zip(targets, prices, strict=True):
            self._set_listed_price(plan, price)

    def _set_listed_price(self, plan, price):
        """Take the price of the price list, unless another was written by hand."""
        plan.listed = price
        if not plan.pinned:
            plan.price_unit = plan.base_price = price
