from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.assignment import pick_best, pick_least, pick_turn, within_limit
from ..tools.locks import take_turns


class ServiceAssignmentRule(models.Model):
    """Assignment rule: how each method finds somebody.

    ``book`` is what one run of the rules has read: people, their load, their figures.
    Whoever is given a request in the run is counted there at once, so that a batch is
    shared out as single requests would be.
    """

    _inherit = "service.assignment.rule"

    def _choose(self, requests, book):
        """Somebody for each request, by the method of the rule.

        :return: ``{request: (person, reason)}``, without those nobody was found for
        """
        self.ensure_one()
        method = self._get_methods()[self.method]
        if requests and (method.get("by_load") or self.max_open):
            # who is being given something in another transaction has it to do
            take_turns(self)
        return getattr(self, f"_pick_{self.method}")(requests, book)

    def _pick_engineers(self, requests, book):
        """An engineer of the services asked for: of several who knows most of them,
        then who has the least to do."""
        products = requests.request_line_ids.product_id.product_tmpl_id
        engineers = products._get_service_engineers()
        chosen = {}
        for request in requests:
            people = book.get_people(self, request)
            services = request.request_line_ids.product_id.product_tmpl_id
            known = {
                person: sum(person in engineers[service] for service in services)
                for person in people
            }
            people = [person for person in people if known[person]]
            loads = book.get_loads(self.role)
            person = pick_best(known, loads, within_limit(loads, people, self.max_open))
            if person:
                book.count(self.role, person)
                service = services.filtered(
                    lambda s, person=person: person in engineers[s]
                )[:1]
                chosen[request] = (
                    person,
                    self.env._("engineer of the service %(name)s", name=service.name),
                )
        return chosen

    def _pick_personal(self, requests, book):
        """The customer's personal manager or performer."""
        field_name = "service_performer_id" if self.role == "performer" else "user_id"
        chosen = {}
        for request in requests:
            partner = request.partner_id
            person = partner[field_name] or partner.commercial_partner_id[field_name]
            loads = book.get_loads(self.role)
            if person and within_limit(
                loads,
                [p for p in book.get_people(self, request) if p == person],
                self.max_open,
            ):
                book.count(self.role, person)
                chosen[request] = (
                    person,
                    self.env._(
                        "the customer %(name)s is theirs",
                        name=partner.commercial_partner_id.name or partner.name,
                    ),
                )
        return chosen

    def _pick_load(self, requests, book):
        """Who has the fewest open requests."""
        chosen = {}
        for request in requests:
            loads = book.get_loads(self.role)
            people = within_limit(loads, book.get_people(self, request), self.max_open)
            person = pick_least(loads, people)
            if person:
                reason = self.env._(
                    "%(open)s open, the least of %(count)s people",
                    open=loads.get(person, 0),
                    count=len(people),
                )
                book.count(self.role, person)
                chosen[request] = (person, reason)
        return chosen

    def _pick_turn(self, requests, book):
        """Everybody in turn, also over transactions that run at once."""
        chosen, waiting = {}, []
        for request in requests:
            if book.get_people(self, request):
                waiting.append(request)
        numbers = self._draw_turns(len(waiting)) if waiting else []
        for request, number in zip(waiting, numbers, strict=True):
            loads = book.get_loads(self.role)
            people = within_limit(loads, book.get_people(self, request), self.max_open)
            person = pick_turn(number, people)
            if person:
                book.count(self.role, person)
                chosen[request] = (
                    person,
                    self.env._(
                        "it was their turn, %(count)s people in all", count=len(people)
                    ),
                )
        return chosen

    def _pick_best(self, requests, book):
        """Who did best in the last twelve months, up to the limit of open requests."""
        name = self._get_figures()[self.figure]["name"].lower()
        chosen = {}
        for request in requests:
            loads = book.get_loads(self.role)
            people = within_limit(loads, book.get_people(self, request), self.max_open)
            figures = book.get_figures(self)
            person = pick_best(figures, loads, people)
            if person:
                book.count(self.role, person)
                chosen[request] = (
                    person,
                    self.env._(
                        "the best by %(figure)s (%(value)s) of %(count)s people",
                        figure=name,
                        value=f"{figures.get(person, 0):g}",
                        count=len(people),
                    ),
                )
        return chosen

    def _pick_fixed(self, requests, book):
        """The first of the people named who is there and has room."""
        chosen = {}
        for request in requests:
            loads = book.get_loads(self.role)
            people = within_limit(loads, book.get_people(self, request), self.max_open)
            if people:
                book.count(self.role, people[0])
                chosen[request] = (people[0], self.env._("named by the rule"))
        return chosen

    def _pick_first_line(self, requests, book):
        """Nobody was found: an operator of the first line gets the request.

        Where there is no operator it stays in the queue, which is the first line's.
        """
        chosen = {}
        requests = requests.filtered(lambda request: not request.operator_id)
        if requests:
            take_turns(self)
        for request in requests:
            loads = book.get_loads("operator")
            people = book.get_role_people("operator", request)
            person = pick_least(loads, people)
            if person:
                book.count("operator", person)
                chosen[request] = (
                    person,
                    self.env._("nobody else was found: the first line takes it"),
                )
        return chosen

    # Figures, over twelve months

    @api.model
    def _get_turnover_figures(self, role):
        """``{person: agreed amount in the company's currency}``."""
        column = self._get_roles()[role]["field"]
        self.env["sale.order"].flush_model()
        self.env["crm.lead"].flush_model([column])
        return self._as_people(
            role,
            SQL(
                """
                SELECT lead.%(column)s,
                       sum(sold.amount_untaxed / COALESCE(
                           NULLIF(sold.currency_rate, 0), 1))
                  FROM sale_order sold
                  JOIN crm_lead lead ON lead.id = sold.opportunity_id
                 WHERE sold.state = 'sale' AND sold.date_order >= %(since)s
                   AND lead.%(column)s IS NOT NULL
              GROUP BY lead.%(column)s
                """,
                column=SQL.identifier(column),
                since=self._get_figures_start(),
            ),
        )

    @api.model
    def _get_rating_figures(self, role):
        """``{person: stars, on average}``."""
        field_name = self._get_roles()[role]["field"]
        # Ratings of all requests count, also of those the operator cannot see.
        rows = (
            self.env["crm.lead"]
            .sudo()
            ._read_group(
                [
                    (field_name, "!=", False),
                    ("rating_last_value", ">", 0),
                    ("create_date", ">=", self._get_figures_start()),
                ],
                [field_name],
                ["rating_last_value:avg"],
            )
        )
        return {person.sudo(False): round(stars, 2) for person, stars in rows}

    @api.model
    def _get_win_rate_figures(self, role):
        """``{person: percent of the decided requests that were won}``."""
        column = self._get_roles()[role]["field"]
        self.env["crm.lead"].flush_model([column, "won_status", "is_service"])
        return self._as_people(
            role,
            SQL(
                """
                SELECT %(column)s,
                       round(100.0 * count(*) FILTER (WHERE won_status = 'won')
                             / count(*), 1)
                  FROM crm_lead
                 WHERE is_service IS TRUE AND won_status IN ('won', 'lost')
                   AND create_date >= %(since)s AND %(column)s IS NOT NULL
              GROUP BY %(column)s
                """,
                column=SQL.identifier(column),
                since=self._get_figures_start(),
            ),
        )

    @api.model
    def _get_figures_start(self):
        """Since when work counts in figures of people (UTC)."""
        return fields.Datetime.subtract(fields.Datetime.now(), years=1)

    @api.model
    def _as_people(self, role, query):
        """Rows of ids and numbers as ``{person: number}``."""
        model = self.env["crm.lead"]._fields[self._get_roles()[role]["field"]]
        people = self.env[model.comodel_name]
        rows = self.env.execute_query(query)
        return {people.browse(key): float(value) for key, value in rows}


