"""What the tests of a company with a stock share."""

from odoo.addons.service_crm.tests.common_money import MoneyCommon


class BesideCommon(MoneyCommon):
    """Goods in two warehouses of one company, in two countries: 5 pieces and none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roller = cls.build_product(
            "Ролик двери", 18.0, type="consu", is_storable=True
        )
        cls.moscow = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.moscow.write(
            {
                "name": "Москва",
                "partner_id": cls.build_partner("Склад", city="Москва").id,
            }
        )
        cls.belarus = cls.env.ref("base.by")
        cls.minsk = cls.env["stock.warehouse"].create(
            {
                "name": "Minsk",
                "code": "MSK",
                "company_id": cls.env.company.id,
                "partner_id": cls.build_partner(
                    "Store", city="Minsk", country_id=cls.belarus.id
                ).id,
            }
        )
        cls.put_in_stock(cls.roller, cls.moscow, 5)
        cls.site_minsk = cls.build_partner(
            "Мира 14",
            parent_id=cls.company_customer.id,
            type="other",
            city="Minsk",
            country_id=cls.belarus.id,
        )

    @classmethod
    def put_in_stock(cls, product, warehouse, quantity):
        cls.env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, quantity
        )

    def build_priced_request(self, quantity=3, **values):
        """A request for goods, in the hands of the dispatcher."""
        request = self.build_request(
            type="opportunity",
            partner_id=self.customer.id,
            stage_id=self.stages["dispatch"].id,
            user_id=self.user_manager.id,
            dispatcher_id=self.user_dispatcher.id,
            service_need="Шумит дверь",
            **values,
        )
        self.build_line(request, self.roller, quantity=quantity)
        return request.with_user(self.user_dispatcher)
