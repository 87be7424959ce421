from odoo import api, models
from odoo.tools import format_amount


class ServiceAssignmentRule(models.Model):
    """Assignment rule: in words, as the list shows it."""

    _inherit = "service.assignment.rule"

    @api.model
    def _get_sentence_fields(self):
        """Fields the sentence is made of."""
        return [
            "phase",
            "product_ids.name",
            "category_ids.complete_name",
            "partner_ids.name",
            "segment_ids.name",
            "channel",
            "customers",
            "team_ids.name",
            "amount_from",
            "amount_to",
            "domain",
            "role",
            "method",
            "figure",
            "user_ids.name",
            "performer_ids.name",
            "max_open",
            "otherwise",
        ]

    def _get_sentence(self):
        """The whole rule as one sentence: when, who, by which method, else."""
        self.ensure_one()
        return self.env._(
            "When %(when)s → %(who)s: %(how)s",
            when=", ".join([self._get_moment_text(), *self._get_condition_texts()]),
            who=dict(self._fields["role"]._description_selection(self.env)).get(
                self.role, ""
            ),
            how="; ".join(self._get_method_texts()),
        )

    def _get_moment_text(self):
        if self.phase == "new":
            return self.env._("a request comes in")
        phases = dict(self._fields["phase"]._description_selection(self.env))
        return self.env._(
            "a request reaches “%(phase)s”", phase=phases.get(self.phase, "")
        )

    def _get_condition_texts(self):
        """The conditions, one text each."""
        services = [
            *self.product_ids.mapped("display_name"),
            *self.category_ids.mapped("display_name"),
        ]
        customers = [*self.partner_ids.mapped("name"), *self.segment_ids.mapped("name")]
        channels = dict(self.env["crm.lead"]._get_service_channel_selection())
        texts = []
        if services:
            texts.append(self.env._("for %(services)s", services=self._join(services)))
        if customers:
            texts.append(
                self.env._("from %(customers)s", customers=self._join(customers))
            )
        if self.customers == "internal":
            texts.append(self.env._("from colleagues"))
        elif self.customers == "external":
            texts.append(self.env._("from customers, not colleagues"))
        if self.channel:
            texts.append(
                self.env._(
                    "by %(channel)s",
                    channel=channels.get(self.channel, self.channel).lower(),
                )
            )
        if self.team_ids:
            texts.append(
                self.env._(
                    "in the team %(teams)s",
                    teams=self._join(self.team_ids.mapped("name")),
                )
            )
        texts += self._get_amount_texts()
        if self.domain and self.domain.strip() != "[]":
            texts.append(self.env._("under further conditions"))
        return texts

    def _get_amount_texts(self):
        low, high = (
            format_amount(self.env, amount, self.currency_id)
            if amount and self.currency_id
            else ""
            for amount in (self.amount_from, self.amount_to)
        )
        if low and high:
            return [self.env._("of %(low)s to %(high)s", low=low, high=high)]
        if low:
            return [self.env._("of %(low)s and more", low=low)]
        return [self.env._("below %(high)s", high=high)] if high else []

    def _get_method_texts(self):
        """Who it is, among whom, and what happens otherwise."""
        named = self._join(self._get_named().mapped("name"))
        texts = [self._get_method_text(named)]
        if self.max_open:
            texts.append(
                self.env._("at most %(count)s open at once", count=self.max_open)
            )
        if self.otherwise == "line":
            texts.append(self.env._("else the first line"))
        return texts

    def _get_method_text(self, named):
        if self.method == "engineers":
            return self.env._("an engineer of the service")
        if self.method == "personal":
            return self.env._("the customer's own")
        if self.method == "fixed":
            return self.env._("%(people)s", people=named or "…")
        among = named or self.env._("the people of the team")
        if self.method == "turn":
            return self.env._("%(people)s in turn", people=among)
        if self.method == "best":
            figure = self._get_figures().get(self.figure, {}).get("name", "").lower()
            return self.env._(
                "the best by %(figure)s of %(people)s", figure=figure, people=among
            )
        return self.env._("who has the least to do of %(people)s", people=among)

    @api.model
    def _join(self, names):
        """Names in one text; of many the first three and how many more."""
        names = [name for name in names if name]
        if len(names) <= 4:
            return ", ".join(names)
        return self.env._(
            "%(names)s and %(count)s more",
            names=", ".join(names[:3]),
            count=len(names) - 3,
        )
