from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ..tools.defaults import without_defaults

# Only the steps and the jobs write these; for everybody else they are facts.
FACT_FIELDS = frozenset(
    {
        "amount_agreed",
        "amount_invoiced",
        "amount_paid",
        "amount_rest",
        "billed_until",
        "billing_next_date",
        "job_error",
        "job_retry",
        "name",
        "remind_on",
        "reminded_for",
        "state",
        "terminate_reason",
    }
)
IN_FORCE = ("active", "paused")
# What cannot change any more once the contract has its number.
AGREED_FIELDS = frozenset({"company_id", "currency_id", "direction", "partner_id"})


class ServiceContract(models.Model):
    """What is agreed for longer than one job, with a customer or a supplier."""

    _name = "service.contract"
    _description = "Contract"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "portal.mixin",
        "service.phase.mixin",
        "service.company.mixin",
    ]
    _check_company_auto = True
    _order = "date_start desc, id desc"
    _rec_names_search = ["name", "subject", "partner_id"]

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    subject = fields.Char(required=True, tracking=True)
    direction = fields.Selection(
        [("income", "With a customer"), ("expense", "With a supplier")],
        "Kind",
        required=True,
        default="income",
    )
    partner_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        check_company=True,
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True, index=True
    )
    parent_id = fields.Many2one(
        "service.contract",
        "Framework Contract",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The contract this one belongs to: several contracts of one project, with "
        "customer and suppliers, hang on one.",
    )
    child_ids = fields.One2many("service.contract", "parent_id", "Contracts below")
    request_id = fields.Many2one(
        "crm.lead",
        "Made for Request",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        check_company=True,
        domain=[("is_service", "=", True)],
    )
    site_ids = fields.Many2many(
        "res.partner",
        "service_contract_site_rel",
        string="Places of Work",
        check_company=True,
        help="Where the contract is in force; everywhere at the customer's when empty.",
    )
    equipment_ids = fields.Many2many(
        "service.equipment",
        "service_contract_equipment_rel",
        check_company=True,
        help="What the contract covers; all the customer has when empty.",
    )
    date_start = fields.Date("Begin", tracking=True)
    date_end = fields.Date(
        "End", tracking=True, help="The last day. Without it the contract has no end."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("active", "In force"),
            ("paused", "Paused"),
            ("expired", "Expired"),
            ("cancelled", "Terminated"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        "Price List",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Prices of requests under this contract; the customer's own when empty.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        index="btree_not_null",
        default=lambda self: self.env.user,
        ondelete="restrict",
        tracking=True,
    )
    team_id = fields.Many2one(
        "crm.team",
        "Service Team",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("is_service", "=", True)],
        check_company=True,
        help="Takes the requests that the maintenance plan makes.",
    )
    sla_hours = fields.Float(
        "Response within", help="Working hours until somebody has to be there."
    )
    sla_text = fields.Text("Service Level", help="What is promised, in plain words.")
    terminate_reason = fields.Text("Why Terminated", readonly=True, copy=False)
    request_ids = fields.One2many("crm.lead", "contract_id", "Requests")
    maintenance_ids = fields.One2many(
        "service.contract.maintenance", "contract_id", copy=True
    )
    request_count = fields.Integer(
        "Number of Requests", compute="_compute_request_count"
    )
    term_label = fields.Char("Term", compute="_compute_term_label")

    _number_uniq = models.UniqueIndex(
        "(company_id, name)", "There is a contract with this number already."
    )
    _dates_order = models.Constraint(
        "CHECK(date_end >= date_start)", "A contract ends after it begins."
    )
    _sla_positive = models.Constraint(
        "CHECK(sla_hours >= 0)", "The response time can not be negative."
    )

    @api.constrains("parent_id")
    def _check_parent(self):
        """Contracts that belong to others form no circle."""
        if self._has_cycle():
            raise ValidationError(self.env._("A contract can not belong to itself."))

    # -- computes

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for contract in self:
            contract.display_name = " ".join(
                filter(None, (contract.name, contract.subject))
            )

    def _compute_access_url(self):
        super()._compute_access_url()
        for contract in self:
            contract.access_url = f"/my/contracts/{contract.id}"

    @api.depends("request_ids")
    def _compute_request_count(self):
        counts = dict(
            self.env["crm.lead"]._read_group(
                [("contract_id", "in", self.ids)], ["contract_id"], ["__count"]
            )
        )
        for contract in self:
            contract.request_count = counts.get(contract._origin, 0)

    @api.depends("name", "subject", "date_end", "state")
    @api.depends_context("lang")
    def _compute_term_label(self):
        """What an operator reads: *under contract C-014 until 31 Dec*."""
        for contract in self:
            number = contract.name or contract.subject
            if contract.date_end:
                contract.term_label = self.env._(
                    "%(number)s until %(date)s",
                    number=number,
                    date=contract._format_day(contract.date_end),
                )
            else:
                contract.term_label = number

    # -- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._check_facts_by_hand(
            {
                field_name
                for vals in vals_list
                for field_name, value in vals.items()
                if value and (field_name, value) != ("state", "draft")
            }
        )
        self = without_defaults(self, FACT_FIELDS)
        return super().create(vals_list)

    def write(self, vals):
        self._check_facts_by_hand(vals.keys())
        changed = AGREED_FIELDS & vals.keys()
        agreed = self.filtered(
            lambda contract: (
                contract.state != "draft"
                and any(
                    contract._fields[name].convert_to_write(contract[name], contract)
                    != vals[name]
                    for name in changed
                )
            )
        )
        if agreed:
            raise UserError(
                self.env._(
                    "%(contracts)s: partner, company, currency and kind of a contract "
                    "that has been in force do not change. Terminate it and make a "
                    "new one.",
                    contracts=", ".join(agreed.mapped("display_name")),
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if kept := self.filtered(lambda contract: contract.state != "draft"):
            raise UserError(
                self.env._(
                    "%(contracts)s has been in force and is kept. Terminate it, or "
                    "archive it.",
                    contracts=", ".join(kept.mapped("display_name")),
                )
            )

    # -- actions

    def action_view_requests(self):
        """Open the requests under this contract."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "service_crm.action_request_all"
        )
        action["domain"] = [("contract_id", "in", self.ids), ("is_service", "=", True)]
        action["context"] = {
            "service_new": True,
            "default_contract_id": self[:1].id,
            "default_partner_id": self[:1].partner_id.id,
            "active_test": False,
        }
        return action

    # -- helpers

    @api.model
    def _get_service_entry_fields(self):
        """Steps of contracts are logged: messages and robots follow them."""
        return (*super()._get_service_entry_fields(), "state")

    @api.model
    def _get_today(self, company):
        """The day it is at the company."""
        tz = self._get_company_tz(company)
        return fields.Date.context_today(self.with_context(tz=tz))

    @api.model
    def _get_company_tz(self, company):
        """The time zone of the company's working hours."""
        return company.resource_calendar_id.tz or company.partner_id.tz or "UTC"

    @api.model
    def _get_companies_by_today(self, model=None):
        """``{day: companies where it is that day}``, at most three.

        :param model: whose records' companies; contracts unless told
        """
        model = self if model is None else model
        companies = self.env["res.company"].union(
            *(company for (company,) in model._read_group([], ["company_id"]))
        )
        return companies.grouped(self._get_today)

    def _format_day(self, day):
        """A day as people say it; the year when it is another one."""
        today = fields.Date.context_today(self)
        pattern = "d MMM" if day.year == today.year else "d MMM y"
        return format_date(self.env, day, date_format=pattern)

    @api.model
    def _check_facts_by_hand(self, names):
        """Refuse facts that come by form, import or RPC instead of by a step."""
        forged = FACT_FIELDS & names
        if forged and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(fields)s: changed only by the steps of a contract.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(forged)
                    ),
                )
            )
