"""What a visitor does with the public form, for the tests of its pages."""

from io import BytesIO

from .common import ServiceCommon, TourCase
from .mail_corpus import NEED


class WebFormCommon(TourCase, ServiceCommon):
    """The page is read, the form is posted; what came of it is ``inbound()``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["service.rate.limit"].search([]).unlink()
        cls.company = cls.env.company
        cls.company.resource_calendar_id.tz = "Europe/Moscow"

    def get_token(self, path="/service/request"):
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        return page.text.partition('name="csrf_token" value="')[2].partition('"')[0]

    def post(self, photos=(), csrf=None, cookies=None, **values):
        data = {
            "csrf_token": csrf or self.get_token(),
            "need": NEED,
            "name": "Иван",
            "phone": "+7 495 000-00-01",
            **values,
        }
        files = [("photos", (name, BytesIO(c), "image/x")) for name, c in photos]
        return self.url_open(
            "/service/request/send",
            data=data,
            files=files or [("nothing", ("", b""))],
            cookies=cookies,
        )

    def inbound(self):
        return self.env["service.inbound"].search([("channel", "=", "form")], limit=1)
