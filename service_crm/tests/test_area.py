from datetime import timedelta

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, Form

from ..tools.area import clean_code, find_area, parse_codes
from .test_work_order_plan import PlanCommon, at


class TestPostalCodes(BaseCase):
    """Areas by postal codes, without a database."""

    def find(self, code, **areas):
        rules = [(key, parse_codes(text)) for key, text in areas.items()]
        return find_area(code, rules)

    def test_beginnings_and_ranges(self):
        areas = {"centre": "101, 115000-115999", "north": "127-129;\n141"}
        self.assertEqual(self.find("101000", **areas), "centre")
        self.assertEqual(self.find("115 280", **areas), "centre")
        self.assertEqual(self.find("128600", **areas), "north")
        self.assertEqual(self.find("141070", **areas), "north")
        self.assertIsNone(self.find("190000", **areas))
        self.assertIsNone(self.find(False, **areas))
        self.assertIsNone(self.find("11", **areas))

    def test_codes_of_other_countries(self):
        self.assertEqual(self.find("SW1A 1AA", london="sw1"), "london")
        self.assertEqual(self.find("00-950", warsaw="00-950"), "warsaw")
        self.assertEqual(self.find("1000-205", lisbon="1000"), "lisbon")
        self.assertEqual(clean_code(" sw1a\u20111aa".replace("\u2011", "-")), "SW1A1AA")

    def test_the_most_exact_rule_wins_then_the_first(self):
        areas = {"city": "1", "district": "101-125", "street": "115280"}
        self.assertEqual(self.find("115280", **areas), "street")
        self.assertEqual(self.find("115281", **areas), "district")
        self.assertEqual(self.find("199999", **areas), "city")
        self.assertEqual(self.find("77", first="77", second="77"), "first")
        self.assertEqual(self.find("770", wide="100-900", narrow="760-780"), "narrow")

    def test_nonsense_is_named(self):
        for text, piece in (("200-100", "200-100"), ("101, %", "%"), ("1, *", "*")):
            with self.assertRaises(ValueError) as refusal:
                parse_codes(text)
            self.assertEqual(refusal.exception.args, (piece,))


