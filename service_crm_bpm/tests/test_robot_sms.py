from odoo.tests import tagged

from .common import RobotCommon
from .common_kinds import shows


@tagged("post_install", "-at_install")
class TestRobotSms(RobotCommon):
    """An SMS by a robot, whichever of the addons for SMS are installed."""

    @shows("sms", "effect", "failure")
    def test_an_sms(self):
        """Odoo's SMS need not be installed; then the kind is not offered."""
        if "sms.sms" not in self.env:
            with self.assertRaises(ValueError):
                self.build_robot(kind="sms", text="Едем")
            return
        robot = self.build_robot(kind="sms", text="{{contact_name}}, едем!{{city}}")
        known, unknown = self.build_new(2, contact_name="Пётр")
        known.phone = "+7 916 123-45-67"
        self.move(known + unknown)
        message = known.message_ids.filtered(lambda m: m.message_type == "sms")
        self.assertIn("Пётр, едем!", message.body)
        sms = self.env["sms.sms"].search([("mail_message_id", "=", message.id)])
        self.assertEqual(sms.number, "+79161234567")
        self.assertEqual(sms.body, "Пётр, едем!", "an empty field prints nothing")
        self.assertEqual(sms.state, "outgoing", "sent by the queue, after the save")
        self.assertEqual(self.get_logs(robot, state="done").result, "+79161234567")
        failed = self.get_logs(robot, state="failed")
        self.assertEqual(failed.res_id, unknown.id)
        self.assertIn("no phone number", failed.error)
        self.assertEqual(unknown.service_phase, "dispatch", "the move itself stays")
        self.assertFalse(
            unknown.message_ids.filtered(lambda m: m.message_type == "sms")
        )
