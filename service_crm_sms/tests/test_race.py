from contextlib import ExitStack

from odoo import api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestRace(BaseCase):
    """Transactions that really commit write the messages of the same entry."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            self.partner_id = (
                env["res.partner"]
                .create(
                    {
                        "name": "Гонка",
                        "email": "race@example.com",
                        "phone": "+7 916 777-88-99",
                        "service_message_channel": "both",
                    }
                )
                .id
            )
            request = env["crm.lead"].create(
                {
                    "name": "Race",
                    "team_id": env.ref("service_crm.team_service").id,
                    "partner_id": self.partner_id,
                }
            )
            self.request_id = request.id
            self.row_ids = (
                env["service.phase.log"]
                .search(
                    [("res_model", "=", "crm.lead"), ("res_id", "=", self.request_id)]
                )
                .ids
            )
            # The job of the server that runs beside the tests stays out of it.
            env["service.phase.log"].browse(self.row_ids).message_pending = False
        self.addCleanup(self.remove)

    def environment(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})

    def messages(self, env):
        return env["service.notification"].search(
            [("request_id", "=", self.request_id)]
        )

    def remove(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            messages = self.messages(env)
            env["sms.sms"].search([("partner_id", "=", self.partner_id)]).unlink()
            messages.mail_mail_id.unlink()
            messages.unlink()
            env["service.phase.log"].browse(self.row_ids).unlink()
            env["crm.lead"].browse(self.request_id).unlink()
            env["res.partner"].browse(self.partner_id).unlink()

    def test_one_message_each_when_two_write(self):
        with ExitStack() as stack:
            first, second = (
                self.environment(stack.enter_context(self.registry.cursor()))
                for _transaction in range(2)
            )
            # both have looked before either of them writes
            for env in (first, second):
                self.assertFalse(self.messages(env))
            first["service.phase.log"].browse(self.row_ids)._send_messages()
            first.cr.commit()
            with mute_logger("odoo.sql_db"):
                second["service.phase.log"].browse(self.row_ids)._send_messages()
            second.cr.commit()
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            self.assertEqual(
                sorted(self.messages(env).mapped("channel")), ["mail", "sms"]
            )
            about = [("model", "=", "crm.lead"), ("res_id", "=", self.request_id)]
            self.assertEqual(env["mail.mail"].search_count(about), 1)
            self.assertEqual(
                env["sms.sms"].search_count([("partner_id", "=", self.partner_id)]), 1
            )
