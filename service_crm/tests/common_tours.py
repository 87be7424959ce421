"""The main way in a browser: who walks it, and on what."""

from .common import TourCase
from .common_way import MainWayCommon

DESKTOP = "1440x900"
PHONE = "390x844"


class StoryToursCommon(TourCase, MainWayCommon):
    """Customer and manager have to agree."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.ru")
        cls.team.write({"approval_customer": True, "approval_manager": True})
        cls.roller = cls.build_product("Ролик двери", 18.0)

    def at_desk(self, role, path, tour):
        """The user of the role does the tour on a large screen."""
        self.browser_size, self.touch_enabled = DESKTOP, False
        self.start_tour(f"/odoo/{path}", tour, login=self.users[role].login)

    def on_phone(self, path, tour, role=None):
        """The performer, or the customer without any login, on a phone."""
        self.browser_size, self.touch_enabled = PHONE, True
        login = role and self.users[role].login
        self.start_tour(path, tour, login=login)

    def find_request(self, need):
        """The one request that says this."""
        request = self.env["crm.lead"].search([("service_need", "=", need)])
        self.assertEqual(len(request), 1)
        return request

    def get_customer_page(self, request):
        """Where the link in the customer's mails leads."""
        return f"{request.access_url}/{request._portal_ensure_token()}"
