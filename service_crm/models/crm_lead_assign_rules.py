from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.assignment import is_between
from ..tools.batch import run_isolated
from .crm_stage import PHASE_ORDER
from .service_assignment_rule import PHASES
from .service_assignment_rule_pick import Book


class CrmLead(models.Model):
    """Service request: who gets it by the rules of assignment."""

    _inherit = "crm.lead"

    service_engineer_id = fields.Many2one(
        "resource.resource",
        "Responsible Engineer",
        domain=[("is_performer", "=", True)],
        check_company=True,
        index="btree_not_null",
        tracking=True,
        copy=False,
        help="Who answers for the services of this request: visits made from it are "
        "his unless you say otherwise.",
    )

    def action_assign_by_rules(self):
        """Ask the rules now, and tell what they said."""
        self._check_service_role("operator", "manager", "dispatcher")
        self.check_access("write")
        open_requests = self.filtered(
            lambda lead: (
                lead.is_service and lead.active and lead.service_phase in dict(PHASES)
            )
        )
        if not open_requests:
            raise UserError(
                self.env._("Rules give out open requests only: these are finished.")
            )
        texts = open_requests._assign_by_rules()
        lines = [
            f"{lead.display_name}: {texts[lead]}"
            if len(open_requests) > 1
            else texts[lead]
            for lead in open_requests
            if lead in texts
        ]
        nothing = self.env._(
            "No rule names anybody new: whoever is named already stays, and the other "
            "rules do not fit."
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if lines else "info",
                "title": self.env._("Assigned by rules"),
                "message": "\n".join(lines) or nothing,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _assign_by_rules(self, phases=None, roles=None):
        """Name people by the rules, where nobody is named yet.

        A rule that fails (its conditions are about a field that is gone) is told in
        the chatter of its requests and stops nobody.

        :param phases: rules of these phases only; without it those of all phases up
            to the request's own
        :param roles: for these roles only
        :return: ``{request: what was said in its chatter}``
        """
        texts = {}
        # The rules decide, not whoever filed the request: mail and web form included.
        requests = self.sudo().filtered(
            lambda lead: (
                lead.is_service and lead.active and lead.service_phase in dict(PHASES)
            )
        )
        for (company, phase), leads in requests.grouped(
            lambda lead: (lead.company_id, lead.service_phase)
        ).items():
            rules = leads._get_assignment_rules(company, phase, phases)
            if roles and rules:
                rules = rules.filtered(lambda rule: rule.role in roles)
            if rules:
                run_isolated(
                    self.env,
                    leads,
                    lambda part, rules=rules: texts.update(part._run_rules(rules)),
                    lambda lead, error: lead._log_rule_error(error),
                )
        return texts

    @api.model
    def _get_assignment_rules(self, company, phase, phases=None):
        """The rules for requests of a company that stand in a phase (sudo)."""
        if phases is None:
            order = PHASE_ORDER[phase]
            phases = [key for key, _name in PHASES if PHASE_ORDER[key] <= order]
        # Rules are settings; whoever files a request need not read them.
        rules = self.env["service.assignment.rule"].sudo()
        return rules.browse(
            rule_id
            for key in phases
            for rule_id in rules._get_rule_ids(key, company.id)
        )

    def _run_rules(self, rules):
        """Ask the rules one after the other, then write and tell what they said."""
        book = Book(self.env)
        facts = self._get_assignment_facts(rules)
        chosen = defaultdict(dict)  # {request: {field: (person, rule, reason)}}
        settled = set()  # (request, field): found, or left to the first line
        for rule in rules.sorted(lambda rule: (rule.sequence, rule.id)):
            name = rule._get_roles()[rule.role]["field"]
            asked = self.filtered(
                lambda lead, name=name, settled=settled: (
                    not lead[name] and (lead, name) not in settled
                )
            )
            asked = asked._filter_assigned_by(rule, facts)
            found = rule._choose(asked, book)
            for lead, (person, reason) in found.items():
                chosen[lead][name] = person, rule, reason
            if rule.otherwise == "line":
                left = asked.filtered(
                    lambda lead, found=found: (
                        lead not in found and "operator_id" not in chosen[lead]
                    )
                )
                for lead, (person, reason) in rule._pick_first_line(left, book).items():
                    chosen[lead]["operator_id"] = person, rule, reason
                found = asked
            settled |= {(lead, name) for lead in found}
            settled |= {
                (lead, field) for lead, fields_ in chosen.items() for field in fields_
            }
        return self._take_chosen(chosen)

    def _take_chosen(self, chosen):
        """Write who was found, one write for each person, and say why."""
        roles = self.env["service.assignment.rule"]._get_roles().values()
        names = {role["field"]: role["name"].lower() for role in roles}
        groups = defaultdict(self.browse)
        texts = {}
        for lead, found in chosen.items():
            lines = []
            for field_name, (person, rule, reason) in found.items():
                groups[field_name, person] += lead
                lines.append(
                    self.env._(
                        "%(person)s becomes %(role)s by the rule “%(rule)s”: "
                        "%(reason)s.",
                        person=person.name,
                        role=names[field_name],
                        rule=rule.name,
                        reason=reason,
                    )
                )
            if lines:
                texts[lead] = "\n".join(lines)
        for (field_name, person), leads in groups.items():
            # Odoo mails each request to the one it is given to; many are one mail.
            many = len(leads) > 1
            leads.with_context(
                mail_auto_subscribe_no_notify=many, mail_activity_quick_update=many
            ).write({field_name: person.id})
            if many and person._name == "res.users":
                leads._tell_assigned(person)
        if texts:
            self._message_log_batch({lead.id: text for lead, text in texts.items()})
        return texts

    def _tell_assigned(self, user):
        """Tell somebody of all the requests of a batch at once."""
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=self.env._("%(count)s requests are yours now", count=len(self)),
            body=Markup("<br/>").join(lead._get_html_link() for lead in self),
        )

    def _log_rule_error(self, error):
        """Tell that the rules could not be asked, and why."""
        self._message_log_batch(
            {
                lead.id: self.env._(
                    "The rules of assignment could not be asked: %(error)s Correct "
                    "them under Configuration, then press “Assign by Rules”.",
                    error=error,
                )
                for lead in self
            }
        )

    # What rules look at

    def _get_assignment_facts(self, rules):
        """What the conditions of these rules need, read once for the batch.

        Extension point: one more key; ``_filter_assigned_by`` gets it.
        """
        facts = {"colleagues": self.env["res.partner"], "segments": {}}
        if any(rule.customers != "any" for rule in rules):
            facts["colleagues"] = self.partner_id._filter_colleagues()
        if rules.segment_ids:
            partners = self.partner_id
            facts["segments"] = self.env["service.segment"]._get_segments(partners)
        return facts

    def _filter_assigned_by(self, rule, facts):
        """The requests a rule is about. Extension point for further conditions."""
        leads = self.filtered(lambda lead: lead._fits_rule(rule, facts))
        domain = rule._get_domain()
        return leads if domain.is_true() else leads.filtered_domain(domain)

    def _fits_rule(self, rule, facts):
        """Whether the conditions of a rule hold, further ones left aside."""
        self.ensure_one()
        partner = self.partner_id
        if rule.channel and rule.channel != self.service_channel:
            return False
        if rule.team_ids and self.team_id not in rule.team_ids:
            return False
        if rule.customers != "any":
            is_colleague = bool(partner and partner in facts["colleagues"])
            if is_colleague != (rule.customers == "internal"):
                return False
        if rule.partner_ids and not (
            (partner | partner.commercial_partner_id) & rule.partner_ids
        ):
            return False
        if rule.segment_ids and not (
            set(rule.segment_ids.ids) & set(facts["segments"].get(partner.id, ()))
        ):
            return False
        return self._fits_rule_services(rule) and self._fits_rule_amount(rule)

    def _fits_rule_services(self, rule):
        """Whether the request asks for a service the rule is about."""
        if not (rule.product_ids or rule.category_ids):
            return True
        products = self.request_line_ids.product_id
        if products & rule.product_ids:
            return True
        branches = tuple(category.parent_path for category in rule.category_ids)
        return any(
            (category.parent_path or "").startswith(branches)
            for category in products.service_category_id
            if branches
        )

    def _fits_rule_amount(self, rule):
        """Whether the amount of the request lies between those of the rule."""
        if not (rule.amount_from or rule.amount_to):
            return True
        company = self._get_service_company()
        currency = self.service_currency_id or company.currency_id
        amount = self.service_amount_untaxed
        if not amount:
            amount, currency = self.expected_revenue, company.currency_id
        amount = currency._convert(amount, rule.currency_id, company)
        return is_between(amount, rule.amount_from, rule.amount_to)

    @api.model
    def _get_role_loads(self, field_name):
        """``{person: number of open requests}`` of all who are named in a field."""
        # What somebody has to do includes what the one who asks cannot see.
        rows = self.sudo()._read_group(
            [
                (field_name, "!=", False),
                ("is_service", "=", True),
                ("service_phase", "!=", "done"),
            ],
            [field_name],
            ["__count"],
        )
        return {person.sudo(False): count for person, count in rows}

    def _get_role_people(self, role, named, book):
        """Who may get this request in a role: the people named, else the team's, else
        all of the company who have the role. Extension point.

        :param named: people a rule names
        :param book: what the run of the rules has read
        """
        self.ensure_one()
        if role == "performer":
            return self._get_rule_performers(named)
        people = book.get_role_users(role)
        if self.company_id:
            # sudo: people work for companies that whoever files a request cannot see
            fitting = people.sudo().filtered(
                lambda user: self.company_id in user.company_ids
            )
            people = people.browse(fitting.ids)
        if named:
            return named & people
        team = self.team_id
        return people & (team.member_ids | team.user_id) or people

    def _get_rule_performers(self, named):
        """The performers named, else those who work for the team of the request."""
        people = named or named.search([("is_performer", "=", True)], order="id")
        return people.filtered(
            lambda person: (
                person.is_performer
                and person.active
                and person.company_id in (self.company_id, named.company_id.browse())
                and (
                    not person.service_team_ids
                    or self.team_id in person.service_team_ids
                )
            )
        )
