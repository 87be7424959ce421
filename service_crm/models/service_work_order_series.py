from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.batch import run_isolated


class ServiceWorkOrder(models.Model):
    """Work order: one of visits that come again and again."""

    _inherit = "service.work.order"

    series_id = fields.Many2one(
        "service.visit.series",
        "Recurring Visits",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    series_date = fields.Date(
        "Day of the Rule",
        readonly=True,
        copy=False,
        help="The day the rule of the recurring visits gives, before it was moved.",
    )
    series_start = fields.Datetime("Time of the Rule", readonly=True, copy=False)
    series_error = fields.Text("Why There Is No Request", readonly=True, copy=False)

    _series_unique = models.UniqueIndex(
        "(series_id, series_date) WHERE series_id IS NOT NULL",
        "This visit is planned already.",
    )
    _series_request_idx = models.Index(
        "(date_start) WHERE series_id IS NOT NULL AND request_id IS NULL"
    )

    def _is_free_of_series(self):
        """Whether the rule may still take the visit away: nobody knows of it."""
        self.ensure_one()
        return (
            self.state == "draft"
            and not self.customer_confirmed
            and not self.performer_confirmed
            and not self.request_id
            and self.date_start == self.series_start
        )

    @api.model
    def _make_series_requests(self, commit, limit=50):
        """Make the requests of the visits that are near.

        :param commit: function of the job: keeps what is done, tells the time left
        """
        last = 0
        while visits := self.search(
            [*self._get_series_request_domain(), ("id", ">", last)],
            order="id",
            limit=limit,
        ).try_lock_for_update():
            last = max(visits.ids)
            visits.filtered(lambda visit: visit._is_request_due())._run_requests()
            if not commit(len(visits)):
                break

    @api.model
    def _get_series_request_domain(self):
        """Visits without request that may be near enough to have one."""
        days = self.env["service.visit.series"]._read_group(
            [("state", "=", "running")], [], ["request_days:max"]
        )[0][0]
        now = fields.Datetime.now()
        return [
            ("series_id.state", "=", "running"),
            ("request_id", "=", False),
            ("state", "in", ("draft", "offered", "assigned")),
            ("date_start", ">", now),
            ("date_start", "<=", now + timedelta(days=days or 0)),
        ]

    def _is_request_due(self):
        """Whether the request of this visit is to be made now."""
        self.ensure_one()
        series = self.series_id
        ahead = timedelta(days=series.request_days)
        return (
            series._is_in_force() and self.date_start <= fields.Datetime.now() + ahead
        )

    def _run_requests(self):
        """Make the requests; the error of one stays on its visit."""

        def keep_error(visit, error):
            visit.series_error = str(error)

        done = run_isolated(
            self.env, self, lambda visits: visits._create_series_requests(), keep_error
        )
        done.filtered("series_error").series_error = False

    def _create_series_requests(self):
        """One request for each of these visits; what was maintenance is done by it."""
        requests = self.env["crm.lead"].create(
            [visit._prepare_series_request_values() for visit in self]
        )
        for visit, request in zip(self, requests, strict=True):
            visit.request_id = request
        for maintenance in self.series_id.maintenance_id:
            maintenance.date_next = maintenance._get_next_due()
        return requests

    def _prepare_series_request_values(self):
        """Values of the request a recurring visit gets. Extension point."""
        self.ensure_one()
        series, contract = self.series_id, self.series_id.contract_id
        team = self.team_id or self.env["crm.team"]._get_service_team()
        if not team:
            raise UserError(
                self.env._("Choose the service team of the recurring visits.")
            )
        values = {
            "name": series.name,
            "team_id": team.id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "equipment_id": series.equipment_id.id,
            "service_need": series.instruction
            or self.env._(
                "%(what)s: %(rule)s", what=series.name, rule=series.rule_label
            ),
            "request_line_ids": [
                Command.create({"product_id": line.product_id.id})
                for line in series.line_ids
            ],
        }
        if contract:
            values |= {"contract_id": contract.id, "user_id": contract.user_id.id}
        if series.maintenance_id:
            values |= {
                "maintenance_id": series.maintenance_id.id,
                "maintenance_date": self.series_date,
            }
        if self.site_id:
            values["site_id"] = self.site_id.id
        return values
