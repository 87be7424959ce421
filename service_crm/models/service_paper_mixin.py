from odoo import models
from odoo.tools import formatLang, get_lang, html2plaintext

from ..tools.amount_words import amount_in_words


class ServicePaperMixin(models.AbstractModel):
    """What print forms ask of a record: language, numbers and sums in words."""

    _name = "service.paper.mixin"
    _description = "Printing of papers"

    def _get_paper_lang(self):
        """Language of the paper: the other party's, else the company's."""
        self.ensure_one()
        return get_lang(
            self.env,
            self.partner_id.lang
            or self.partner_id.commercial_partner_id.lang
            or self.company_id.partner_id.lang,
        ).code

    def _format_paper_quantity(self, quantity):
        """A quantity without needless zeros: 2, 0.25, 1 200."""
        point = get_lang(self.env).decimal_point
        text = formatLang(self.env, quantity, digits=6)
        return text.rstrip("0").removesuffix(point) if point in text else text

    def _format_paper_amount(self, amount, currency):
        """A sum in a column: digits without the sign of the currency."""
        return formatLang(self.env, amount + 0.0, digits=currency.decimal_places)

    def _get_paper_words(self, amount, currency):
        """A sum in words, in the language of the paper."""
        words = None
        if currency.decimal_places == 2:
            words = amount_in_words(
                f"{amount:.2f}", currency.name, get_lang(self.env).code
            )
        return words or currency.amount_to_text(amount)

    def _get_paper_plain(self, text):
        """Text typed in an editor as plain lines; empty when nothing was typed."""
        return html2plaintext(text or "").strip()
