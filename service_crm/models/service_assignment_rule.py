from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from .crm_stage import SERVICE_PHASES

PHASES = SERVICE_PHASES[:-2]  # what is being closed or done needs nobody new


class ServiceAssignmentRule(models.Model):
    """Who gets a request by itself: “When … → who, by which method”.

    Rules are asked in their order; for each role the first one that finds somebody
    counts. Whoever is named already stays.
    """

    _name = "service.assignment.rule"
    _inherit = ["service.cached.mixin", "service.company.mixin"]
    _description = "Assignment rule"
    _check_company_auto = True
    _order = "sequence, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    name = fields.Char(required=True, translate=True)
    # -- when
    phase = fields.Selection(
        PHASES,
        "When It Reaches",
        required=True,
        default="new",
        help="The rule is asked when a request comes to this phase, and again when its "
        "services change. The first phase is the arrival of the request.",
    )
    product_ids = fields.Many2many(
        "product.product",
        "service_assignment_rule_product_rel",
        string="Services",
        domain="[('service_category_id', '!=', False)]",
        help="The request asks for one of them; empty: whatever it asks for.",
    )
    category_ids = fields.Many2many(
        "service.category",
        string="Categories",
        help="With their subcategories; empty: all.",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        "service_assignment_rule_partner_rel",
        string="Customers",
        help="With all their contacts; empty: all customers.",
    )
    segment_ids = fields.Many2many(
        "service.segment", string="Customer Segments", check_company=True
    )
    channel = fields.Selection(
        lambda self: self.env["crm.lead"]._get_service_channel_selection(),
        help="By which door the request came in; empty: by any.",
    )
    customers = fields.Selection(
        [
            ("any", "Customers and colleagues"),
            ("external", "Customers only"),
            ("internal", "Colleagues only"),
        ],
        "Whose Requests",
        required=True,
        default="any",
    )
    team_ids = fields.Many2many(
        "crm.team", string="Service Teams", domain="[('is_service', '=', True)]"
    )
    amount_from = fields.Monetary(
        help="What the services cost without tax, else the expected revenue."
    )
    amount_to = fields.Monetary("Amount Below")
    domain = fields.Char("Further Conditions", default="[]")
    # -- who
    role = fields.Selection(
        lambda self: [(k, r["name"]) for k, r in self._get_roles().items()],
        "Becomes",
        required=True,
        default="dispatcher",
    )
    method = fields.Selection(
        lambda self: [(k, m["name"]) for k, m in self._get_methods().items()],
        "Chosen By",
        required=True,
        default="load",
    )
    figure = fields.Selection(
        lambda self: [(k, f["name"]) for k, f in self._get_figures().items()],
        "Best By",
        default="turnover",
        help="Over the last twelve months.",
    )
    user_ids = fields.Many2many(
        "res.users",
        "service_assignment_rule_user_rel",
        string="People",
        domain=[("share", "=", False)],
        help="Among whom; empty: the people of the team who have the role.",
    )
    performer_ids = fields.Many2many(
        "resource.resource",
        "service_assignment_rule_performer_rel",
        string="Performers",
        domain=[("is_performer", "=", True)],
        help="Among whom; empty: all performers of the team.",
    )
    max_open = fields.Integer(
        "Open at Most",
        help="Who has so many open requests gets no more of them; 0: no limit.",
    )
    otherwise = fields.Selection(
        [
            ("next", "The next rule is asked"),
            ("line", "The first line takes it"),
        ],
        "If Nobody Is Found",
        required=True,
        default="next",
    )
    sequence_id = fields.Many2one(
        "ir.sequence", "Counter of Turns", readonly=True, copy=False
    )
    sentence = fields.Char("In Words", compute="_compute_sentence")

    _amounts_order = models.Constraint(
        "CHECK(amount_from >= 0 AND (COALESCE(amount_to, 0) = 0 "
        "OR amount_to > amount_from))",
        "Amounts of a rule are not negative, and “Below” is more than “From”.",
    )
    _max_open_positive = models.Constraint(
        "CHECK(max_open >= 0)", "The limit of open requests is a number from 0 on."
    )

    @api.depends(lambda self: self._get_sentence_fields())
    @api.depends_context("lang")
    def _compute_sentence(self):
        for rule in self:
            rule.sentence = rule._get_sentence()

    @api.constrains("domain")
    def _check_domain(self):
        """Conditions that cannot be read would assign nobody, without a word."""
        for rule in self:
            try:
                rule._get_domain().validate(self.env["crm.lead"])
            except (ValueError, TypeError, SyntaxError, KeyError) as error:
                raise ValidationError(
                    self.env._(
                        "The further conditions of “%(rule)s” cannot be read. Choose "
                        "them anew with the filter.",
                        rule=rule.name,
                    )
                ) from error

    @api.constrains("method", "figure")
    def _check_figure(self):
        """Who is the best is told by a figure."""
        for rule in self.filtered(lambda rule: rule.method == "best"):
            if not rule.figure:
                raise ValidationError(
                    self.env._("“%(rule)s”: choose what is best by.", rule=rule.name)
                )

    @api.constrains("role", "method", "user_ids")
    def _check_people(self):
        """The people named can have the role, and the method can find somebody."""
        for rule in self:
            method = self._get_methods()[rule.method]
            if rule.role not in method["roles"]:
                raise ValidationError(
                    self.env._(
                        "“%(method)s” finds no %(role)s. Choose another method.",
                        method=method["name"],
                        role=self._get_roles()[rule.role]["name"].lower(),
                    )
                )
            if rule.method == "fixed" and not rule._get_named():
                raise ValidationError(
                    self.env._("“%(rule)s”: name who gets it.", rule=rule.name)
                )
            wrong = rule.role != "performer" and rule.user_ids.filtered(
                lambda user, rule=rule: not user._has_service_role(rule.role)
            )
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(people)s cannot be %(role)s: give them the role first, or "
                        "choose others.",
                        people=", ".join(wrong.mapped("name")),
                        role=self._get_roles()[rule.role]["name"].lower(),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._make_counters()
        return rules

    def write(self, vals):
        result = super().write(vals)
        if vals.get("method") == "turn":
            self._make_counters()
        return result

    def unlink(self):
        # The counters are the system's, see _make_counters().
        counters = self.sudo().sequence_id
        result = super().unlink()
        counters.unlink()
        return result

    # Registries

    @api.model
    def _get_roles(self):
        """Whom a rule may name: ``{key: {"name": label, "field": field of the
        request}}``. Registry and extension point."""
        return {
            "operator": {"name": self.env._("Operator"), "field": "operator_id"},
            "manager": {"name": self.env._("Manager"), "field": "user_id"},
            "dispatcher": {"name": self.env._("Dispatcher"), "field": "dispatcher_id"},
            "performer": {
                "name": self.env._("Performer"),
                "field": "service_engineer_id",
            },
        }

    @api.model
    def _get_methods(self):
        """How somebody is found: ``{key: {"name": label, "roles": those it knows,
        "by_load": whether it looks at what people have to do}}``.

        Registry and extension point: a further method is one more entry and a method
        ``_pick_<key>(requests, book)`` that returns ``{request: (person, reason)}``.
        """
        people = ("operator", "manager", "dispatcher", "performer")
        return {
            "engineers": {
                "name": self.env._("Engineers of the service"),
                "roles": ("performer",),
                "by_load": True,
            },
            "personal": {
                "name": self.env._("The customer's own person"),
                "roles": ("manager", "performer"),
            },
            "load": {
                "name": self.env._("Least to do"),
                "roles": people,
                "by_load": True,
            },
            "turn": {"name": self.env._("In turn"), "roles": people},
            "best": {
                "name": self.env._("Best figures"),
                "roles": people,
                "by_load": True,
            },
            "fixed": {"name": self.env._("By name"), "roles": people},
        }

    @api.model
    def _get_figures(self):
        """By what somebody is the best: ``{key: {"name": label}}``.

        Registry and extension point: a further figure is one more entry and a method
        ``_get_<key>_figures(people)`` that returns ``{person: figure}``.
        """
        return {
            "turnover": {"name": self.env._("Turnover")},
            "rating": {"name": self.env._("Customers' rating")},
            "win_rate": {"name": self.env._("Share of requests won")},
        }

    # Helpers

    @api.model
    @ormcache("phase", "company_id")
    def _get_rule_ids(self, phase, company_id):
        """Ids of the rules of a phase that count in a company, in their order."""
        # Whose step it is need not read the rules.
        rules = self.sudo().search(
            [("phase", "=", phase), ("company_id", "in", (company_id, False))]
        )
        return tuple(rules.ids)

    def _get_domain(self):
        """The further conditions."""
        self.ensure_one()
        return Domain(literal_eval((self.domain or "").strip() or "[]"))

    def _get_named(self):
        """The people the rule names itself."""
        self.ensure_one()
        return self.performer_ids if self.role == "performer" else self.user_ids

    def _make_counters(self):
        """Rules that go by turns get their counter when they are made: two requests
        that arrive at once must not make one each."""
        # Administrators of the service have no right on sequences, and need none.
        for rule in self.sudo():
            if rule.method == "turn" and not rule.sequence_id:
                rule.sequence_id = rule.sequence_id.create(
                    {"name": f"{rule._description} {rule.id}", "company_id": False}
                )

    def _draw_turns(self, count):
        """The next numbers of this rule's turn, each given out once.

        Transactions that draw at the same moment get different numbers and never wait
        for each other.
        """
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{self.sequence_id.id:03d}",
                count,
            )
        )
        return sorted(number for (number,) in rows)
