"""Items of the catalogue: properties, team, deadline, what is offered afterwards."""

from datetime import datetime

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.fields import Command
from odoo.tools import mute_logger

from .common import ServiceCommon, requirement


class TestCatalogueItems(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cars = cls.env["service.category"].create(
            {
                "name": "Автомобили",
                "item_properties_definition": [
                    {
                        "name": "make",
                        "string": "Марка",
                        "type": "selection",
                        "selection": [["lada", "Лада"], ["uaz", "УАЗ"]],
                    },
                    {"name": "colour", "string": "Цвет", "type": "char"},
                ],
            }
        )
        cls.second_team = cls.env["crm.team"].create(
            {"name": "Автосервис", "is_service": True}
        )

    def build_item(self, name, **values):
        values.setdefault("service_category_id", self.cars.id)
        return self.build_product(name, **values).product_tmpl_id

    @requirement("R254")
    def test_properties_of_the_category_are_on_its_products(self):
        item = self.build_item("Замена масла").with_user(self.user_admin)
        [values] = item.web_read({"service_properties": {}})
        labels = [p["string"] for p in values["service_properties"]]
        self.assertEqual(labels, ["Марка", "Цвет"])
        item.service_properties = {"make": "uaz", "colour": "красный"}
        other = self.build_item("Покраска", service_properties={"make": "lada"})
        catalogue = self.env["product.product"].with_user(self.user_dispatcher)
        for domain, found in (
            ([("service_properties.make", "=", "uaz")], item),
            ([("service_properties.colour", "ilike", "КРАС")], item),
            ([("service_properties.make", "in", ["lada", "uaz"])], item + other),
        ):
            with self.subTest(domain=domain):
                products = catalogue.search(domain).product_tmpl_id
                self.assertEqual(set(products.ids), set(found.ids))

    @requirement("R254")
    def test_a_subcategory_starts_with_the_properties_of_its_parent(self):
        trucks, other = (
            self.env["service.category"]
            .with_user(self.user_admin)
            .create(
                [
                    {"name": "Грузовики", "parent_id": self.cars.id},
                    {"name": "Прочее"},
                ]
            )
        )
        names = [p["name"] for p in trucks.item_properties_definition]
        self.assertEqual(names, ["make", "colour"])
        self.assertFalse(other.item_properties_definition)

    def test_properties_survive_variants_and_copies(self):
        item = self.env["product.template"].create(
            {
                "name": "Шина",
                "service_category_id": self.cars.id,
                "service_properties": {"make": "uaz"},
            }
        )
        attribute = self.env["product.attribute"].create(
            {
                "name": "Размер",
                "value_ids": [Command.create({"name": name}) for name in "12"],
            }
        )
        copy = item.copy()
        item.attribute_line_ids = [
            Command.create(
                {
                    "attribute_id": attribute.id,
                    "value_ids": [Command.set(attribute.value_ids.ids)],
                }
            )
        ]
        for product in (item, copy):
            self.assertEqual(product.service_properties["make"], "УАЗ")
        found = self.env["product.product"].search(
            [("service_properties.make", "=", "uaz")]
        )
        self.assertEqual(len(found), 3)

    @requirement("R238")
    def test_found_by_subcategory_manufacturer_brand_and_hint(self):
        brand = self.env["service.brand"].create(
            {"name": "Bosch", "manufacturer": "Robert Bosch GmbH"}
        )
        brakes = self.env["service.category"].create(
            {"name": "Тормоза", "parent_id": self.cars.id}
        )
        pads = self.build_item(
            "Колодки",
            service_category_id=brakes.id,
            service_brand_id=brand.id,
            default_code="BP-976",
            service_pick_note="Когда скрипит при торможении",
        )
        self.build_item("Диски")
        catalogue = self.env["product.product"].with_user(self.user_dispatcher)
        for domain in (
            [("service_category_id", "=", brakes.id)],
            [
                ("service_category_id", "child_of", self.cars.id),
                ("service_brand_id", "=", brand.id),
            ],
            [("service_manufacturer", "ilike", "robert")],
            [("service_pick_note", "ilike", "СКРИПИТ")],
            [("default_code", "ilike", "bp-97")],
        ):
            with self.subTest(domain=domain):
                self.assertEqual(catalogue.search(domain).product_tmpl_id, pads)

    def test_two_brands_of_one_name_are_refused(self):
        brand = self.env["service.brand"].with_user(self.user_operator)
        brand.create({"name": "Щербинка"})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            brand.create({"name": "щербинка"})

    def test_team_and_hours_come_from_the_nearest_category(self):
        child = self.env["service.category"].create(
            {"name": "Грузовики", "parent_id": self.cars.id}
        )
        self.cars.write({"service_team_id": self.second_team.id})
        self.cars.write({"service_sla_hours": 16})
        item = self.build_item("Осмотр", service_category_id=child.id)
        own = self.build_item("Эвакуация", service_sla_hours=2)
        plain = self.build_product("Консультация").product_tmpl_id
        items = item + own + plain
        teams = items.mapped("service_effective_team_id")
        self.assertEqual(teams, self.second_team)
        self.assertFalse(plain.service_effective_team_id)
        hours = items.mapped("service_effective_sla_hours")
        self.assertEqual(hours, [16, 2, 0])
        child.service_sla_hours = 4
        self.assertEqual(item.service_effective_sla_hours, 4)
        self.assertIn("Автосервис", item.service_effective_note)

    def test_a_new_request_takes_team_and_time_of_its_service(self):
        self.cars.write(
            {"service_team_id": self.second_team.id, "service_sla_hours": 8}
        )
        item = self.build_item("Осмотр").product_variant_id
        urgent = self.build_item("Эвакуация", service_sla_hours=2).product_variant_id
        with freeze_time("2026-11-23 08:00:00"):  # a Monday
            request, taken = self.env["crm.lead"].create(
                [
                    {
                        "name": "Стучит",
                        "team_id": self.team.id,
                        "operator_id": operator,
                        "request_line_ids": [
                            Command.create({"product_id": product.id})
                            for product in products
                        ],
                    }
                    for operator, products in (
                        (False, item + urgent),
                        (self.user_operator.id, item),
                    )
                ]
            )
        self.assertEqual(request.team_id, self.second_team)
        self.assertEqual(request.service_phase, "new")
        self.assertEqual(taken.team_id, self.team)
        self.assertEqual((request + taken).mapped("service_sla_hours"), [2, 8])
        self.assertGreater(request.service_due, request.create_date)
        self.assertGreater(taken.service_due, request.service_due)

    def test_a_promise_of_the_catalogue_makes_a_request_late(self):
        item = self.build_product("Авария", service_sla_hours=1)
        request = self.build_request()
        self.assertEqual(request.service_urgency, "normal")
        self.build_line(request, item)
        request.service_due = datetime(2026, 1, 1)
        self.assertEqual(request.service_urgency, "late")
        request.wished_start = datetime(2100, 1, 1)
        self.assertEqual(request.service_urgency, "normal")

    def test_public_holidays_do_not_count_for_the_promise(self):
        now = fields.Datetime.now()
        end = fields.Datetime.add(now, days=20)
        calendar = self.env.company.resource_calendar_id
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Праздники",
                "calendar_id": calendar.id,
                "date_from": fields.Datetime.subtract(now, hours=1),
                "date_to": end,
            }
        )
        request = self.build_request().with_user(self.user_operator)
        self.build_line(request, self.build_product("Осмотр", service_sla_hours=1))
        self.assertGreater(request.service_due, end)

    def test_what_is_offered_afterwards(self):
        wash = self.build_item("Мойка")
        oil = self.build_item("Масло")
        archived = self.build_item("Старое")
        archived.active = False
        repair = self.build_item(
            "Ремонт",
            service_follow_up_ids=[
                Command.create({"offer_id": offer.id, "days": days})
                for offer, days in ((oil, 90), (wash, 7), (archived, 1))
            ],
        ).product_variant_id
        plain = self.build_item("Осмотр").product_variant_id
        requests = self.env["crm.lead"]
        for product in (repair, plain):
            requests += self.build_request(
                partner_id=self.customer.id,
                user_id=self.user_manager.id,
                type="opportunity",
                stage_id=self.stages["closing"].id,
                request_line_ids=[Command.create({"product_id": product.id})] * 2,
            )
        requests._move_to_phase("done")
        kind = self.env.ref("service_crm.mail_activity_follow_up")
        done, nothing = requests
        activity = done.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.user_manager)
        self.assertEqual(activity.summary, "Offer: Мойка, Масло")
        days = activity.date_deadline - activity.create_date.date()
        self.assertIn(days.days, (6, 7, 8))
        self.assertFalse(
            nothing.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        )
        done._propose_follow_ups()
        again = done.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertEqual(again, activity)

    def test_archived_item_of_an_open_request(self):
        """What was picked stays picked, with its price, and can be changed."""
        item = self.build_item("Осмотр").product_variant_id
        request = self.build_request(partner_id=self.customer.id)
        line = self.build_line(request, item)
        item.product_tmpl_id.with_user(self.user_admin).active = False
        line.with_user(self.user_dispatcher).quantity = 3
        self.assertEqual((line.price_unit, line.price_subtotal), (100, 300))
        self.assertFalse(
            self.env["product.product"].search(
                [*request._get_product_catalog_domain(), ("id", "=", item.id)]
            )
        )

    def test_negative_hours_are_refused(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.build_item("Осмотр").service_sla_hours = -1
            self.env.flush_all()
