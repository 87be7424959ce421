from odoo.fields import Command
from odoo.tests import tagged

from .common_offer import OfferCommon

REPORT = "service_crm.action_report_service_price_list"


@tagged("post_install", "-at_install")
class TestPriceList(OfferCommon):
    """The catalogue on paper: by category, at a customer's prices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        feature = cls.env.ref("product.group_product_pricelist")
        cls.env.ref("base.group_user").implied_ids += feature
        boilers = cls.build_category("Котлы")
        cls.boiler = cls.build_product(
            "Чистка котла", 1250.0, service_category_id=boilers.id, default_code="K-1"
        )
        cls.env["product.pricelist"].create({"name": "Для всех", "sequence": 0})
        cls.dear = cls.env["product.pricelist"].create(
            {
                "name": "Минус десять",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 10})
                ],
            }
        )
        cls.company_customer.property_product_pricelist = cls.dear

    def print_for(self, partners):
        report = self.env["ir.actions.report"].with_user(self.user_manager)
        with self.allow_pdf_render():
            content, kind = report.with_context(
                force_report_rendering=True
            )._render_qweb_pdf(REPORT, partners.ids)
        self.assertEqual(kind, "pdf")
        return self.read_pdf(content)

    def test_prices_of_the_customer_by_category(self):
        text = self.print_for(self.company_customer)
        for words in (
            "Price list",
            f"for {self.company_customer.name}",
            self.env.company.name,
            "Осмотр лифта",
            "162.00",
            "K-1",
            "Чистка котла",
            "1,125.00",
        ):
            self.assertIn(words, text)
        self.assertRegex(text, r"Lifts.*Осмотр лифта.*Котлы.*Чистка котла")
        self.assertNotIn("False", text)

    def test_the_whole_catalogue_at_list_prices(self):
        products = self.env["product.template"].with_user(self.user_dispatcher)
        action = products.action_print_service_prices()
        self.assertEqual(action["report_name"], "service_crm.report_service_price_list")
        text = self.print_for(self.env.company.partner_id)
        self.assertIn("1,250.00", text)
        self.assertNotIn("for " + self.env.company.name, text)

    def test_what_is_not_sold_is_not_printed(self):
        self.paint.sale_ok = False
        self.doors.active = False
        self.inspection.service_category_id = False
        text = self.print_for(self.company_customer)
        for words in ("Покраска", "Регулировка", "Осмотр"):
            self.assertNotIn(words, text)

    def test_several_customers_one_paper_each(self):
        other = self.build_partner("Бета")
        text = self.print_for(self.company_customer + other)
        self.assertIn("1,125.00", text)
        self.assertIn("1,250.00", text)
        self.assertIn("for Бета", text)

    def test_queries_do_not_grow_with_the_catalogue(self):
        report = self.env["report.service_crm.report_service_price_list"]

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            report._get_report_values(self.company_customer.ids)
            return self.env.cr.sql_log_count - before

        counts = []
        for _turn in range(3):
            for number in range(20):
                self.build_product(f"Работа {number}", 10.0 + number)
            counts.append(count())
        self.assertLessEqual(counts[2], counts[1])
