from odoo import api, models
from odoo.fields import Domain
from odoo.tools import get_lang


class ReportServicePriceList(models.AbstractModel):
    """The service catalogue by category, at the prices of each customer printed.

    Prices are those of Odoo's own price list report.
    """

    _name = "report.service_crm.report_service_price_list"
    _inherit = ["report.product.report_pricelist", "service.paper.mixin"]
    _description = "Price list of services"

    @api.model
    def _get_report_values(self, docids, data=None):
        """One price list per customer printed."""
        partners = self.env["res.partner"].browse(docids)
        return {
            "docs": partners,
            "lists": {
                partner.id: self._prepare_price_list(partner) for partner in partners
            },
        }

    def _prepare_price_list(self, partner):
        """What is printed for one customer. Extension point.

        :return: ``{"lang", "currency", "with_tax", "sections": [(category, rows)]}``
        """
        company = self.env.company
        lang = get_lang(self.env, partner.lang or self.env.lang).code
        printer = self.with_context(lang=lang)
        partner = partner.with_company(company)
        pricelist = partner.property_product_pricelist
        own = partner.commercial_partner_id == company.partner_id
        currency = pricelist.currency_id or company.currency_id
        products = printer.env["product.product"].search_fetch(
            self._get_price_list_domain(company),
            ["product_tmpl_id", "default_code", "uom_id"],
        )
        prices = pricelist._get_products_price(products, 1.0, currency=currency)
        by_category = products.grouped("service_category_id")
        sections = []
        for category in by_category and sum(
            by_category, products.service_category_id.browse()
        ).sorted("complete_name"):
            rows = [
                {
                    "code": product.default_code or "",
                    "name": product.with_context(
                        display_default_code=False
                    ).display_name,
                    "unit": product.uom_id.name,
                    "price": printer._format_paper_amount(prices[product.id], currency),
                }
                for product in by_category[category]
            ]
            rows.sort(key=lambda row: row["name"].casefold())
            sections.append((category.complete_name, rows))
        return {
            "lang": lang,
            "customer": not own and partner.commercial_partner_id,
            "currency": currency,
            "with_code": any(row["code"] for _name, rows in sections for row in rows),
            "with_tax": company.account_price_include == "tax_included",
            "sections": sections,
        }

    @api.model
    def _get_price_list_domain(self, company):
        """What stands in a price list: all that is sold of the service catalogue."""
        return (
            Domain("service_category_id", "!=", False)
            & Domain("sale_ok", "=", True)
            & Domain("company_id", "in", [False, *company.parent_ids.ids])
        )
