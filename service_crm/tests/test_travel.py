import json
import socket
import time
from unittest.mock import patch

import requests

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase
from odoo.tests.common import _super_send

from ..models import res_partner_geolocate, service_travel_provider
from ..tools import travel
from ..tools.travel_table import (
    TravelError,
    WayCache,
    build_table_url,
    read_table,
    split_table,
)
from .common_travel import RoadMap
from .test_suggestions import MOSCOW, NORTH, SuggestionCommon
from .test_work_order_plan import at

CENTRE = tuple(MOSCOW.values())
FAR = tuple(NORTH.values())
INNER = ("10.0.0.7", 5000)


class TestTravelTable(BaseCase):
    """Tables of ways, without a server and a database."""

    def test_address_of_a_table(self):
        url = build_table_url("http://x:5000/", "driving", [(55.7, 37.6)], [(1, -2.5)])
        self.assertEqual(
            url,
            "http://x:5000/table/v1/driving/37.600000,55.700000;-2.500000,1.000000"
            "?sources=0&destinations=1&annotations=duration,distance",
        )

    def test_parts_hold_every_pair_once_and_few_places(self):
        for rows, columns, most in (
            (1, 150, 100),
            (150, 1, 100),
            (70, 70, 100),
            (3, 2, 2),
        ):
            origins, targets = list(range(rows)), list(range(columns))
            pairs = []
            for some, others in split_table(origins, targets, most):
                self.assertLessEqual(len(some) + len(others), most)
                pairs += [(origin, target) for origin in some for target in others]
            self.assertEqual(len(pairs), rows * columns)
            self.assertEqual(len(set(pairs)), rows * columns)

    def test_answers_that_are_no_tables(self):
        def table(value):
            return json.dumps(
                {"code": "Ok", "durations": [[value]], "distances": [[1]]}
            )

        self.assertEqual(read_table(table(59.6), 1, 1), [[(60, 1)]])
        self.assertEqual(read_table(table(None), 1, 1), [[None]])
        wrong = [table(value) for value in (-1, "1", True, [], float("nan"))]
        wrong += ["", "<html>", "[]", "null", '{"code": "NoTable"}', '{"code": "Ok"}']
        wrong.append('{"code": "Ok", "durations": [[1, 2]], "distances": [[1, 2]]}')
        for text in wrong:
            with self.assertRaises(TravelError, msg=text) as refusal:
                read_table(text, 1, 1)
            self.assertEqual(refusal.exception.kind, "answer")

    def test_cache_forgets(self):
        cache = WayCache(size=2)
        for key in "abc":
            cache.put(key, (1, 1))
            cache.get("a")
        self.assertEqual([cache.get(key) for key in "abc"], [(1, 1), None, (1, 1)])
        cache = WayCache(seconds=-1)
        cache.put("a", (1, 1))
        self.assertIsNone(cache.get("a"))


