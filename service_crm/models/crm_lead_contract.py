from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..tools.contract_cover import Cover, choose


class CrmLead(models.Model):
    """Service request: the contract it is done under, or made into."""

    _inherit = "crm.lead"

    contract_id = fields.Many2one(
        compute="_compute_contract_id",
        store=True,
        readonly=False,
        compute_sudo=True,
        domain="[('commercial_partner_id', '=', commercial_partner_id), "
        "('direction', '=', 'income'), ('company_id', '=', company_id)]",
        tracking=True,
    )
    contract_term = fields.Char(
        related="contract_id.term_label", string="Under Contract"
    )
    made_contract_ids = fields.One2many(
        "service.contract", "request_id", "Contracts Made of It"
    )
    made_contract_count = fields.Integer(
        compute="_compute_made_contract_count", compute_sudo=True
    )
    maintenance_id = fields.Many2one(
        "service.contract.maintenance",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    maintenance_date = fields.Date("Maintenance Due", readonly=True, copy=False)

    _maintenance_uniq = models.UniqueIndex(
        "(maintenance_id, maintenance_date) WHERE maintenance_id IS NOT NULL",
        "There is a request for this maintenance already.",
    )

    @api.depends("is_service", "partner_id", "site_id", "equipment_id", "company_id")
    def _compute_contract_id(self):
        """The one contract in force that covers the request; chosen by hand it stays
        as long as it is one of the customer's."""
        requests = self.filtered(lambda r: r.is_service and r.partner_id)
        others = self - requests
        for request in others:
            request.contract_id = request.contract_id if request.is_service else False
        covers = requests._get_contract_covers()
        contract = self.env["service.contract"]
        for request in requests:
            found = covers.get(
                (
                    request.partner_id.commercial_partner_id,
                    request._get_cover_company(),
                ),
                (),
            )
            site, thing = request.site_id.id, request.equipment_id.id
            fits = {cover.contract_id: cover.get_fit(site, thing) for cover in found}
            if not fits.get(request.contract_id.id):
                request.contract_id = contract.browse(choose(found, site, thing))
            else:
                request.contract_id = request.contract_id

    @api.depends("made_contract_ids")
    def _compute_made_contract_count(self):
        for request in self:
            request.made_contract_count = len(request.made_contract_ids)

    @api.constrains("contract_id", "company_id")
    def _check_contract_company(self):
        """Work is counted on a contract of the own company only."""
        for request in self:
            # sudo: also those who may not read contracts are refused a foreign one
            company = request.contract_id.sudo().company_id
            own = request.company_id or request.team_id.company_id or self.env.companies
            if company and company not in own:
                raise UserError(
                    self.env._(
                        "The contract of %(request)s is of another company: choose "
                        "one of the company of the request.",
                        request=request.display_name,
                    )
                )

    # -- actions

    def action_make_contract(self):
        """Ready to buy: account and contract as drafts, from what the request says."""
        self.env.user._check_service_role("manager")
        self.check_access("write")
        for request in self:
            if not request.is_service or not request.active:
                raise UserError(
                    self.env._("A contract is made of an open service request.")
                )
            if not request.partner_id and request.service_phase == "qualification":
                request.action_convert_new()
            if not request.partner_id:
                raise UserError(
                    self.env._(
                        "%(request)s: nobody knows yet who the customer is. Choose "
                        "the customer, or pass the request to a manager.",
                        request=request.display_name,
                    )
                )
        # sudo: nobody makes one a second time for not seeing it
        fresh = self.filtered(lambda request: not request.sudo().made_contract_ids)
        self.env["service.contract"].create(
            [request._prepare_contract_values() for request in fresh]
        )
        return self.action_view_made_contracts()

    def action_view_made_contracts(self):
        """Open the contracts made of the requests."""
        contracts = self.made_contract_ids
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Contracts"),
            "res_model": "service.contract",
            "view_mode": "list,form",
            "domain": [("id", "in", contracts.ids)],
        }
        if len(contracts) == 1:
            action.update(res_id=contracts.id, view_mode="form", name=contracts.subject)
        return action

    def _merge_dependences(self, opportunities):
        """Contracts made of the requests, and the maintenance they are, go along."""
        result = super()._merge_dependences(opportunities)
        if self.is_service:
            # All that belongs to the merged requests, also what the user cannot see.
            tail = opportunities.sudo().with_context(active_test=False)
            tail.made_contract_ids.write({"request_id": self.id})
            due = tail.filtered("maintenance_id")[:1]
            if due and not self.maintenance_id:
                values = {
                    "maintenance_id": due.maintenance_id.id,
                    "maintenance_date": due.maintenance_date,
                }
                # One request per maintenance and day: first the other lets it go.
                due.write({"maintenance_id": False})
                due.flush_recordset(["maintenance_id"])
                self.sudo().write(values)  # a fact that nobody writes by hand
        return result

    # -- value makers and helpers

    def _prepare_contract_values(self):
        """Values of the contract made of this request. Extension point."""
        self.ensure_one()
        company = self._get_service_company()
        return {
            "subject": self.name,
            "partner_id": self.partner_id.id,
            "company_id": company.id,
            "request_id": self.id,
            "team_id": self.team_id.id,
            "user_id": self.user_id.id or self.env.uid,
            "site_ids": [Command.set(self.site_id.ids)],
            "equipment_ids": [Command.set(self.equipment_id.ids)],
            "currency_id": self.service_currency_id.id or company.currency_id.id,
            "pricelist_id": self._get_service_pricelist().id,
            "amount_total": self.service_amount_total,
            "payment_scheme": self.team_id.payment_scheme,
        }

    def _get_service_pricelist(self):
        """Under a contract its prices hold."""
        # Also for those who may not read contracts.
        agreed = self.contract_id.sudo().pricelist_id
        return agreed.sudo(self.env.su) or super()._get_service_pricelist()

    def _get_cover_company(self):
        """The company whose contracts may cover the request."""
        self.ensure_one()
        return self.company_id or self.team_id.company_id or self.env.company

    def _get_contract_covers(self):
        """What the contracts of the customers cover, in one query for the batch.

        :return: ``{(customer, company): [Cover]}``
        """
        customers = self.partner_id.commercial_partner_id
        if not customers:
            return {}
        contract = self.env["service.contract"]
        domains = [
            Domain("company_id", "=", company.id)
            & Domain("date_start", "<=", today)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", today))
            for company in {request._get_cover_company() for request in self}
            for today in [contract._get_today(company)]
        ]
        found = contract.search(
            Domain("commercial_partner_id", "in", customers.ids)
            & Domain("direction", "=", "income")
            & Domain("state", "=", "active")
            & Domain.OR(domains)
        )
        covers = {}
        for agreed in found:
            key = (agreed.commercial_partner_id, agreed.company_id)
            covers.setdefault(key, []).append(
                Cover(
                    agreed.id,
                    frozenset(agreed.site_ids.ids),
                    frozenset(agreed.equipment_ids.ids),
                )
            )
        return covers
