import logging

from odoo import api, fields, models

from ..tools.batch import run_isolated
from .service_contract import IN_FORCE

_logger = logging.getLogger(__name__)


class ServiceContract(models.Model):
    """Contract: what the jobs do at its end, and what they could not do."""

    _inherit = "service.contract"

    reminded_for = fields.Date(readonly=True, copy=False)
    remind_on = fields.Date(
        "Reminder on", compute="_compute_remind_on", store=True, index=True
    )
    job_error = fields.Text(
        "What Could Not Be Done",
        readonly=True,
        copy=False,
        help="What stopped the program from renewing the contract, or from making its "
        "invoice. It tries again the next day.",
    )
    job_retry = fields.Date("Tried again on", readonly=True, copy=False)

    @api.depends("date_end", "renewal", "notice_days", "reminded_for", "state")
    def _compute_remind_on(self):
        for contract in self:
            contract.remind_on = (
                contract.state in IN_FORCE
                and contract.renewal != "none"
                and contract.date_end
                and contract.reminded_for != contract.date_end
                and fields.Date.subtract(contract.date_end, days=contract.notice_days)
            )

    @api.model
    def _cron_follow_terms(self, limit=200):
        """Remind before the end, renew by itself, let expire."""
        domain = self._get_term_domain() & self._get_job_domain()
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self.search_count(domain))
        while contracts := self.search(
            domain, limit=limit, order="date_end, id"
        ).try_lock_for_update():
            contracts._run_job(lambda part: part._follow_terms())
            if not commit(len(contracts), remaining=self.search_count(domain)):
                break

    @api.model
    def _get_term_domain(self):
        """Contracts in force whose end has come, or is near and not announced yet."""
        domains = []
        for today, companies in self._get_companies_by_today().items():
            domains.append(
                fields.Domain("company_id", "in", companies.ids)
                & (
                    fields.Domain("date_end", "<", today)
                    | fields.Domain("remind_on", "<=", today)
                )
            )
        return fields.Domain("state", "in", IN_FORCE) & fields.Domain.OR(domains)

    @api.model
    def _get_job_domain(self):
        """Contracts without an error that waits for tomorrow."""
        return fields.Domain("job_retry", "=", False) | fields.Domain(
            "job_retry", "<=", fields.Date.today()
        )

    def _run_job(self, run):
        """Run something on the contracts; what fails keeps its error and waits.

        :param run: called with a part of the contracts
        :return: the contracts for which it went well
        """

        def keep_error(contract, error):
            _logger.warning("Contract %s: %s", contract.id, error)
            contract.write(
                {
                    "job_error": str(error),
                    "job_retry": fields.Date.add(fields.Date.today(), days=1),
                }
            )

        done = run_isolated(self.env, self, run, keep_error)
        done.filtered("job_error").write({"job_error": False, "job_retry": False})
        return done

    def _follow_terms(self):
        """One look at the ends of these contracts."""
        today = {company: self._get_today(company) for company in self.company_id}
        for contract in self:
            day = today[contract.company_id]
            if contract.date_end < day and contract.renewal == "auto":
                while contract.date_end < day:
                    contract._action_renew()
            elif contract.date_end < day:
                state = "cancelled" if contract.terminate_reason else "expired"
                contract._action_end(state)
        due = self.filtered(
            lambda contract: (
                contract.remind_on and contract.remind_on <= today[contract.company_id]
            )
        )
        due._remind_of_end()

    def _remind_of_end(self):
        """Give the responsible people the task of the renewal, once for each end."""
        kind = self.env.ref("service_crm.mail_activity_contract_end")
        model_id = self.env["ir.model"]._get_id(self._name)
        vals_list = []
        for contract in self:
            user = contract.user_id or contract.create_uid
            reader = contract.with_context(lang=user.lang or self.env.lang)
            vals_list.append(
                {
                    "activity_type_id": kind.id,
                    "summary": kind.with_env(reader.env).summary,
                    "note": reader._get_end_note(),
                    "automated": True,
                    "user_id": user.id,
                    "date_deadline": contract.date_end,
                    "res_model_id": model_id,
                    "res_id": contract.id,
                }
            )
            contract.reminded_for = contract.date_end
        self.env["mail.activity"].create(vals_list)

    def _get_end_note(self):
        """What the responsible person must know about the end."""
        self.ensure_one()
        if self.renewal == "auto":
            return self.env._(
                "The contract renews by itself after %(date)s for %(months)s months. "
                "Terminate it before if it shall end.",
                date=self._format_day(self.date_end),
                months=self.renewal_months,
            )
        return self.env._(
            "The contract ends on %(date)s. Talk to %(partner)s, then renew it or let "
            "it end.",
            date=self._format_day(self.date_end),
            partner=self.partner_id.display_name,
        )
