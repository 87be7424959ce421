import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..tools.batch import run_isolated
from ..tools.contract_periods import add_months

_logger = logging.getLogger(__name__)


class ServiceContractMaintenance(models.Model):
    """Something to be done every so many months: the requests come by themselves."""

    _name = "service.contract.maintenance"
    _inherit = "service.company.mixin"
    _description = "Maintenance of a contract"
    _check_company_auto = True
    _order = "date_next, id"
    _rec_name = "name"

    contract_id = fields.Many2one(
        "service.contract", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, index=True, precompute=True
    )
    name = fields.Char(
        "What", compute="_compute_name", store=True, readonly=False, precompute=True
    )
    equipment_id = fields.Many2one(
        "service.equipment",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    site_id = fields.Many2one(
        "res.partner",
        "Place of Work",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    product_id = fields.Many2one(
        "product.product",
        "Service",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain=[("sale_ok", "=", True)],
        help="Stands in the request, ready to be planned.",
    )
    every_months = fields.Integer("Every (Months)", default=12, required=True)
    days_before = fields.Integer(
        "Request (Days before)",
        default=14,
        required=True,
        help="So many days before it is due the request is made.",
    )
    date_first = fields.Date(
        "First Due", required=True, default=fields.Date.context_today
    )
    date_next = fields.Date("Next Due", readonly=True, copy=False)
    date_request = fields.Date(
        "Next Request on",
        compute="_compute_date_request",
        store=True,
        index=True,
    )
    request_ids = fields.One2many("crm.lead", "maintenance_id", "Requests")
    error = fields.Text("What Could Not Be Done", readonly=True, copy=False)
    retry_on = fields.Date(readonly=True, copy=False)

    _months_positive = models.Constraint(
        "CHECK(every_months > 0)", "Maintenance comes every month at most."
    )
    _days_positive = models.Constraint(
        "CHECK(days_before >= 0)", "The days before can not be negative."
    )

    @api.depends("product_id", "equipment_id")
    def _compute_name(self):
        for row in self:
            row.name = row.name or ": ".join(
                filter(None, (row.product_id.name, row.equipment_id.display_name))
            )

    @api.depends(
        "date_next", "days_before", "contract_id.state", "contract_id.date_end"
    )
    def _compute_date_request(self):
        """Nothing is due while the contract is not in force, or after its end."""
        for row in self:
            contract = row.contract_id
            end = contract.date_end
            row.date_request = (
                contract.state == "active"
                and row.date_next
                and (not end or row.date_next <= end)
                and fields.Date.subtract(row.date_next, days=row.days_before)
            )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        for row in rows:
            row.date_next = row.date_first
        return rows

    def write(self, vals):
        result = super().write(vals)
        if "date_first" in vals or "every_months" in vals:
            for row in self:
                row.date_next = row._get_next_due()
        return result

    def action_view_requests(self):
        """Open the requests that the maintenance made."""
        action = self.contract_id.action_view_requests()
        action["domain"] = [("maintenance_id", "in", self.ids)]
        return action

    # -- the job

    @api.model
    def _cron_make_requests(self, limit=100):
        """Make the requests of what will be due; each of them once."""
        domain = self._get_due_domain()
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self.search_count(domain))
        while rows := self.search(
            domain, limit=limit, order="date_request, id"
        ).try_lock_for_update():
            rows._run_due()
            if not commit(len(rows), remaining=self.search_count(domain)):
                break

    @api.model
    def _get_due_domain(self):
        """Maintenance whose request is to be made, by the clocks of the companies."""
        today = fields.Date.today()
        return (
            Domain("retry_on", "=", False) | Domain("retry_on", "<=", today)
        ) & Domain.OR(
            Domain("company_id", "in", companies.ids)
            & Domain("date_request", "<=", day)
            for day, companies in (
                self.env["service.contract"]._get_companies_by_today(self).items()
            )
        )

    def _run_due(self):
        """Make the requests; what fails keeps its error and waits for tomorrow."""

        def keep_error(row, error):
            _logger.warning("Maintenance %s: %s", row.id, error)
            row.write(
                {
                    "error": str(error),
                    "retry_on": fields.Date.add(fields.Date.today(), days=1),
                }
            )

        done = run_isolated(
            self.env, self, lambda rows: rows._make_requests(), keep_error
        )
        done.filtered("error").write({"error": False, "retry_on": False})

    def _make_requests(self):
        """One request for each; the next one is due after the interval."""
        requests = self.env["crm.lead"].create(
            [row._prepare_request_values() for row in self]
        )
        for row in self:
            row.date_next = row._get_next_due()
        return requests

    def _prepare_request_values(self):
        """Values of the request that is made. Extension point."""
        self.ensure_one()
        contract = self.contract_id
        team = contract.team_id or self.env["crm.team"]._get_service_team()
        if not team:
            raise UserError(
                self.env._("Choose the service team of the contract, or make one.")
            )
        site = self.site_id or self.equipment_id.site_id or contract.site_ids[:1]
        values = {
            "name": self.name or contract.subject,
            "team_id": team.id,
            "company_id": contract.company_id.id,
            "partner_id": contract.partner_id.id,
            "contract_id": contract.id,
            "equipment_id": self.equipment_id.id,
            "user_id": contract.user_id.id,
            "maintenance_id": self.id,
            "maintenance_date": self.date_next,
            "service_need": self.env._(
                "%(what)s, due on %(date)s under contract %(contract)s.",
                what=self.name or contract.subject,
                date=contract._format_day(self.date_next),
                contract=contract.name or contract.subject,
            ),
        }
        if site:
            values["site_id"] = site.id
        if self.product_id:
            values["request_line_ids"] = [
                Command.create({"product_id": self.product_id.id})
            ]
        return values

    def _get_next_due(self):
        """The first due day of the plan for which there is no request yet."""
        self.ensure_one()
        made = max(self.request_ids.mapped("maintenance_date"), default=False)
        due, count = self.date_first, 0
        while made and due <= made:
            count += 1
            due = add_months(self.date_first, count * self.every_months)
        return due
