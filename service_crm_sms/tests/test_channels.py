from unittest import TestCase

from odoo.addons.service_crm_sms.tools.channels import choose_channels
from odoo.addons.service_crm_sms.tools.plain_text import simplify

BOTH = ("mail", "sms")


class TestChannels(TestCase):
    """Plain functions: by which channels, and in which signs."""

    def choose(self, wanted, preference=False, templates=BOTH, reachable=BOTH):
        return choose_channels(wanted, preference, templates, reachable)

    def test_as_the_person_likes(self):
        self.assertEqual(self.choose("preferred"), ["mail"])
        self.assertEqual(self.choose("preferred", "sms"), ["sms"])
        self.assertEqual(self.choose("preferred", "both"), list(BOTH))
        self.assertEqual(self.choose("preferred", reachable=["sms"]), ["sms"])
        self.assertEqual(self.choose("preferred", "sms", reachable=["mail"]), ["mail"])
        self.assertEqual(self.choose("preferred", "sms", templates=["mail"]), ["mail"])
        self.assertEqual(self.choose("preferred", templates=["sms"]), ["sms"])

    def test_as_the_rule_says(self):
        self.assertEqual(self.choose("mail", "sms"), ["mail"])
        self.assertEqual(self.choose("sms", reachable=[]), ["sms"])
        self.assertEqual(self.choose("both"), list(BOTH))
        self.assertEqual(self.choose("sms_first"), ["sms"])
        self.assertEqual(self.choose("sms_first", reachable=["mail"]), ["mail"])

    def test_nobody_is_passed_over_in_silence(self):
        self.assertEqual(self.choose("preferred", reachable=[]), ["sms"])
        self.assertEqual(self.choose("preferred", "both", reachable=[]), list(BOTH))
        self.assertEqual(self.choose("sms_first", reachable=[]), ["sms"])

    def test_plain_signs(self):
        self.assertEqual(
            simplify(" 10:00\u202fAM–2:00\xa0PM \n“Lift” … Мастер "),
            '10:00 AM-2:00 PM\n"Lift" ... Мастер',
        )
