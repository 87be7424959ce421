from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.service_crm.tools.locks import take_turns

from ..tools.flow import Choice
from .service_approval import EMPLOYEE


class BpmToken(models.Model):
    """Token: the stage in which people approve.

    Who is asked are the people of the stage. ``one`` and ``count``: all of them are
    asked, so many have to agree. ``all`` and ``order``: each line of the stage stands
    for one person, asked together or one after the other. The customer has to agree
    on top of it. A refusal leads the way of the outcome *rejected*; without such a way
    the stage stays, until it is asked again.
    """

    _inherit = "bpm.token"

    approval_ids = fields.One2many(
        "service.approval", "token_id", "Approvals", readonly=True
    )

    def _enter_approval(self):
        """Ask; goes on when everybody has decided."""
        self.state = "waiting"
        self._ask_approvals()
        self._plan_deadline()
        self._plan_timeout()

    def action_ask_again(self):
        """After a refusal: everybody is asked anew."""
        tokens = self._check_step("ask_again")
        for token in tokens:
            if not token._is_refused():
                raise UserError(
                    self.env._(
                        "“%(stage)s” is not refused: nothing to ask again.",
                        stage=token.stage_id.name,
                    )
                )
        tokens._get_pending_approvals()._withdraw()
        tokens._get_live_approvals().write({"state": "reset"})
        tokens._ask_approvals()
        return True

    def _refuse_ask_again(self, user, represented):
        """Who is responsible for a refused stage, or has started the process."""
        if self.instance_id.user_id == user:
            return ""
        return self._refuse_work(user, represented)

    # Asking --------------------------------------------------------------------------

    def _ask_approvals(self):
        """Ask who has to be asked now, in batch."""
        vals_list = []
        for stage, tokens in self.grouped("stage_id").items():
            approvers = stage._get_approvers(tokens)
            for token in tokens:
                vals_list += token._prepare_approvals(approvers[token])
        # approvals are readable only: made and decided by these steps alone
        approvals = self.env["service.approval"].sudo().create(vals_list)
        for approval in approvals.filtered("user_id"):
            token = approval.token_id
            if token.user_id not in token.approval_ids.user_id:
                token.user_id = approval.user_id
        for token in self.filtered(lambda token: not token.user_id):
            token.user_id = token._get_asking_user()
        approvals._notify_asked()

    def _prepare_approvals(self, people):
        """Values of what is asked at first: of these people, and the customer.

        :raise UserError: when there is nobody to ask
        """
        stage = self.stage_id
        first = people[:1] if stage.approval_mode == "order" else people
        vals_list = [
            self._prepare_approval_values(EMPLOYEE, user_id=user.id) for user in first
        ]
        if stage.approval_customer and not (people and stage.approval_mode == "order"):
            vals_list.append(self._prepare_customer_approval())
        if not vals_list:
            raise UserError(
                self.env._("Nobody is found who could approve “%s”.", stage.name)
            )
        return vals_list

    def _prepare_customer_approval(self):
        """Values of what the customer is asked.

        :raise UserError: when the run has no customer
        """
        partner = self.instance_id.partner_id
        if not partner:
            raise UserError(
                self.env._(
                    "The customer is to approve “%s”, but the process has no customer.",
                    self.stage_id.name,
                )
            )
        return self._prepare_approval_values("customer", partner_id=partner.id)

    def _prepare_approval_values(self, role, **values):
        """Values of one approval of the stage. Extension point.

        :return: values for ``service.approval.create``
        """
        self.ensure_one()
        return {
            "res_model": self._name,
            "res_id": self.id,
            "token_id": self.id,
            "role": role,
            "company_id": self.company_id.id,
            "partner_id": self.instance_id.partner_id.id,
            **values,
        }

    def _get_asking_user(self):
        """Who cares for a stage that only the customer decides, or that is refused."""
        last = self._get_last_users().get(self.instance_id.id)
        starter = self.instance_id.user_id
        return last or starter.filtered("active") or self.process_id.owner_id

    # Deciding ------------------------------------------------------------------------

    def _lock_for_decision(self):
        """One decision at a time per run: the last one moves it."""
        # sudo: only locked; rights were checked
        take_turns(self.sudo().instance_id)

    def _action_approvals_decided(self, approvals):
        """Go on after decisions.

        :param approvals: the approvals decided just now, of these stages (sudo)
        """
        states = dict(approvals._fields["state"]._description_selection(self.env))
        for approval in approvals:
            approval.token_id._log(
                "approval",
                result=states[approval.state],
                text=": ".join(
                    filter(None, [approval.decision_text, approval.comment])
                ),
            )
        choices = {}
        for token in self._filter_open():
            outcome = token._get_approval_outcome()
            if outcome == "rejected" and not token._has_way("rejected"):
                token._stay_refused()
            elif outcome:
                choices[token.id] = Choice(outcome=outcome)
            elif token.stage_id.approval_mode == "order":
                token._ask_next()
        self.browse(choices)._complete(choices)

    def _get_approval_outcome(self):
        """``approved``, ``rejected``, or empty while somebody is waited for."""
        self.ensure_one()
        live, stage = self._get_live_approvals(), self.stage_id
        customers = live.filtered(lambda approval: approval.role == "customer")
        states = (live - customers).mapped("state")
        yes, no = states.count("approved"), states.count("rejected")
        needed = self._count_needed(len(states))
        if "rejected" in customers.mapped("state") or no > len(states) - needed:
            return "rejected"
        if stage.approval_mode == "order":
            needed = len(stage._get_approvers(self)[self])
        missing = stage.approval_customer and "approved" not in customers.mapped(
            "state"
        )
        return "approved" if yes >= needed and not missing else ""

    def _count_needed(self, asked):
        """How many of those asked have to agree."""
        mode = self.stage_id.approval_mode
        if mode in ("all", "order"):
            return asked
        wanted = 1 if mode == "one" else max(self.stage_id.approval_count, 1)
        return min(wanted, asked)

    def _ask_next(self):
        """One after the other: the next one, at last the customer."""
        live = self._get_live_approvals()
        if "pending" in live.mapped("state"):
            return
        people = self.stage_id._get_approvers(self)[self]
        given = len(live.filtered(lambda approval: approval.role != "customer"))
        if given < len(people):
            values = self._prepare_approval_values(EMPLOYEE, user_id=people[given].id)
            self.user_id = people[given]
        else:
            values = self._prepare_customer_approval()
        # sudo: as in _ask_approvals()
        self.env["service.approval"].sudo().create(values)._notify_asked()

    def _stay_refused(self):
        """Nobody else is asked; who asked hears of it and may ask again."""
        self._get_pending_approvals()._withdraw()
        user = self._get_asking_user()
        self.user_id = user
        if user != self.env.user:
            self._notify_user(user, self.env._("Approval refused"))

    def _has_way(self, outcome):
        """Whether the stage has a way out for an outcome."""
        return outcome in self.stage_id.outgoing_ids.mapped("outcome")

    def _is_refused(self):
        """Whether the stage stays because somebody refused."""
        states = self._get_live_approvals().mapped("state")
        return "rejected" in states and "pending" not in states

    def _get_live_approvals(self):
        """Approvals that count: asked for now, or decided."""
        return self.approval_ids.filtered(lambda approval: approval.state != "reset")

    def _get_pending_approvals(self):
        return self.approval_ids.filtered(lambda approval: approval.state == "pending")

    def _clear(self):
        """What was asked for and is not decided does not count any more."""
        asked = self.filtered(lambda token: token._get_flow_stage().kind == "approval")
        # sudo: approvals are readable only
        asked.sudo()._get_pending_approvals()._withdraw()
        return super()._clear()