class TestArea(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north, cls.south = (
            cls.env["service.area"]
            .with_user(cls.user_dispatcher)
            .create(
                [
                    {"name": "Север", "zip_codes": "190-199"},
                    {"name": "South", "zip_codes": "100, 115000-115999"},
                ]
            )
        )

    def test_a_place_finds_its_area_by_postal_code(self):
        places = self.env["res.partner"].create(
            [{"name": "A", "zip": "191 023"}, {"name": "B", "zip": "115280"}]
            + [{"name": "C", "zip": "630000"}, {"name": "D"}]
        )
        expected = [self.north, self.south, *[self.north.browse()] * 2]
        self.assertEqual([place.service_area_id for place in places], expected)
        places[0].zip = "100001"
        self.assertEqual(places[0].service_area_id, self.south)
        places[0].zip = "630000"
        self.assertFalse(places[0].service_area_id)

    def test_what_was_chosen_by_hand_stays(self):
        by_hand = self.env["service.area"].create({"name": "По договорённости"})
        place = self.build_partner(zip="191023", service_area_id=by_hand.id)
        self.assertEqual(place.service_area_id, by_hand)
        self.north.zip_codes = "190-198"
        self.assertEqual(place.service_area_id, by_hand)
        place.zip = "630000"
        self.assertEqual(place.service_area_id, by_hand)

    def test_places_follow_when_the_codes_change(self):
        places = self.build_partner(zip="191023") | self.build_partner(zip="630001")
        self.assertEqual(places[0].service_area_id, self.north)
        siberia = self.env["service.area"].create({"name": "Сибирь", "zip_codes": "6"})
        self.assertEqual(places[1].service_area_id, siberia)
        self.north.zip_codes = "192-199"
        self.assertFalse(places[0].service_area_id)
        siberia.zip_codes = "6, 19"
        self.assertEqual(places.service_area_id, siberia)
        siberia.active = False
        self.assertFalse(places.service_area_id)

    def test_areas_of_another_company(self):
        other = self.env["res.company"].create({"name": "Другая"})
        theirs = self.env["service.area"].create(
            {"name": "Их север", "zip_codes": "191", "company_id": other.id}
        )
        place = self.build_partner(zip="191023", company_id=self.env.company.id)
        self.assertEqual(place.service_area_id, self.north)
        place = self.build_partner(zip="191023", company_id=other.id)
        self.assertEqual(place.service_area_id, theirs)
        # An area that is nobody's business here keeps nobody from coming.
        self.performer.service_area_ids = self.south
        visit = self.plan(at(10), partner_id=place.id)
        self.assertFalse(visit.slot_warning)

    def test_nonsense_codes_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "“200-100” is no postal code"):
            self.north.zip_codes = "101, 200-100"

    def test_queries_do_not_grow_with_places(self):
        self.env["res.partner"].create(
            [{"name": str(number), "zip": f"63000{number}"} for number in range(9)]
        )
        siberia = self.env["service.area"].create({"name": "Сибирь"})
        self.env.flush_all()
        siberia.zip_codes = "63"
        self.env.flush_all()
        with self.assertQueryCount(12):
            siberia.zip_codes = "630"
            siberia.zip_codes = "64"
            self.env.flush_all()
        self.assertFalse(siberia.place_count)

    def test_performer_does_not_leave_his_areas(self):
        self.customer.zip = "191023"
        self.performer.service_area_ids = self.south
        start = at(10)
        with self.assertRefused("does not go to Север, only to South"):
            self.plan(start)
        visit = self.plan(start, override_reason="Some day he has to learn it")
        self.assertIn("Planned all the same", visit.message_ids[0].body)
        self.performer.service_area_ids |= self.north
        self.assertFalse(visit.slot_warning)

    def test_level_of_a_skill(self):
        skill = self.env["service.skill"].create({"name": "Газ"})
        easy, hard = (
            self.build_product(
                service_skill_ids=[Command.set(skill.ids)], service_skill_level=level
            )
            for level in (2, 4)
        )
        self.performer.service_skill_ids = [
            Command.create({"skill_id": skill.id, "level": 3})
        ]
        start = at(10)
        line = {"product_id": easy.id, "name": "Easy"}
        visit = self.plan(start, line_ids=[Command.create(line)])
        self.assertFalse(visit.slot_warning)
        line = {"product_id": hard.id, "name": "Hard"}
        with self.assertRefused("has Газ at level 3; the job takes level 4"):
            self.plan(start + timedelta(hours=4), line_ids=[Command.create(line)])
        visit.line_ids = [Command.create(line)]
        with self.assertRefused("takes level 4"):
            visit.with_user(self.user_dispatcher).action_assign()
        problems = visit._get_planned()._get_availability_problems()
        self.assertEqual([kind for kind, _text in problems[visit]], ["level"])

    def test_what_the_performer_comes_with(self):
        van = self.env["service.skill"].create({"name": "Van", "kind": "vehicle"})
        product = self.build_product(service_skill_ids=[Command.set(van.ids)])
        line = Command.create({"product_id": product.id, "name": "Boiler"})
        with self.assertRefused("Service Performer comes without: Van"):
            self.plan(at(10), line_ids=[line])

    def test_window_agreed_with_the_customer(self):
        window = {
            "window_start": at(9),
            "window_end": at(11),
        }
        for hour in (8, 13):
            with self.assertRefused("The customer expects somebody between"):
                self.plan(at(hour), **window)
        visit = self.plan(at(11), **window)
        self.assertFalse(visit.slot_warning)
        with self.assertRefused("not before"):
            self.plan(at(9, days=1), window_start=at(10, days=1))
        with self.assertRefused("somebody by"):
            self.plan(at(9, days=1), window_end=at(8, days=1))
        visit.with_user(self.user_dispatcher).window_end = at(10)
        self.assertIn("customer expects", visit.slot_warning)
        with self.assertRefused("customer expects"):
            visit.with_user(self.user_dispatcher).action_assign()

    def test_window_is_warned_of_while_typing(self):
        visit = self.build_work_order(
            window_start=at(10),
            window_end=at(12, days=1),
        )
        with Form(visit.with_user(self.user_dispatcher)) as form:
            form.performer_id = self.performer
            form.date_start = at(10, days=2)
            self.assertIn("The customer expects somebody between", form.slot_warning)
            form.date_start = at(10, days=1)
            self.assertFalse(form.slot_warning)

    def test_performer_form_and_lists(self):
        action = self.env.ref("service_crm.action_performer")
        views = {mode: view_id for view_id, mode in action.views}
        resources = self.env["resource.resource"].with_user(self.user_dispatcher)
        with Form(resources, view=views["form"]) as form:
            form.name = "Пётр"
            form.is_performer = True
            form.service_area_ids.add(self.north)
            form.service_start_id = self.customer
        self.assertEqual(form.record.service_area_ids, self.north)
        self.assertEqual(form.record.service_start_id, self.customer)
