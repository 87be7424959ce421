"""What is serviced: whose it is, where it stands, what was done with it."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user

from .common import ServiceCommon


class TestEquipment(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env["service.equipment.type"].create(
            {
                "name": "Лифт",
                "properties_definition": [
                    {"name": "stops", "string": "Остановок", "type": "integer"}
                ],
            }
        )
        cls.site = cls.build_partner(
            name="Ленина 5", parent_id=cls.company_customer.id, type="other"
        )
        cls.stranger = cls.build_partner(name="Бета", is_company=True)
        cls.lift = cls.build_equipment("Лифт подъезд 2", serial="OT-4711")
        cls.other = cls.build_equipment("Лифт Беты", cls.stranger, serial="B-4712")

    @classmethod
    def build_equipment(cls, name, partner=None, **values):
        return cls.env["service.equipment"].create(
            {
                "name": name,
                "partner_id": (partner or cls.company_customer).id,
                "type_id": cls.kind.id,
                **values,
            }
        )

    def test_found_by_serial_number_and_name(self):
        things = self.env["service.equipment"].with_user(self.user_operator)
        found = things.name_search("ot-47")
        self.assertEqual(found, [(self.lift.id, "Лифт подъезд 2 № OT-4711")])
        self.assertEqual(things.name_search("подъезд 2")[0][0], self.lift.id)

    def test_equipment_of_the_customer_comes_first(self):
        self.build_equipment("Аварийный лифт", self.stranger)
        things = self.env["service.equipment"].with_user(self.user_operator)
        mine = things.with_context(service_partner_id=self.customer.id)
        self.assertEqual([i for i, _name in mine.name_search("")], self.lift.ids)
        named = [i for i, _name in mine.name_search("лифт", limit=2)]
        self.assertEqual((named[0], len(named)), (self.lift.id, 2))
        theirs = things.with_context(service_partner_id=self.build_partner().id)
        self.assertEqual(len(theirs.name_search("")), 3)

    def test_equipment_tells_the_customer_and_the_place(self):
        self.lift.site_id = self.site
        requests = (
            self.env["crm.lead"]
            .with_user(self.user_operator)
            .create(
                [
                    {
                        "name": f"Шумит {number}",
                        "team_id": self.team.id,
                        "equipment_id": thing.id,
                    }
                    for number, thing in enumerate((self.lift, self.other))
                ]
            )
        )
        self.assertEqual(requests.partner_id, self.company_customer + self.stranger)
        self.assertEqual(requests.mapped("site_id"), self.site)
        self.assertEqual(requests.mapped("match_state"), ["known", "known"])
        view = "service_crm.request_view_form"
        with Form(self.build_request().with_user(self.user_operator), view) as form:
            form.equipment_id = self.lift
            self.assertEqual(form.partner_id, self.company_customer)
            self.assertEqual(form.site_id, self.site)

    def test_equipment_of_somebody_else_is_refused(self):
        request = self.build_request(partner_id=self.customer.id)
        with self.assertRaises(ValidationError) as refused:
            request.with_user(self.user_operator).equipment_id = self.other
        self.assertIn("belongs to Бета", str(refused.exception))
        request.equipment_id = self.lift
        with self.assertRaises(ValidationError) as refused:
            self.lift.site_id = self.stranger
        self.assertIn("no place of", str(refused.exception))

    def test_history(self):
        request = self.build_request(
            partner_id=self.customer.id, equipment_id=self.lift.id
        )
        done = self.build_request(
            partner_id=self.customer.id,
            equipment_id=self.lift.id,
            type="opportunity",
            stage_id=self.stages["done"].id,
        )
        visit = self.build_work_order(request_id=request.id)
        lift = self.lift.with_user(self.user_dispatcher)
        things = lift + self.other.with_user(self.user_dispatcher)
        self.assertEqual(things.mapped("request_count"), [2, 0])
        self.assertEqual(things.mapped("open_request_count"), [1, 0])
        self.assertEqual(things.mapped("visit_count"), [1, 0])
        self.assertEqual(visit.equipment_id, self.lift)
        for action, records in (
            (lift.action_view_requests(), request + done),
            (lift.action_view_visits(), visit),
        ):
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found, records)
        self.assertEqual(self.company_customer.equipment_count, 1)
        action = self.company_customer.action_view_equipment()
        found = self.env["service.equipment"].search(action["domain"])
        self.assertEqual(found, self.lift)

    def test_warranty(self):
        today = fields.Date.context_today(self.lift)
        self.lift.date_warranty = today
        self.other.date_warranty = today - timedelta(days=1)
        things = self.env["service.equipment"]
        self.assertEqual(
            (self.lift + self.other).mapped("warranty_state"), ["in", "out"]
        )
        own = [("id", "in", (self.lift + self.other).ids)]
        for state, thing in (("in", self.lift), ("out", self.other)):
            domain = [*own, ("warranty_state", "=", state)]
            self.assertEqual(things.search(domain), thing)

    def test_merged_requests_keep_the_equipment(self):
        first = self.build_request(partner_id=self.customer.id)
        second = self.build_request(
            partner_id=self.customer.id, equipment_id=self.lift.id
        )
        merged = (first + second).merge_opportunity()
        self.assertEqual(merged.equipment_id, self.lift)

    def test_technical_data_by_kind(self):
        self.lift.properties = {"stops": 9}
        found = self.env["service.equipment"].search([("properties.stops", "=", 9)])
        self.assertEqual(found, self.lift)

    def test_performer_sees_the_equipment_of_the_own_visits(self):
        lift = self.lift.with_user(self.user_performer)
        with self.assertRaises(AccessError):
            lift.read(["serial"])
        request = self.build_request(
            partner_id=self.customer.id, equipment_id=self.lift.id
        )
        self.build_work_order(request_id=request.id, performer_id=self.performer.id)
        self.assertEqual(lift.read(["serial"])[0]["serial"], "OT-4711")
        with self.assertRaises(AccessError):
            self.other.with_user(self.user_performer).read(["serial"])

    def test_second_company(self):
        company = self.env["res.company"].create({"name": "Филиал"})
        operator = new_test_user(
            self.env,
            "branch_operator",
            groups="service_crm.group_service_operator",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.lift.company_id = self.env.company
        things = self.env["service.equipment"].with_user(operator)
        self.assertEqual(things.search([("serial", "ilike", "471")]), self.other)
        with self.assertRaises(AccessError):
            self.lift.with_user(operator).read(["name"])

    def test_archived_equipment_stays_in_its_requests(self):
        request = self.build_request(
            partner_id=self.customer.id, equipment_id=self.lift.id
        )
        self.lift.active = False
        self.assertEqual(request.equipment_id, self.lift)
        request.with_user(self.user_operator).name = "Шумит сильнее"
        self.assertFalse(self.env["service.equipment"].name_search("OT-4711"))

    def test_the_console_finds_it_and_shows_it_on_the_card(self):
        console = self.env["service.console"].with_user(self.user_operator)
        found = console.action_console_find("OT-4711")
        self.assertEqual([e["id"] for e in found["equipment"]], self.lift.ids)
        self.assertEqual(found["card"]["id"], self.company_customer.id)
        card = console.action_console_card(self.customer.id)
        self.assertEqual([e["id"] for e in card["equipment"]], self.lift.ids)
        filed = console.action_console_file(
            {
                "service_need": "Шумит",
                "partner_id": self.customer.id,
                "equipment_id": self.lift.id,
            }
        )
        request = self.env["crm.lead"].browse(filed["id"])
        self.assertEqual(request.equipment_id, self.lift)
        self.assertFalse(console.action_console_find("+7 495 120")["equipment"])
        self.assertFalse(console.action_console_find("ot")["equipment"])
