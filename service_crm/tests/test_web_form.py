import json
from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..tools import web_form
from .common import requirement
from .common_web_form import WebFormCommon
from .mail_corpus import NEED, PNG

JPEG = b"\xff\xd8\xff\xe0" + bytes(100)


class TestWebFormRules(TransactionCase):
    def test_photos_are_known_by_their_content(self):
        for content, mimetype in (
            (PNG, "image/png"),
            (JPEG, "image/jpeg"),
            (b"GIF89a....", "image/gif"),
            (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
            (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        ):
            self.assertEqual(web_form.sniff_image(content)[0], mimetype)
        for content in (b"", b"MZ\x90", b"<svg onload=alert(1)>", b"%PDF-1.4"):
            self.assertIsNone(web_form.sniff_image(content))

    def test_limits_of_photos(self):
        self.assertIsNone(web_form.check_photos([("a", PNG)] * 8))
        self.assertEqual(web_form.check_photos([("a", PNG)] * 9), ("count", ""))
        self.assertEqual(web_form.check_photos([("a.exe", b"MZ")]), ("type", "a.exe"))
        big = JPEG + bytes(web_form.MAX_PHOTO_BYTES)
        self.assertEqual(web_form.check_photos([("a", big)]), ("size", "a"))
        most = JPEG + bytes(web_form.MAX_PHOTO_BYTES - len(JPEG))
        self.assertEqual(web_form.check_photos([("a", most)] * 5), ("total", ""))

    def test_names_of_photos(self):
        self.assertEqual(
            [
                name
                for name, _c in web_form.photo_names(
                    [("../../лифт.exe", PNG), ("", JPEG), ("C:\\a.b.png", PNG)]
                )
            ],
            ["лифт.png", "photo-2.jpg", "a.b.png"],
        )

    def test_fields_are_cut_and_cleaned(self):
        values = web_form.clean_fields(
            {"need": "a\r\nb\x00" + "x" * 9999, "name": " A\n B ", "evil": "1"}
        )
        self.assertEqual(values["need"][:4], "a\nbx")
        self.assertEqual(len(values["need"]), web_form.LENGTHS["need"])
        self.assertEqual(values["name"], "A B")
        self.assertNotIn("evil", values)

    def test_one_household_is_one_address(self):
        network = web_form.network_of
        self.assertEqual(network("192.0.2.7"), "192.0.2.7")
        self.assertEqual(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"))
        self.assertNotEqual(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"))
        self.assertEqual(network("::ffff:192.0.2.7"), "192.0.2.7")
        self.assertEqual(network(None), "unknown")


@tagged("post_install", "-at_install")
class TestWebForm(WebFormCommon):
    @requirement("R3", "R6", "R53")
    def test_the_request_exists_when_the_answer_comes(self):
        day = fields.Date.today() + timedelta(days=3)
        response = self.post(
            [("лифт.png", PNG)],
            place="Ленина 5, подъезд 2",
            email="ivan@stranger.example.org",
            day=str(day),
            part="morning",
            token="one",
        )
        self.assertEqual(response.status_code, 200, response.text)
        answer = response.json()
        inbound = self.inbound()
        request = inbound.request_id
        self.assertEqual(answer["number"], request.service_number)
        self.assertTrue(answer["number"])
        self.assertIn(f"/service/r/{request.id}/{request.access_token}", answer["url"])
        self.assertRecordValues(
            request,
            [
                {
                    "is_service": True,
                    "service_channel": "form",
                    "type": "lead",
                    "service_phase": "new",
                    "user_id": False,
                    "dispatcher_id": False,
                    "contact_name": "Иван",
                    "service_need": NEED,
                    "street": "Ленина 5, подъезд 2",
                    "email_normalized": "ivan@stranger.example.org",
                    "phone_sanitized": "+74950000001",
                    "team_id": self.team.id,
                }
            ],
        )
        # eight in the morning in Moscow
        self.assertEqual(request.wished_start.hour, 5)
        self.assertEqual(request.wished_start.date(), day)
        self.assertEqual(request.wished_end - request.wished_start, timedelta(hours=4))
        photos = request.message_ids.attachment_ids
        self.assertEqual(photos.mapped("name"), ["лифт.png"])
        self.assertEqual(photos.raw, PNG)
        self.assertEqual((photos.res_model, photos.res_id), ("crm.lead", request.id))
        self.assertEqual(json.loads(inbound._get_raw())["need"], NEED)

    @requirement("R3")
    @mute_logger("odoo.http")
    def test_a_refused_post_loses_neither_text_nor_photos(self):
        self.start_tour("/service/request", "service_web_form")
        request = self.inbound().request_id
        self.assertEqual(request.contact_name, "Иван")
        photo = request.message_ids.attachment_ids
        # made smaller by the phone, not by us
        self.assertEqual(photo.mapped("name"), ["лифт.jpg"])
        self.assertTrue(photo.raw.startswith(b"\xff\xd8\xff"))

    def test_the_same_post_twice_makes_one(self):
        first = self.post(token="same").json()
        self.assertEqual(self.post(token="same").json(), first)
        self.assertEqual(
            self.env["service.inbound"].search_count([("external_id", "=", "same")]), 1
        )

    def test_a_refused_post_put_right_is_out_of_the_queue(self):
        with mute_logger("odoo.http"):
            self.assertEqual(self.post(phone="", token="one").status_code, 422)
            self.assertEqual(self.post(phone="", token="two").status_code, 422)
        refused = self.env["service.inbound"].search([("state", "=", "refused")])
        self.assertEqual(refused.mapped("sender"), ["Иван", "Иван"])
        self.assertTrue(self.post(token="one").json()["ok"])
        one, two = refused.sorted("id")
        self.assertEqual(one.state, "done")
        self.assertEqual(one.request_id.phone, "+7 495 000-00-01")
        self.assertEqual(two.state, "refused")

    def test_a_known_phone_is_matched_to_its_customer(self):
        self.post(phone="+7 (495) 120-81-15", name="Anna")
        request = self.inbound().request_id
        self.assertEqual(request.service_channel, "form")
        self.assertEqual(request.partner_id, self.customer)

    @requirement("R132")
    def test_where_the_visitor_came_from(self):
        self.post(utm_campaign="Autumn", utm_source="newsletter", utm_medium="email")
        request = self.inbound().request_id
        self.assertEqual(request.campaign_id.name, "Autumn")
        self.assertEqual(request.source_id.name.lower(), "newsletter")
        self.assertEqual(request.medium_id.name.lower(), "email")
        self.post(cookies={"odoo_utm_campaign": "Autumn"})
        self.assertEqual(self.inbound().request_id.campaign_id, request.campaign_id)
        page = self.url_open("/service/request?utm_source=site").text
        self.assertIn('name="utm_source" value="site"', page)

    def test_nothing_is_sent_before_the_page_listens(self):
        """A form the browser sends by itself would be answered with JSON."""
        button = html.fromstring(self.url_open("/service/request").content).find(
            ".//button[@type='submit']"
        )
        self.assertEqual(button.get("disabled"), "disabled")

    def test_refusals_say_why_and_are_kept(self):
        before = self.env["crm.lead"].search_count([])
        for values, field in (
            ({"need": ""}, "need"),
            ({"name": " "}, "name"),
            ({"phone": "", "email": ""}, "phone"),
            ({"phone": "12"}, "phone"),
            ({"email": "ivan@"}, "email"),
            ({"day": "1999-01-01"}, "day"),
            ({"day": "2026-99-99"}, "day"),
            ({"photos": [("virus.png", b"MZ\x90")]}, "photos"),
            ({"photos": [("a.png", PNG)] * 9}, "photos"),
            ({"website": "http://spam.example"}, ""),
        ):
            with self.subTest(values=values):
                response = self.post(**values)
                self.assertIn(response.status_code, (400, 422))
                answer = response.json()
                self.assertFalse(answer["ok"])
                self.assertTrue(answer["errors"][field])
                inbound = self.inbound()
                self.assertEqual(inbound.state, "refused")
                self.assertEqual(inbound.error, answer["errors"][field])
                self.assertFalse(inbound.request_id)
        self.assertEqual(self.env["crm.lead"].search_count([]), before)
        # a person may see that it was no spam
        inbound.with_user(self.user_operator).action_make_request()
        self.assertEqual(inbound.request_id.service_need, NEED)

    def test_refused_posts_are_kept_within_bounds(self):
        self.env["ir.config_parameter"].set_param("service_crm.form_posts_per_hour", 99)
        token = self.get_token()
        for _number in range(22):
            self.post(name="", csrf=token)
        refused = [("channel", "=", "form"), ("state", "=", "refused")]
        self.assertEqual(self.env["service.inbound"].search_count(refused), 20)

    def test_an_address_may_not_post_without_end(self):
        self.env["ir.config_parameter"].set_param("service_crm.form_posts_per_hour", 3)
        statuses = [self.post().status_code for _number in range(4)]
        self.assertEqual(statuses, [200, 200, 200, 429])
        self.assertEqual(self.inbound().state, "refused")
        limit = self.env["service.rate.limit"].search([])
        self.assertEqual(limit.count, 4)
        self.assertNotIn("127.0.0.1", limit.key)
        limit.window_start -= timedelta(hours=1)
        limit.flush_recordset()
        self.assertEqual(self.post().status_code, 200)
        limit.window_start -= timedelta(days=1)
        self.env["service.rate.limit"]._gc_windows()
        self.assertFalse(limit.exists())

    @mute_logger("odoo.http")
    def test_without_the_token_of_the_page_nothing_is_taken(self):
        before = self.env["service.inbound"].search_count([])
        self.assertEqual(self.post(csrf="wrong").status_code, 400)
        self.assertEqual(self.env["service.inbound"].search_count([]), before)

    def test_only_teams_with_a_form(self):
        other = self.env["crm.team"].create({"name": "Sales only"})
        self.assertEqual(self.url_open(f"/service/request/{other.id}").status_code, 404)
        self.assertEqual(
            self.url_open(f"/service/request/{self.team.id}").status_code, 200
        )
        self.team.service_form = False
        self.assertEqual(self.url_open("/service/request").status_code, 404)

    def test_nothing_but_the_form_can_be_written(self):
        self.post(user_id=str(self.user_manager.id), stage_id="1", type="opportunity")
        request = self.inbound().request_id
        self.assertEqual(request.type, "lead")
        self.assertFalse(request.user_id)
