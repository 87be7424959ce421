"""The whole way of a service request, both branches, as the people who walk it."""

import base64
from datetime import datetime, timedelta

from odoo.addons.service_crm.tests.common import ServiceCommon, requirement
from odoo.tests import tagged

MAIL = """\
From: {sender}
To: service@{domain}
Subject: {subject}
Message-ID: <{message_id}@mail.example.com>
Date: Mon, 23 Nov 2026 09:12:00 +0300
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{body}
"""
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestStory(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].search([], limit=1) or cls.env[
            "mail.alias.domain"
        ].create({"name": "service.example.com"})
        cls.domain = cls.env.company.alias_domain_id.name or "service.example.com"
        cls.inspection = cls.build_product("Lift inspection", 180.0)
        cls.roller = cls.build_product("Door roller", 18.0)
        cls.performer.calendar_id = cls.env["resource.calendar"].create(
            {"name": "Every day", "tz": "UTC"}
        )

    def as_(self, record, role):
        """``record`` as the user of the role sees it."""
        return record.with_user(self.users[role])
