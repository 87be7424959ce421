from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import ServiceCommon


class CrewCommon(ServiceCommon):
    """A performer, a helper, a crew of both; visits in a month, at any hour."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_helper = new_test_user(
            cls.env,
            login="service_helper",
            name="Олег Помощник",
            groups="service_crm.group_service_performer",
        )
        cls.helper = cls.build_performer(cls.user_helper)
        cls.crew = cls.env["resource.resource"].create(
            {
                "name": "Crew North",
                "resource_type": "material",
                "is_performer": True,
                "tz": "UTC",
                "calendar_id": False,
                "crew_member_ids": [Command.set((cls.performer | cls.helper).ids)],
                "crew_lead_id": cls.performer.id,
            }
        )
        (cls.performer | cls.helper).calendar_id = False

    def plan(self, hour=9, performer=None, days=30, **values):
        start = fields.Datetime.now().replace(hour=hour, minute=0, second=0)
        performer = self.performer if performer is None else performer
        start = start.replace(microsecond=0) + timedelta(days=days)
        return (
            self.env["service.work.order"]
            .with_user(self.user_dispatcher)
            .create(
                {
                    "partner_id": self.customer.id,
                    "team_id": self.team.id,
                    "performer_id": performer.id,
                    "date_start": start,
                    "date_end": start + timedelta(hours=2),
                    **values,
                }
            )
        )

    @contextmanager
    def assertRefused(self, regex, error=UserError):
        """The block is refused with these words and leaves nothing behind."""
        with self.assertRaisesRegex(error, regex) as refusal, self.cr.savepoint():
            yield refusal
