import re
from html import escape, unescape

from odoo import models

_LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)]")
_HREF = re.compile(r'(href=")(https?://[^"]+)(")')
# Links that are one person's own, and those that are short already.
_OWN = re.compile(r"/(r|service/u|service/r|service/document)/")


class ServiceMailing(models.Model):
    """Mailing: its links are counted, and name the campaign to where they lead."""

    _inherit = "service.mailing"

    def _track_texts(self, texts):
        """Short messages with links that are counted.

        :param texts: ``{key: text}``
        """
        urls = {url for text in texts.values() for url in _LINK.findall(text)}
        short = self._get_tracked_urls(urls, "SMS")
        return {
            key: _LINK.sub(lambda link: short.get(link[0], link[0]), text)
            for key, text in texts.items()
        }

    def _track_mails(self, mails):
        """Have the links of e-mails counted."""
        urls = {
            unescape(url)
            for mail in mails
            for _start, url, _end in _HREF.findall(mail.body_html or "")
        }
        short = self._get_tracked_urls(urls, "Email")

        def replace(link):
            url = unescape(link[2])
            return link[1] + escape(short.get(url, url)) + link[3]

        for mail in mails:
            mail.body_html = _HREF.sub(replace, mail.body_html or "")

    def _get_tracked_urls(self, urls, medium):
        """Counted links by address: ``{address: short address}``."""
        self.ensure_one()
        urls = [url for url in urls if not _OWN.search(url)]
        if not urls:
            return {}
        # The system makes the links of what it sends.
        utm = self.env["utm.mixin"].sudo()
        values = {
            "campaign_id": self.campaign_id.id,
            "medium_id": utm._find_or_create_record("utm.medium", medium).id,
            "source_id": utm._find_or_create_record("utm.source", "Mailing").id,
        }
        # a title keeps Odoo from opening the page for one
        trackers = utm.env["link.tracker"].search_or_create(
            [{**values, "url": url, "title": url} for url in urls]
        )
        return dict(zip(urls, trackers.mapped("short_url"), strict=True))

    def _add_unsubscribe(self, text, url, lang):
        """A short message with the link to unsubscribe at its end."""
        if not (self.sms_unsubscribe and text):
            return text
        words = self.with_context(lang=lang or self.env.lang).env._("Unsubscribe:")
        return f"{text}\n{words} {url}"