class Book:
    """What one run of the rules has read, and whom it gave how much."""

    def __init__(self, env):
        self.env = env
        self._loads = {}
        self._figures = {}
        self._roles = {}
        self._people = {}
        self._absent = None

    def get_loads(self, role):
        """``{person: number of open requests}`` of a role."""
        if role not in self._loads:
            roles = self.env["service.assignment.rule"]._get_roles()
            loads = self.env["crm.lead"]._get_role_loads(roles[role]["field"])
            self._loads[role] = defaultdict(int, loads)
        return self._loads[role]

    def count(self, role, person):
        """One more for somebody."""
        self.get_loads(role)[person] += 1

    def get_figures(self, rule):
        key = rule.role, rule.figure
        if key not in self._figures:
            method = getattr(rule, f"_get_{rule.figure}_figures")
            self._figures[key] = method(rule.role)
        return self._figures[key]

    def get_people(self, rule, request):
        """Who may get the request by the rule, in the order of the rule."""
        key = rule.id, request.team_id.id, request.company_id.id
        if key not in self._people:
            self._people[key] = self._keep_present(
                request._get_role_people(rule.role, rule._get_named(), self)
            )
        return self._people[key]

    def get_role_people(self, role, request):
        """Who of the request's team may get it in a role, whatever a rule says."""
        key = role, request.team_id.id, request.company_id.id
        if key not in self._people:
            named = self.env["res.users"].browse()
            self._people[key] = self._keep_present(
                request._get_role_people(role, named, self)
            )
        return self._people[key]

    def get_role_users(self, role):
        """Everybody who has a role."""
        if role not in self._roles:
            group = self.env.ref(f"service_crm.group_service_{role}")
            # Who has which role is not readable for operators.
            users = group.sudo().all_user_ids.filtered(
                lambda user: user.active and not user.share
            )
            self._roles[role] = users.sorted("id").sudo(False)
        return self._roles[role]

    def _keep_present(self, people):
        """Without those who are on leave now."""
        if self._absent is None:
            self._absent = self.env["resource.resource"]._get_absent_now()
        return [
            person
            for person in people
            if (person.id not in self._absent.get(person._name, ()))
        ]
