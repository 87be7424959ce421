"""Mailings as campaigns: from the link in the message to the request."""

import re

from odoo.tests import tagged

from odoo.addons.service_crm.tests.common import requirement
from odoo.addons.service_crm.tests.common_web_form import WebFormCommon

from ..tools.gateways.base import Inbound
from .common_mailing import MailingCommon

SHORT = re.compile(r"https?://[^\s\"'<>]+/r/\w+")


@tagged("post_install", "-at_install")
class TestMailingCampaign(WebFormCommon, MailingCommon):
    @requirement("R228")
    def test_a_request_names_the_campaign_that_brought_it(self):
        self.agree(self.people)
        page = f"{self.base_url()}/service/request"
        self.text_news.sms_body = f"Проверим котёл? {page}"
        self.text_news.mail_body = f'<p><a href="{page}?a=1&amp;b=2">Да</a></p>'
        mailing = self.build_mailing(name="Осень 2026", channel="both")
        messages = self.start(mailing)
        sms = messages.filtered(lambda m: m.channel == "sms")[0]
        mail = messages.filtered(lambda m: m.channel == "mail")[0]
        self.assertNotIn("/service/request", sms.text)
        self.assertNotIn("/service/request", mail.mail_mail_id.body_html)
        [short] = SHORT.findall(sms.text)
        answer = self.url_open(short, allow_redirects=False)
        target = answer.headers["Location"]
        self.assertIn("utm_campaign=", target)
        utm = dict(part.split("=") for part in target.partition("?")[2].split("&"))
        self.assertEqual(utm["utm_medium"].lower(), "sms")
        page = self.url_open(short)
        self.assertIn('name="utm_campaign"', page.text)
        self.assertIn('value="Осень 2026"', page.text)
        self.post(utm_campaign="Осень 2026", utm_medium="SMS", utm_source="Mailing")
        request = self.inbound().request_id
        self.assertEqual(request.campaign_id, mailing.campaign_id)
        self.assertEqual(request.medium_id.name.lower(), "sms")
        self.assertEqual(request.source_id.name, "Mailing")
        # the link of the e-mail keeps its own values
        [short] = SHORT.findall(mail.mail_mail_id.body_html)
        target = self.url_open(short, allow_redirects=False).headers["Location"]
        self.assertIn("a=1&b=2", target)
        self.assertIn("utm_medium=", target)
        mailing.invalidate_recordset()
        self.assertEqual(mailing.request_count, 1)
        self.assertGreaterEqual(mailing.click_count, 1)

    def test_answers_and_unsubscribed_are_counted(self):
        self.agree(self.people)
        mailing = self.build_mailing()
        messages = self.start(mailing)
        messages.write({"state": "delivered"})
        self.gateway._receive(
            [
                Inbound(messages[0].address, "STOP"),
                Inbound(messages[1].address, "А сколько стоит?"),
            ]
        )
        messages[2]._say("refused", ["advertising"])
        mailing.invalidate_recordset()
        self.assertEqual((mailing.reply_count, mailing.left_count), (2, 2))
        self.assertEqual(
            [(p["key"], p["count"]) for p in mailing.result_chart["parts"]],
            [("delivered", 6)],
        )
