import re

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.rendering_tools import parse_inline_template

from ..tools.plain_text import simplify
from ..tools.segments import GSM, count, find_foreign
from ..tools.translit import drop_foreign, swap, transliterate

# Records whose values show how long a text may become.
SAMPLE = 40
# Lines of price lists that are shown at most.
PRICES = 8
_FIELD = re.compile(r"(\{\{.*?\}\})", re.DOTALL)
_NOTHING = re.compile(r"\b(False|None)\b")


class ServiceMessageTemplate(models.Model):
    """Message texts: the short message as the recipient will see it, while it is
    written, with its size and price."""

    _inherit = "service.message.template"

    def action_preview(self, draft, res_id=False, lang=False):
        """The short message about one record, as it would arrive.

        :param draft: words and switches as they stand on the form: ``model``,
            ``sms_body``, ``latin_letters``, ``short_links``, ``purpose``
        :param res_id: the record; without one the latest that the user may see
        :param lang: in which language; without one in that of the form
        :return: dictionary for the preview, without ``text`` when there is nothing to
            show
        """
        self.browse().check_access("read")
        self.check_access("read")
        model = draft.get("model")
        if model not in self.env or self.env[model]._abstract:
            return {"text": "", "record": False, "pieces": [], "langs": []}
        documents = self.env[model].search([], order="id desc", limit=SAMPLE)
        record = self.env[model].browse(res_id).exists() if res_id else documents[:1]
        record.check_access("read")
        result = {
            "record": [record.id, record.display_name] if record else False,
            "langs": self.env["res.lang"].get_installed(),
            "lang": lang or self.env.lang,
            "pieces": self._get_text_pieces(model),
        }
        # Only the switches of the form: nothing of it is saved.
        text = self.new(self._get_switches(draft))
        try:
            body = self._get_preview_body(draft, lang)
            if not (record and body):
                return {**result, "text": ""}
            with self.env.cr.savepoint():
                return {**result, **text._preview_sms(body, record, documents, lang)}
        except Exception as error:  # whatever was typed: it is said on the form
            reason = str(error.__cause__ or error).strip().splitlines() or [repr(error)]
            return {**result, "text": "", "error": reason[-1][:300]}

    @api.model
    def _get_switches(self, draft):
        """What of the form changes how the words are sent. Extension point."""
        return {
            "latin_letters": bool(draft.get("latin_letters")),
            "short_links": bool(draft.get("short_links")),
            "purpose": draft.get("purpose") or "service",
        }

    def _get_preview_body(self, draft, lang):
        """The words to show: as typed, in another language as they are kept."""
        stored = self.sms_template_id.with_context(lang=lang or self.env.lang).body
        if lang and lang != self.env.lang and stored:
            return stored
        body = draft.get("sms_body") or ""
        if body == stored:
            return body
        # What is not saved yet is rendered for those only who may save it.
        templates = self.env["sms.template"]
        if templates._has_unsafe_expression_template_inline_template(
            body, draft["model"]
        ) and not self.env.user.has_group("mail.group_mail_template_editor"):
            raise UserError(
                self.env._(
                    "Only template editors may use this field. Choose one that the "
                    "list offers, or ask your administrator."
                )
            )
        return body

    def _preview_sms(self, body, record, documents, lang):
        """Text, size, longest case, suggestions and price of one short message."""
        text = self._finish_preview(body, record, lang)
        longest = self._get_longest(body, documents | record, lang)
        size, worst = count(text), count(longest)
        if worst.units < size.units:
            longest, worst = text, size
        return {
            "text": text,
            "size": size._asdict(),
            "is_latin": size.encoding == GSM,
            "worst": worst._asdict(),
            "foreign": find_foreign(text)[:12],
            "has_nothing": bool(_NOTHING.search(text)),
            "prices": self._get_prices(size.segments, worst.segments),
            "suggestions": self._get_suggestions(body, text, longest),
        }

    def _finish_preview(self, body, record, lang):
        """One text as it would arrive; no short link is made for it."""
        rendered = self._render_draft(body, record, lang)
        return self._finish_sms(rendered, dry=True)[record.id]

    @api.model
    def _render_draft(self, body, records, lang):
        """Words rendered as the system renders them when it sends."""
        # sudo: whoever may read the record may read what the customer is told of it
        templates = self.env["sms.template"].sudo()
        if lang:
            templates = templates.with_context(lang=lang)
        return templates._render_template(
            body, records._name, records.ids, engine="inline_template"
        )

    def _get_longest(self, body, records, lang):
        """The longest text that the values of these records can make together."""
        parts = []
        for words, expression, default in parse_inline_template(body):
            parts.append(words)
            if expression:
                field = f"{{{{ {expression} ||| {default or ''} }}}}"
                values = self._render_draft(field, records, lang).values()
                parts.append(max(values, key=lambda v: count(simplify(v)).units))
        return self._finish_sms({0: "".join(parts)}, dry=True)[0]

    def _get_price_lines(self):
        """Lines of the price lists of the gateways that may send this text."""
        # sudo: what a message costs is no secret of the gateway
        gateways = (
            self.env["sms.gateway"]
            .sudo()
            .search([("company_id", "in", (self.env.company.id, False))])
        )
        return gateways.filtered(
            lambda gateway: gateway.purpose in (False, self.purpose)
        ).price_ids[:PRICES]

    def _get_prices(self, segments, most):
        """What the message costs: by gateway and country, ``[{name, text}]``."""
        prices = []
        for line in self._get_price_lines():
            cost = line.currency_id.format(line.price * segments)
            if most > segments:
                cost = self.env._(
                    "%(cost)s, at most %(most)s",
                    cost=cost,
                    most=line.currency_id.format(line.price * most),
                )
            to = line.prefix or line.country_id.name or self.env._("other numbers")
            prices.append({"name": f"{line.gateway_id.name} · {to}", "text": cost})
        return prices

    def _get_suggestions(self, body, text, longest):
        """What would make the message cheaper, with what it saves.

        Extension point.

        :return: list of dictionaries: ``key``, ``label``, ``saves`` (parts, of the
            longest case), and ``values`` to set on the form
        """
        suggestions = []
        line = self._get_price_lines()[:1]
        for key, label, change, values in self._get_ways(body):
            before, after = (
                max(count(text).segments, count(longest).segments),
                max(count(change(text)).segments, count(change(longest)).segments),
            )
            less_now = count(text).segments - count(change(text)).segments
            if values and (before > after or less_now > 0):
                saves = max(before - after, less_now)
                suggestions.append(
                    {
                        "key": key,
                        "label": label,
                        "saves": saves,
                        "price": line and line.currency_id.format(line.price * saves),
                        "values": values,
                    }
                )
        return suggestions

    def _get_ways(self, body):
        """``(key, label, change of the text, values of the form)`` of each way."""
        ways = []
        if count(body).encoding != GSM and count(swap(body)).encoding == GSM:
            ways.append(
                (
                    "swap",
                    self.env._(
                        "Write %(signs)s in plain signs",
                        signs=" ".join(find_foreign(body)[:6]),
                    ),
                    swap,
                    {"sms_body": _change_words(body, swap)},
                )
            )
        elif count(body).encoding != GSM and self._is_latin(body):
            ways.append(
                (
                    "drop",
                    self.env._(
                        "Leave out %(signs)s",
                        signs=" ".join(find_foreign(swap(body))[:6]),
                    ),
                    lambda text: drop_foreign(swap(text)),
                    {"sms_body": _change_words(body, _drop)},
                )
            )
        if not self.latin_letters:
            ways.append(
                (
                    "latin",
                    self.env._("Send it in Latin letters"),
                    lambda text: drop_foreign(transliterate(text)),
                    {"latin_letters": True},
                )
            )
        if not self.short_links:
            links = self.new({"short_links": True})
            ways.append(
                (
                    "links",
                    self.env._("Send short links"),
                    lambda text: links._finish_sms({0: text}, dry=True)[0],
                    {"short_links": True},
                )
            )
        return ways

    @api.model
    def _is_latin(self, body):
        """Whether the words are in Latin letters, but for a few signs."""
        return not any(sign.isalpha() for sign in find_foreign(swap(body)))

    @api.model
    def _get_text_pieces(self, model):
        """Ready pieces of texts about a kind of record: ``[(label, expression)]``.

        Registry and extension point.
        """
        number = self.env._("Number"), "object._get_request_number()"
        link = self.env._("Link to follow it"), "object._get_service_tracking_url()"
        customer = self.env._("Customer"), "object.partner_id.name"
        company = self.env._("Your company"), "object.company_id.name"
        if model == "crm.lead":
            number = number[0], "object.service_number"
            rate = self.env._("Link to rate it"), "object._get_service_rating_url()"
            return [number, customer, link, rate, company]
        if model == "service.work.order":
            return [
                number,
                (
                    self.env._("When"),
                    "object._get_slot_text(object._get_customer_tz())",
                ),
                (self.env._("Who comes"), "object.performer_id.name"),
                (self.env._("Where"), "object._get_site_text()"),
                customer,
                link,
                company,
            ]
        if model == "service.work.order.offer":
            return [
                (self.env._("When"), "object._get_slot_text()"),
                (self.env._("Where"), "object._get_site_text()"),
                (self.env._("Answer Until"), "object._get_until_text()"),
                (self.env._("Link to answer"), "object._get_offer_url()"),
                company,
            ]
        if model == "res.partner":
            return [(self.env._("Name"), "object.name"), company]
        return []


def _change_words(body, change):
    """The words changed, the fields between them left as they are."""
    return "".join(
        part if part.startswith("{{") else change(part) for part in _FIELD.split(body)
    )


def _drop(words):
    """Words without foreign signs; the spaces at their ends stay."""
    kept = drop_foreign(swap(words))
    head = words[: len(words) - len(words.lstrip(" "))]
    tail = words[len(words.rstrip(" ")) :]
    return f"{head}{kept}{tail}" if kept else head or tail
