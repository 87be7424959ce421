from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.fields import Command

from ..tools.price_plan import PRICING, PriceResult
from ..tools.price_rule import Context
from ..tools.price_rules import apply_rules

# What becomes of a rule by somebody's mistake: told to whoever prices.
MISTAKES = ("error", "not_money", "too_much")


@dataclass(slots=True)
class RuleFacts:
    """What the rules of a batch of requests look at: one look-up each."""

    answers: dict
    segments: dict
    moments: dict
    days: dict


class CrmLead(models.Model):
    """Service request: what price rules make of its price."""

    _inherit = "crm.lead"

    def copy_data(self, default=None):
        """Lines of rules and kits are not copied: the copy is priced anew."""
        vals_list = super().copy_data(default)
        for lead, vals in zip(self, vals_list, strict=True):
            if vals.get("request_line_ids"):
                by_hand = lead._get_price_hand_lines()
                vals["request_line_ids"] = [
                    Command.create(line_vals) for line_vals in by_hand.copy_data()
                ]
        return vals_list

    def action_explain_price(self):
        """Show which price rules count for the request, and why others do not."""
        self.ensure_one()
        self.check_access("read")
        return self.env["service.price.rule.try"]._open(self)

    def _get_price_fields(self):
        """Rules may depend on the time wished."""
        return super()._get_price_fields() | {"wished_start"}

    def _filter_computed_prices(self):
        """Also those whose company has rules, or that rules have priced before."""
        ruled = self.filtered(
            lambda lead: (
                lead._get_price_rules()
                or any(
                    line.price_rule_id or line.rule_reasons
                    for line in lead.request_line_ids
                )
            )
        )
        return ruled | super()._filter_computed_prices()

    def _get_price_questions(self):
        """Also what rules ask for: “Give a discount?”"""
        questions = super()._get_price_questions()
        asked = {lead: lead._get_rule_questions() for lead in self}
        codes = set().union(*(names for names, _by_line in asked.values()))
        codes |= set().union(*(by_line for _names, by_line in asked.values()))
        if not codes:
            return questions
        parameters = self.env["service.parameter"]._find_by_names(codes)
        once = parameters.filtered(lambda asked: asked.scope == "request")
        no_line = self.env["service.request.line"]
        for lead, (names, by_line) in asked.items():
            rows = dict(questions[lead])
            wanted = once.filtered(lambda p, codes={*names, *by_line}: p.code in codes)
            if wanted:
                rows[no_line] = (
                    rows.get(no_line, parameters.browse()) | wanted
                ).sorted()
            each = (parameters - once).filtered(
                lambda p, codes=by_line: p.code in codes
            )
            for line in lead._get_price_hand_lines() if each else ():
                rows[line] = (rows.get(line, parameters.browse()) | each).sorted()
            first = {no_line: rows[no_line]} if no_line in rows else {}
            questions[lead] = list({**first, **rows}.items())
        return questions

    def _get_rule_questions(self):
        """Names that rules ask for: ``(once per request, for each service)``."""
        self.ensure_one()
        names = {"order": set(), "line": set()}
        for rule in self._get_price_rules():
            if self._may_count(rule):
                for expression in filter(None, (rule.condition, rule.formula)):
                    names[rule.level] |= {
                        name.split(".", 1)[0] for name in expression.names
                    }
        return names["order"], names["line"]

    def _apply_price_rules(self, plans, answers=None):
        """Surcharges, discounts and minimum fees on the lines of these requests.

        Nothing is written. Without a rule that may count there is no query; the number
        of queries does not grow with the number of requests.

        :param plans: ``{lead: list of PlanLine}``
        :param answers: answers not saved yet, as for ``_prepare_price_plan``
        :return: ``{lead: PriceResult}``
        """
        rules = {lead: lead._get_price_rules() for lead in self}
        facts = self._get_rule_facts(rules, answers)
        results = {}
        for lead in self:
            if not rules[lead]:
                results[lead] = PriceResult(plans[lead])
                continue
            result = apply_rules(
                plans[lead], rules[lead], lead._get_rule_context(facts)
            )
            result.errors.extend(lead._get_rule_errors(result.outcomes))
            results[lead] = result
        return results

    def _get_price_rules(self):
        """The compiled rules of the request's company, in its currency."""
        self.ensure_one()
        company = self._get_service_company()
        lang = self.partner_id.lang or self.env.lang or "en_US"
        rule = self.env["service.price.rule"]
        compiled = rule._get_compiled(company.id, lang)
        if not compiled:
            return []
        return rule._convert_rules(
            compiled,
            self._get_service_currency(),
            company,
            fields.Date.context_today(self),
        )

    def _get_rule_errors(self, outcomes):
        """Mistakes in rules, as sentences for whoever prices."""
        rule = self.env["service.price.rule"]
        return [
            rule._get_outcome_text(outcome)
            for outcome in outcomes
            if outcome.code in MISTAKES
        ]

    def _make_quotations(self):
        """What the request says already is not computed once more."""
        requests = self.with_context(service_pricing=PRICING)
        orders = super(CrmLead, requests)._make_quotations()
        return orders.with_env(self.env)

    def _update_quotation(self, order):
        request = self.with_context(service_pricing=PRICING)
        return super(CrmLead, request)._update_quotation(order.with_env(request.env))

    # What rules look at --------------------------------------------------------------

    def _get_rule_facts(self, rules, answers):
        """Look up what those rules need that may count here, for all requests.

        :param rules: ``{lead: compiled rules}``
        """
        wanted = defaultdict(set)
        for lead, lead_rules in rules.items():
            for rule in lead_rules:
                if lead._may_count(rule):
                    if rule.condition or rule.formula:
                        wanted["answers"].add(lead.id)
                    if rule.segment_ids:
                        wanted["segments"].add(lead.id)
                    if rule.is_timed:
                        wanted["moments"].add(lead.id)
                    if rule.day != "any":
                        wanted["days"].add(lead.id)
        asked = {name: self.browse(ids) for name, ids in wanted.items()}
        # New records have no ids that can be looked for: all of them then.
        if not all(self.ids):
            asked = dict.fromkeys(wanted, self)
        nobody = self.browse()
        moments = asked.get("moments", nobody)._get_rule_moments()
        return RuleFacts(
            answers=(
                asked["answers"]._get_price_answers(answers)
                if "answers" in asked
                else {}
            ),
            segments=asked.get("segments", nobody)._get_rule_segments(),
            moments=moments,
            days=asked.get("days", nobody)._get_rule_days(moments),
        )

    def _may_count(self, rule):
        """Whether a rule may count, as far as the request itself tells."""
        self.ensure_one()
        contract = self.contract_id.id
        return (
            (not rule.team_ids or self.team_id.id in rule.team_ids)
            and (not rule.contract_ids or contract in rule.contract_ids)
            and (rule.contract == "any" or (rule.contract == "with") == bool(contract))
        )

    def _get_rule_context(self, facts):
        """What the rules look at besides the lines. Extension point.

        :param RuleFacts facts: looked up for all requests at once
        :return: :class:`~odoo.addons.service_crm.tools.price_rule.Context`
        """
        self.ensure_one()
        answers, line_answers = facts.answers.get(self, ({}, {}))
        moments = facts.moments.get(self, {})
        precision = self.env["decimal.precision"].precision_get
        return Context(
            answers=answers,
            line_answers=line_answers,
            visit=moments.get("visit"),
            asked=moments.get("asked"),
            days=facts.days.get(self, {}),
            segment_ids=facts.segments.get(self, frozenset()),
            team_id=self.team_id.id,
            pricelist_id=self._get_service_pricelist().id,
            contract_id=self.contract_id.id,
            rounding=Decimal(repr(self._get_service_currency().rounding)),
            price_rounding=Decimal(1).scaleb(-precision("Product Price")),
            discount_rounding=Decimal(1).scaleb(-precision("Discount")),
        )

    def _get_rule_segments(self):
        """Segments of the customers: ``{lead: frozenset of ids}``, in one query."""
        if not self:
            return {}
        partners = self.partner_id | self.partner_id.commercial_partner_id
        found = self.env["service.segment"]._get_segments(partners)
        nothing = frozenset()
        return {
            lead: found.get(lead.partner_id.id, nothing)
            | found.get(lead.partner_id.commercial_partner_id.id, nothing)
            for lead in self
        }

    def _get_rule_moments(self):
        """When the visit is and when the customer asked, by the customer's clock.

        :return: ``{lead: {"visit": …, "asked": …}}``; moments know their time zone
        """
        moments = {}
        # The time of a visit sets the price also for those who may not see the visit.
        for lead, lead_sudo in zip(self, self.sudo(), strict=True):
            zone = timezone(lead._get_rule_timezone())
            visits = lead_sudo.work_order_ids.filtered(
                lambda visit: visit.state != "cancelled" and visit.date_start
            )
            planned = min(visits.mapped("date_start"), default=None)
            found = {
                "visit": planned or lead.wished_start,
                "asked": lead.create_date or fields.Datetime.now(),
            }
            moments[lead] = {
                name: utc.localize(moment).astimezone(zone)
                for name, moment in found.items()
                if moment
            }
        return moments

    def _get_rule_timezone(self):
        """By whose clock hours are meant: the place of work, else the customer, else
        the company."""
        self.ensure_one()
        company = self._get_service_company()
        return (
            self.site_id.tz
            or self.partner_id.tz
            or company.sudo().resource_calendar_id.tz  # hours of work are no secret
            or "UTC"
        )

    def _get_rule_days(self, moments):
        """Which moments are in working hours, outside, or on a public holiday.

        :return: ``{lead: {"visit": "working", "asked": "holiday"}}``
        """
        days = {}
        companies = defaultdict(self.browse)
        for lead in self:
            companies[lead._get_service_company()] += lead
        for company, leads in companies.items():
            wanted = [moment for lead in leads for moment in moments[lead].values()]
            working, holidays = self._get_company_times(
                company, min(wanted), max(wanted)
            )
            for lead in leads:
                days[lead] = {
                    name: "holiday"
                    if _contains(holidays, moment)
                    else "working"
                    if _contains(working, moment)
                    else "outside"
                    for name, moment in moments[lead].items()
                }
        return days

    @api.model
    def _get_company_times(self, company, start, end):
        """Working hours and public holidays of a company.

        :return: two lists of ``(from, to)``
        """
        # Hours of work are no secret.
        calendar = company.sudo().resource_calendar_id
        if not calendar:
            return [], []
        start = fields.Datetime.subtract(start, days=1)
        end = fields.Datetime.add(end, days=1)
        nobody = self.env["resource.resource"].id
        working = calendar._attendance_intervals_batch(start, end)[nobody]
        own = [("time_type", "=", "leave"), ("company_id", "in", [company.id, False])]
        holidays = calendar._leave_intervals_batch(start, end, domain=own)[nobody]
        return [
            [(begin, until) for begin, until, _records in intervals]
            for intervals in (working, holidays)
        ]


def _contains(intervals, moment):
    return any(start <= moment < end for start, end in intervals)
