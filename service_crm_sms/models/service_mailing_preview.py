from itertools import cycle

from odoo import api, fields, models
from odoo.tools import format_amount

# So many customers are looked at one by one; beyond them the numbers are estimated.
SAMPLE = 2000
# So many texts are written to know their length.
TEXTS = 50
EXAMPLE_LINK = "0000-0123456789abcdef"


class ServiceMailing(models.Model):
    """Mailing: before it starts, who would get it, who not and why, and the price."""

    _inherit = "service.mailing"

    preview = fields.Json(readonly=True, copy=False)
    date_counted = fields.Datetime("Counted On", readonly=True, copy=False)
    preview_chart = fields.Json(compute="_compute_preview_chart")
    preview_text = fields.Char("Reach", compute="_compute_preview_chart")
    cost_text = fields.Char("Estimated Cost", compute="_compute_preview_chart")
    sample_text = fields.Text("Example", compute="_compute_preview_chart")

    @api.model_create_multi
    def create(self, vals_list):
        mailings = super().create(vals_list)
        mailings._count_audience()
        return mailings

    def write(self, vals):
        result = super().write(vals)
        if not self._get_counted_fields().isdisjoint(vals):
            self.filtered(lambda m: m.state == "draft")._count_audience()
        return result

    def action_count(self):
        """Count once more, as customers and consents are now."""
        self.check_access("write")
        self._count_audience()
        return True

    @api.model
    def _get_counted_fields(self):
        """Fields that change who gets it and what it costs. Extension point."""
        return {
            "segment_ids",
            "stage_ids",
            "excluded_segment_ids",
            "domain",
            "template_id",
            "channel",
            "company_id",
            "sms_unsubscribe",
        }

    def _count_audience(self):
        """Keep the numbers of the preview."""
        for mailing in self:
            # The system reads whom it would send to, whoever prepares it.
            mailing.sudo().write(
                {
                    "preview": mailing._prepare_preview(),
                    "date_counted": fields.Datetime.now(),
                }
            )

    def _prepare_preview(self):
        """Numbers of one mailing: ``{"total", "looked", "mail", "sms", "reasons",
        "parts", "cost", "sample"}``."""
        self.ensure_one()
        partners = self._get_audience()
        domain = self._get_audience_domain()
        total = partners.search_count(domain)
        looked = partners.search(domain, limit=SAMPLE, order="id")
        vals_list = self._prepare_messages(looked)
        self._limit_messages(vals_list, ["switch", "consent"])
        going = [vals for vals in vals_list if vals["state"] == "queued"]
        reasons = {}
        for vals in vals_list:
            if vals["state"] == "suppressed":
                reasons[vals["reason"]] = reasons.get(vals["reason"], 0) + 1
        by_sms = [vals for vals in going if vals["channel"] == "sms"]
        sizes = self._estimate_sms(by_sms)
        texts = sizes.pop("texts")
        return {
            "total": total,
            "looked": len(looked),
            "people": len({vals["partner_id"] for vals in going}),
            "mail": len(going) - len(by_sms),
            "sms": len(by_sms),
            "reasons": reasons,
            "sample": next(iter(texts), ""),
            **sizes,
        }

    def _estimate_sms(self, vals_list):
        """Parts and cost of short messages: ``{"parts", "cost", "texts"}``.

        Some texts are written; the others are taken to be as long.
        """
        texts = []
        by_lang = {}
        for vals in vals_list[:TEXTS]:
            by_lang.setdefault(vals["lang"], []).append(vals["res_id"])
        for lang, ids in by_lang.items():
            texts += self._render_examples(ids, lang)
        if not texts:
            return {"parts": 0, "cost": 0, "texts": []}
        estimates = self.env["sms.gateway"]._estimate(
            [
                (vals["address"], text, self.company_id.id, vals["purpose"])
                for vals, text in zip(vals_list, cycle(texts))
            ]
        )
        return {
            "parts": sum(parts for _gateway, parts, _cost in estimates),
            "cost": sum(cost for _gateway, _parts, cost in estimates),
            "texts": texts,
        }

    def _render_examples(self, partner_ids, lang):
        """Short messages as they would go out, without making links of them."""
        text = self.template_id.sudo()  # texts are rendered by the system
        try:
            with self.env.cr.savepoint():
                rendered = text.sms_template_id._render_field(
                    "body", partner_ids, set_lang=lang or False
                )
        except Exception:  # what the author wrote: the sending will say it, too
            return []
        written = text._finish_sms(rendered, dry=True)
        url = f"{self.get_base_url()}/service/u/{EXAMPLE_LINK}"
        return [self._add_unsubscribe(body, url, lang) for body in written.values()]

    @api.depends("preview", "state")
    @api.depends_context("lang")
    def _compute_preview_chart(self):
        reasons = dict(
            self.env["service.notification"]
            ._fields["reason"]
            ._description_selection(self.env)
        )
        for mailing in self:
            preview = mailing.preview or {}
            total, looked = preview.get("total", 0), preview.get("looked", 0)
            scale = total / looked if looked else 0
            parts = [
                ("mail", self.env._("By e-mail"), "primary", preview.get("mail", 0)),
                ("sms", self.env._("By SMS"), "info", preview.get("sms", 0)),
            ]
            for reason, count in sorted(
                preview.get("reasons", {}).items(), key=lambda item: -item[1]
            ):
                parts.append((reason, reasons.get(reason, reason), "muted", count))
            mailing.preview_chart = {
                "parts": [
                    {
                        "key": key,
                        "label": label,
                        "color": color,
                        "count": round(count * scale),
                    }
                    for key, label, color, count in parts
                    if count
                ]
            }
            mailing.preview_text = mailing._get_preview_text(preview, scale)
            mailing.cost_text = mailing._get_cost_text(preview, scale)
            mailing.sample_text = preview.get("sample")

    def _get_preview_text(self, preview, scale):
        """Who gets it, in one sentence."""
        if not preview.get("total"):
            return self.env._("Nobody yet: choose whom to write to.")
        words = {
            "people": f"{round(preview['people'] * scale):,}".replace(",", " "),
            "total": f"{preview['total']:,}".replace(",", " "),
        }
        if preview["looked"] < preview["total"]:
            return self.env._(
                "About %(people)s of %(total)s customers get it.", **words
            )
        return self.env._("%(people)s of %(total)s customers get it.", **words)

    def _get_cost_text(self, preview, scale):
        """What the short messages cost, in one sentence."""
        if not preview.get("sms"):
            return False
        parts = f"{round(preview['parts'] * scale):,}".replace(",", " ")
        if not preview["cost"]:
            return self.env._(
                "%(parts)s SMS parts; the gateway has no price list.", parts=parts
            )
        return self.env._(
            "%(parts)s SMS parts, about %(cost)s.",
            parts=parts,
            cost=format_amount(
                self.env, preview["cost"] * scale, self.company_id.currency_id
            ),
        )
