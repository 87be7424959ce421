from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.contract_periods import add_months
from ..tools.locks import take_turns

NUMBER_CODE = "service.contract"


class ServiceContract(models.Model):
    """Contract: in force, paused, renewed, terminated."""

    _inherit = "service.contract"

    renewal = fields.Selection(
        [
            ("none", "Ends"),
            ("remind", "Ask whether to renew"),
            ("auto", "Renews by itself"),
        ],
        "At the End",
        required=True,
        default="remind",
        tracking=True,
    )
    renewal_months = fields.Integer("Renewed for (Months)", default=12, required=True)
    notice_days = fields.Integer(
        "Reminder (Days before)",
        default=30,
        required=True,
        help="So many days before the end the responsible person gets a task.",
    )
    pause_ids = fields.One2many("service.contract.pause", "contract_id", "Pauses")

    _renewal_positive = models.Constraint(
        "CHECK(renewal_months > 0)", "A contract is renewed for one month at least."
    )
    _notice_positive = models.Constraint(
        "CHECK(notice_days >= 0)", "The days of the reminder can not be negative."
    )

    # -- steps

    def action_activate(self):
        """The contracts are signed: they get their numbers and are in force."""
        self._check_may_step()
        self._check_state("draft")
        # Number and state are facts that nobody writes by hand.
        self.sudo()._action_activate()
        return True

    def action_pause(self):
        """Nothing is done and nothing invoiced from today on."""
        self._check_may_step()
        self._check_state("active")
        self.sudo()._action_pause()  # state and pauses, see action_activate()
        return True

    def action_resume(self):
        """In force again from today on."""
        self._check_may_step()
        self._check_state("paused")
        self.sudo()._action_resume()  # state and pauses, see action_activate()
        return True

    def action_renew(self):
        """The contracts go on for the months of their renewal rule."""
        self._check_may_step()
        self._check_state("active", "paused", "expired")
        self.sudo()._action_renew()  # the state, see action_activate()
        return True

    def action_terminate(self, reason=None, date=None):
        """The contracts end; without a reason it is asked for.

        :param date: the last day; today unless told
        """
        self._check_may_step()
        self._check_state("active", "paused")
        if not (reason or "").strip():
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Terminate"),
                "res_model": "service.contract.terminate",
                "view_mode": "form",
                "target": "new",
                "context": {"default_contract_ids": self.ids},
            }
        # The state, see action_activate().
        self.sudo()._action_terminate(reason, fields.Date.to_date(date))
        return True

    # -- what the steps do

    def _action_activate(self):
        """What coming into force does: number, first day, state."""
        for company, contracts in self.grouped("company_id").items():
            today = self._get_today(company)
            for contract in contracts:
                contract._check_complete()
                contract.write(
                    {
                        "name": contract.name or self._draw_number(company, today),
                        "date_start": contract.date_start or today,
                        "state": "active",
                    }
                )

    def _action_pause(self):
        """What pausing does: the pause begins today."""
        self.env["service.contract.pause"].create(
            [
                {
                    "contract_id": contract.id,
                    "date_start": self._get_today(contract.company_id),
                }
                for contract in self
            ]
        )
        self.write({"state": "paused"})

    def _action_resume(self):
        """What resuming does: the pause ends."""
        self._close_pauses()
        self.write({"state": "active"})

    def _action_renew(self):
        """What renewing does: the contract ends a term later."""
        for contract in self:
            if not contract.date_end:
                raise UserError(
                    self.env._(
                        "%(contract)s has no end: there is nothing to renew.",
                        contract=contract.display_name,
                    )
                )
            end = contract._get_renewed_end()
            state = "active" if contract.state == "expired" else contract.state
            contract.write({"date_end": end, "state": state})
            contract._message_log(
                body=self.env._(
                    "Renewed until %(date)s.", date=contract._format_day(end)
                )
            )
        self.activity_feedback(["service_crm.mail_activity_contract_end"])

    def _action_terminate(self, reason, date=None):
        """What terminating does: the last day and the reason are noted."""
        for contract in self:
            today = self._get_today(contract.company_id)
            last = date or today
            contract._check_last_day(last)
            contract.write(
                {
                    "date_end": last,
                    "renewal": "none",
                    "terminate_reason": reason.strip(),
                }
            )
            contract._message_log(
                body=Markup("<p>%s</p><p>%s</p>")
                % (
                    self.env._(
                        "Terminated, last day %(date)s.",
                        date=contract._format_day(last),
                    ),
                    reason.strip(),
                )
            )
            if last <= today:
                contract._action_end("cancelled")
        self.activity_unlink(["service_crm.mail_activity_contract_end"])

    def _action_end(self, state):
        """The contracts are over; a pause ends with them."""
        self._close_pauses()
        self.write({"state": state})

    # -- checks and helpers

    def _check_may_step(self):
        """Managers answer for contracts."""
        if not self.env.su:
            self.env.user._check_service_role("manager")
        self.check_access("write")

    def _check_state(self, *states):
        """Refuse a step that does not fit the state, saying which contract it is."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for contract in self:
            if contract.state not in states:
                raise UserError(
                    self.env._(
                        "%(contract)s is “%(state)s”: this step needs “%(needed)s”.",
                        contract=contract.display_name,
                        state=labels[contract.state],
                        needed="”, “".join(labels[state] for state in states),
                    )
                )

    def _check_complete(self):
        """What a contract must say before it is in force. Extension point."""

    def _check_last_day(self, last):
        """A contract ends after it began and after what was invoiced."""
        self.ensure_one()
        if self.billed_until and last < self.billed_until:
            raise UserError(
                self.env._(
                    "%(contract)s is invoiced until %(date)s. Choose that day or a "
                    "later one, or credit the invoice first.",
                    contract=self.display_name,
                    date=self._format_day(self.billed_until),
                )
            )
        if self.date_start and last < self.date_start:
            raise UserError(
                self.env._(
                    "%(contract)s begins on %(date)s: it can not end before.",
                    contract=self.display_name,
                    date=self._format_day(self.date_start),
                )
            )

    def _get_renewed_end(self):
        """The last day after one renewal; the end of a month stays one."""
        self.ensure_one()
        following = fields.Date.add(self.date_end, days=1)
        return fields.Date.subtract(add_months(following, self.renewal_months), days=1)

    def _close_pauses(self):
        """The open pauses end yesterday: today counts again."""
        for pause in self.pause_ids.filtered(lambda pause: not pause.date_end):
            yesterday = fields.Date.subtract(
                self._get_today(pause.contract_id.company_id), days=1
            )
            if yesterday < pause.date_start:
                pause.unlink()  # begun and ended on one day
            else:
                pause.date_end = yesterday

    @api.model
    def _draw_number(self, company, day):
        """The next number of the company in the year of the day."""
        sequence = self.env["ir.sequence"].with_company(company)
        domain = [("code", "=", NUMBER_CODE), ("company_id", "=", company.id)]
        found = sequence.search(domain, limit=1)
        if not found:
            take_turns(company)  # of two that begin the second finds the sequence
            found = sequence.create(self._prepare_number_sequence_values(company))
        return found.next_by_id(sequence_date=day)

    @api.model
    def _prepare_number_sequence_values(self, company):
        """Values of the sequence of a company's contract numbers. Extension point."""
        return {
            "name": self.env._("Contracts of %(company)s", company=company.name),
            "code": NUMBER_CODE,
            "company_id": company.id,
            "prefix": "C-%(range_year)s-",
            "padding": 3,
            "use_date_range": True,
        }
