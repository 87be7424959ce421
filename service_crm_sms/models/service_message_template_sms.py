import re

from odoo import fields, models

from ..tools.plain_text import simplify
from ..tools.translit import drop_foreign, transliterate
from .link_tracker import CODE_LENGTH

_LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")


class ServiceMessageTemplate(models.Model):
    """Message texts: the short message as it goes out."""

    _inherit = "service.message.template"

    short_links = fields.Boolean(
        default=True,
        help="Links are sent as short ones that lead to the same page.",
    )
    latin_letters = fields.Boolean(
        help="The message is sent in Latin letters, whatever it is written in: more "
        "signs fit into each part.",
    )

    def _render_sms(self, res_ids, lang):
        """The short message about each record, as it is sent.

        :param res_ids: ids of records of the template's model
        :param lang: language of the recipients; empty: of the template
        :return: ``{record id: text}``
        """
        self.ensure_one()
        rendered = self.sms_template_id._render_field(
            "body", res_ids, set_lang=lang or False
        )
        return self._finish_sms(rendered)

    def _finish_sms(self, texts, dry=False):
        """Plain signs, Latin letters and short links in rendered texts.

        Extension point.

        :param texts: ``{key: rendered text}``
        :param dry: links look as short as they would be, but none is made
        """
        texts = {key: simplify(text) for key, text in texts.items()}
        if self.latin_letters:
            texts = {
                key: drop_foreign(transliterate(text)) for key, text in texts.items()
            }
        return self._shorten_links(texts, dry) if self.short_links else texts

    def _shorten_links(self, texts, dry):
        """Short links in the place of longer ones, for a whole batch of texts."""
        tracker = self.env["link.tracker"]
        prefix = tracker._get_service_short_prefix()
        urls = {
            url
            for text in texts.values()
            for url in _LINK.findall(text)
            if len(url) > len(prefix) + CODE_LENGTH
        }
        if dry:
            short = dict.fromkeys(urls, prefix + "x" * CODE_LENGTH)
        else:
            short = tracker._get_service_short_urls(urls)
        return {
            key: _LINK.sub(lambda link: short.get(link[0], link[0]), text)
            for key, text in texts.items()
        }