class TestTravelProvider(SuggestionCommon):
    def setUp(self):
        super().setUp()
        self.patch(service_travel_provider, "KNOWN", WayCache())
        # Odoo lets tests reach 127.0.0.1 only as a server of its own
        self.patch(requests.Session, "send", _super_send)
        self.allow("127.0.0.1")
        self.travel = self.env["service.travel"].with_user(self.user_dispatcher)

    def allow(self, hosts):
        """Let these hosts of the own network be called."""
        self.env["ir.config_parameter"].set_param(
            "service_crm.own_network_hosts", hosts
        )

    def build_provider(self, answer=None, seconds=600, **values):
        self.roads = RoadMap(seconds, answer)
        self.addCleanup(self.roads.close)
        provider = self.env["service.travel.provider"].with_user(self.user_admin)
        return provider.create(
            {"name": "Дороги", "url": self.roads.url, "timeout": 0.5, **values}
        )

    def test_ways_by_the_provider_are_asked_once(self):
        provider = self.build_provider()
        ways = self.travel._get_matrix([CENTRE, None], [FAR, CENTRE])
        expected = [[(600 + travel.PARKING, 600), (0, 0)], [travel.UNKNOWN] * 2]
        self.assertEqual(ways, expected)
        self.assertEqual(self.travel._get_matrix([CENTRE, None], [FAR, CENTRE]), ways)
        self.assertEqual(len(self.roads.asked), 1)
        self.assertTrue(provider.answer_date)
        self.assertEqual(self.travel._get_ways([(CENTRE, FAR)]), [ways[0][0]])
        provider.active = False
        straight = travel.estimate(CENTRE, FAR)
        self.assertEqual(self.travel._get_matrix([CENTRE], [FAR]), [[straight]])

    def test_many_places_are_asked_in_parts(self):
        self.build_provider(most_places=10)
        places = [(55 + number / 100, 37) for number in range(12)]
        ways = self.travel._get_matrix(places, places)
        self.assertEqual(len(self.roads.asked), 9)
        self.assertEqual({way for row in ways for way in row}, {(720, 600), (0, 0)})

    def test_suggestions_by_the_roads(self):
        site = self.build_partner(**NORTH)
        job = self.build_job(site_id=site.id)
        self.assertEqual(self.suggest(job)[0]["start"], at(8, 30))
        self.build_provider(seconds=50 * 60)
        slots = self.suggest(job)
        self.assertEqual(slots[0]["start"], at(9), "8:00 and 52 minutes")
        self.assertIn("52 min drive", slots[0]["reasons"][0])

    def check_failure(self, answer, words):
        """Suggestions come by coordinates; dispatcher and administrator are told."""
        provider = self.build_provider(answer)
        site = self.build_partner(**NORTH)
        job = self.build_job(site_id=site.id).with_user(self.user_dispatcher)
        found = job.action_suggestions(str(at(0)), str(at(20)))
        self.assertEqual(found["slots"][0]["start"], str(at(8, 30)))
        self.assertEqual(
            found["notes"],
            ["Ways are counted from the coordinates: Дороги does not answer."],
        )
        self.assertRegex(provider.error, words)
        activity = provider.activity_ids
        self.assertEqual(activity.user_id, self.user_admin)
        # Nobody waits for it again now, and nobody is told twice.
        asked = len(self.roads.asked)
        self.assertTrue(job.action_suggestions(str(at(0)), str(at(20)))["notes"])
        self.assertEqual(len(self.roads.asked), asked)
        self.assertEqual(provider.activity_ids, activity)
        return provider

    def test_slow(self):
        start = time.monotonic()
        self.check_failure(lambda _handler: time.sleep(1), "did not answer within 0.5")
        self.assertLess(time.monotonic() - start, 5)

    def test_drop_by_drop(self):
        def drip(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            try:
                for _number in range(12):
                    handler.wfile.write(b" " * 65)
                    handler.wfile.flush()
                    time.sleep(0.1)
            except OSError:
                handler.close_connection = True

        self.check_failure(drip, "did not answer within 0.5")

    def test_error_of_the_server(self):
        self.check_failure(lambda handler: handler.reply(500, "ouch"), "status 500")

    def test_elsewhere(self):
        def away(handler):
            handler.send_response(302)
            handler.send_header("Location", "http://127.0.0.1:1/secret")
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        self.check_failure(away, "status 302")

    def test_wrong_answer(self):
        self.check_failure(
            lambda handler: handler.reply(200, "<html>"), "no table of ways .no JSON"
        )

    def test_too_big_an_answer(self):
        self.check_failure(
            lambda handler: handler.reply(200, " " * (5 << 20)), "too big"
        )

    def test_nobody_there(self):
        provider = self.build_provider()
        self.roads.close()
        self.roads = RoadMap()
        self.addCleanup(self.roads.close)
        ways, complaint = self.travel._ask_matrix([CENTRE], [FAR])
        self.assertEqual(ways, [[travel.estimate(CENTRE, FAR)]])
        self.assertIn("does not answer", complaint)
        self.assertIn("cannot be reached", provider.error)

    def test_it_answers_again(self):
        provider = self.check_failure(lambda handler: handler.reply(500, ""), "500")
        self.roads.answer = None
        notice = provider.action_try()
        self.assertIn("Дороги answers", notice["params"]["message"])
        self.assertFalse(provider.error)
        self.assertFalse(provider.activity_ids)
        self.assertFalse(self.travel._ask_matrix([CENTRE], [FAR])[1])

    def test_trying_tells_what_is_wrong(self):
        provider = self.build_provider(lambda handler: handler.reply(404, ""))
        with self.assertRaisesRegex(UserError, "refused with status 404"):
            provider.action_try()
        with self.assertRaises(AccessError):
            provider.with_user(self.user_dispatcher).action_try()

    def test_the_own_network_is_not_asked(self):
        """Nor when a name leads there; the administrator is told who may allow it."""
        provider = self.build_provider()
        self.allow("")
        ways, complaint = self.travel._ask_matrix([CENTRE], [FAR])
        self.assertEqual(ways, [[travel.estimate(CENTRE, FAR)]])
        self.assertIn("does not answer", complaint)
        self.assertRegex(provider.error, "own network.*system administrator")
        self.assertFalse(self.roads.asked)
        with self.assertRaisesRegex(UserError, "own network"):
            provider.action_try()
        with self.assertRaisesRegex(UserError, "own network"):
            provider.url = "http://10.0.0.1:5000"
        self.patch(socket, "getaddrinfo", lambda *_args: [(2, 1, 6, "", INNER)])
        provider.url = "http://osrm.example.com:5000"
        with self.assertRaisesRegex(UserError, r"osrm.example.com \(10.0.0.7\)"):
            provider.action_try()

    def test_addresses(self):
        provider = self.build_provider()
        for url in ("osrm", "ftp://x", "http://", "http://a:b@x", "http://x?key=1"):
            with self.assertRaises(ValidationError):
                provider.url = url
        with self.assertRaises(ValidationError):
            provider.profile = "../admin"


class TestPlacesOnTheMap(SuggestionCommon):
    """Coordinates of places of work; the service outside is the only thing feigned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, force_geo_localize=True))

    def find(self, answers, **options):
        """Run the job once against a service that knows these addresses."""
        self.asked = []

        def call(_geocoder, address, **_options):
            self.asked.append(address)
            answer = answers.get(address.split(",")[0])
            if isinstance(answer, Exception):
                raise answer
            return answer

        geocoder = self.registry["base.geocoder"]
        cron = self.registry["ir.cron"]
        with (
            patch.object(geocoder, "_call_openstreetmap", call),
            patch.object(cron, "_commit_progress", lambda *_args, **_kw: float("inf")),
            patch.object(res_partner_geolocate, "PAUSE", 0),
        ):
            self.env["res.partner"]._cron_find_on_map(**options)

    def test_places_of_open_jobs_are_found_and_others_are_not_sent_out(self):
        places = self.env["res.partner"].create(
            [
                {"name": name, "street": street, "city": "Москва"}
                for name, street in (
                    ("A", "Ленина 5"),
                    ("B", "Мира 14"),
                    ("C", "Тайная"),
                )
            ]
        )
        for place in places[:2]:
            self.build_work_order(partner_id=place.id)
        done = self.build_work_order(partner_id=places[2].id)
        done.sudo().write({"state": "done"})
        self.find({"Ленина 5": (55.7, 37.6)})
        self.assertEqual(places[0].partner_latitude, 55.7)
        self.assertNotIn("Тайная", str(self.asked))
        # What was not found is not asked for again until its address changes.
        self.find({})
        self.assertFalse(self.asked)
        places[1].street = "Мира 15"
        self.find({"Мира 15": (55.8, 37.6)})
        self.assertEqual(places[1].partner_latitude, 55.8)

    def test_a_few_at_a_time(self):
        for number in range(3):
            place = self.build_partner(street=f"Ленина {number}", city="Москва")
            self.build_work_order(partner_id=place.id)
        self.find({f"Ленина {n}": (55, 37) for n in range(3)}, limit=2)
        self.assertEqual(len(self.asked), 2)

    def test_service_that_fails_is_asked_another_time(self):
        place = self.build_partner(street="Ленина 5", city="Москва")
        self.build_work_order(partner_id=place.id)
        self.find({"Ленина 5": UserError("busy")})
        self.assertFalse(place.date_localization)
        self.find({"Ленина 5": (55, 37)})
        self.assertEqual(place.partner_latitude, 55)

    def test_off_until_switched_on(self):
        self.assertFalse(self.env.ref("service_crm.cron_find_on_map").active)
