"""What the tests of the steps call is on the screens: fields, filters and buttons."""

from lxml import etree

from odoo.tests import tagged

from .common import ServiceCommon, requirement


@tagged("post_install", "-at_install")
class TestCatalogueScreens(ServiceCommon):
    """A step nobody can press and a field nobody sees are not there."""

    def assertShown(self, model, kind, *paths, view=None, user=None):
        """Each path is found in the view this user gets."""
        records = self.env[model].with_user(user or self.user_manager)
        view = view and self.env.ref(f"service_crm.{view}").id
        arch = etree.fromstring(records.get_view(view, kind)["arch"])
        for path in paths:
            with self.subTest(model=model, kind=kind, path=path):
                self.assertTrue(arch.xpath(f"//{path}"))

    @staticmethod
    def get_fields(*names):
        return [f"field[@name='{name}']" for name in names]

    @staticmethod
    def get_buttons(*names):
        return [f"button[@name='{name}']" for name in names]

    @requirement("R26")
    def test_what_is_missing_is_added_with_one_button(self):
        action = self.env.ref("service_crm.action_service_request_line_to_add")
        self.assertShown(
            action.res_model,
            "list",
            "header/button[@name='action_add_to_catalogue']",
            "list/button[@name='action_add_to_catalogue']",
            user=self.user_admin,
        )

    @requirement("R50")
    def test_figures_are_a_table_and_a_picture(self):
        figures = ("planned_hours", "actual_hours", "planned_cost", "cost")
        for kind in ("pivot", "list"):
            self.assertShown(
                "service.cost.report", kind, *self.get_fields("order_id", *figures)
            )
        self.assertShown("service.cost.report", "graph", "field[@name='actual_hours']")

    @requirement("R63")
    def test_documents_are_looked_for_by_customer_state_and_responsible(self):
        self.assertShown(
            "service.document",
            "search",
            *self.get_fields("partner_id", "responsible_id", "type_id"),
            *(f"filter[@name='{name}']" for name in ("draft", "unsent", "signed")),
            *(f"filter[contains(@context, '{name}')]" for name in ("state", "type_id")),
            user=self.user_operator,
        )

    @requirement("R191")
    def test_ways_between_tender_prices_and_deal_are_buttons(self):
        tender, prices = "action_open_tender", "action_view_tender_prices"
        for model, view, names in (
            (
                "service.tender",
                None,
                (
                    "action_view_offers",
                    "action_view_requests",
                    "action_view_orders",
                    "action_view_contracts",
                    "action_view_documents",
                ),
            ),
            ("service.tender.offer", None, (tender, "action_view_requests")),
            ("crm.lead", "request_view_form", (tender, prices)),
            ("sale.order", None, (tender,)),
            ("service.contract", None, (tender,)),
        ):
            self.assertShown(model, "form", *self.get_buttons(*names), view=view)

    @requirement("R192", "R193")
    def test_tender_card_shows_bids_winner_and_reasons(self):
        self.assertShown(
            "service.tender",
            "form",
            *self.get_fields("starting_price", "doubts", "bid_ids", "line_ids"),
        )
        self.assertShown(
            "service.tender.bid",
            "list",
            *self.get_fields("partner_id", "amount", "is_winner"),
            "button[@name='action_set_winner']",
        )
        self.assertShown("service.tender.line", "form", "field[@name='explanation']")

    @requirement("R195", "R196")
    def test_contract_shows_its_plan_and_the_months_what_is_expected(self):
        self.assertShown(
            "service.contract",
            "form",
            *self.get_fields("amount_paid", "amount_rest"),
            *(
                f"field[@name='payment_ids']//field[@name='{name}']"
                for name in ("date", "name", "amount", "amount_paid", "state")
            ),
        )
        for kind in ("pivot", "graph"):
            self.assertShown(
                "service.cashflow.report",
                kind,
                "field[@name='date'][@interval='month']",
                "field[@name='amount_rest'][@type='measure']",
            )

    @requirement("R199")
    def test_customer_card_has_the_tab(self):
        self.assertShown(
            "res.partner",
            "form",
            "field[@name='service_customer_type_id']",
            "page[@name='service_card']/field[@name='service_properties']",
        )

    @requirement("R234")
    def test_requisites_are_on_the_customer_card(self):
        self.assertShown(
            "res.partner", "form", *self.get_fields("vat", "kpp", "company_registry")
        )

    @requirement("R238", "R254")
    def test_items_show_their_data_and_are_looked_for_by_them(self):
        known = ("service_category_id", "service_brand_id", "service_manufacturer")
        self.assertShown(
            "product.template",
            "form",
            *self.get_fields(*known, "service_pick_note", "service_properties"),
            *self.get_fields("optional_product_ids", "service_follow_up_ids"),
            user=self.user_admin,
        )
        self.assertShown(
            "product.template",
            "search",
            *self.get_fields(*known, "service_properties", "default_code"),
            view="product_template_view_search_catalogue",
        )
        self.assertShown(
            "product.product",
            "search",
            *self.get_fields(*known, "service_find", "default_code"),
            "searchpanel/field[@name='service_category_id']",
            "searchpanel/field[@name='service_brand_id']",
            *(f"filter[@name='{name}']" for name in ("fits", "beside", "in_catalogue")),
            view="product_view_search_catalog_request",
            user=self.user_dispatcher,
        )
