from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..tools.locks import take_turns

ACTIVITY_QUALIFY = "service_crm.mail_activity_qualify"
ACTIVITY_DISPATCH = "service_crm.mail_activity_dispatch"


class CrmLead(models.Model):
    """Service request: the steps of a request between the roles.

    Every public step checks the role itself: the buttons only hide, RPC does not.
    """

    _inherit = "crm.lead"

    service_missing = fields.Text(
        "Missing for the Next Step",
        compute="_compute_service_missing",
        help="What the next person needs and nobody has filled in yet, one a line.",
    )
    can_take = fields.Boolean(compute="_compute_service_steps")
    service_next_step = fields.Char(
        compute="_compute_service_steps",
        help="The one step the present user should take next; empty when it is "
        "somebody else's turn.",
    )

    @api.depends(
        "service_phase",
        "active",
        "type",
        "match_state",
        "partner_id",
        "dispatcher_id",
        "service_need",
        "request_line_ids",
        "contact_name",
        "partner_name",
        "phone",
        "email_from",
    )
    def _compute_service_missing(self):
        for lead in self:
            missing = []
            if lead.active and lead.service_phase in ("new", "qualification"):
                missing = lead._get_missing_for_dispatch()
            lead.service_missing = "\n".join(missing)

    @api.depends_context("uid")
    @api.depends(
        "active",
        "match_state",
        "operator_id",
        "partner_id",
        "service_payment_state",
        "service_phase",
        "type",
        "work_order_ids.state",
    )
    def _compute_service_steps(self):
        """What the form offers the present user; the steps check it again."""
        for lead in self:
            lead.can_take = (
                lead.is_service
                and lead.active
                and lead.service_phase == "new"
                and not lead.operator_id
                and bool(lead.id)
                and self.env.user._has_service_role("operator")
            )
            lead.service_next_step = (
                lead.is_service and lead.active and lead.id and lead._get_next_step()
            )

    def _get_next_step(self):
        """Name of the present user's next step, without ``action_``. Extension point
        for the one primary button of the form."""
        self.ensure_one()
        user = self.env.user
        operator, manager, dispatcher = (
            user._has_service_role(role)
            for role in ("operator", "manager", "dispatcher")
        )
        if self.service_phase == "new" and (operator or manager):
            if self.partner_id:
                lead = self.type == "lead"
                return "convert_known" if lead else "pass_to_dispatch"
            return operator and self.match_state != "choose" and "pass_to_manager"
        if self.service_phase == "qualification" and manager:
            return "pass_to_dispatch" if self.partner_id else "convert_new"
        if self.service_phase == "agreed" and dispatcher and not self.work_order_ids:
            return "create_work_order"
        if manager and self.service_payment_state == "to_invoice":
            return "create_invoice"
        if self.service_phase == "closing" and dispatcher:
            return "close"
        return False

    def action_take(self):
        """Operator: this request is mine."""
        self._check_service_role("operator")
        self.check_access("write")
        for lead in self:
            lead._check_open_request("new")
            if lead.operator_id and lead.operator_id != self.env.user:
                raise UserError(
                    self.env._(
                        "%(operator)s has already taken %(request)s.",
                        operator=lead.operator_id.name,
                        request=lead.display_name,
                    )
                )
        self.filtered(lambda lead: not lead.operator_id).write(
            {"operator_id": self.env.uid}
        )

    def action_convert_known(self):
        """Operator: the customer is known, the request becomes a deal.

        Nobody is created: the customer is the one found or chosen.
        """
        self._check_service_role("operator", "manager")
        self.check_access("write")
        for lead in self:
            lead._check_open_request("new", "qualification")
            if lead.partner_id:
                continue
            if lead.match_state == "choose":
                raise UserError(
                    self.env._(
                        "%(request)s: several customers have this number or address. "
                        "Choose one first: %(names)s.",
                        request=lead.display_name,
                        names=", ".join(lead.match_partner_ids.mapped("display_name")),
                    )
                )
            raise UserError(
                self.env._(
                    "%(request)s has no known customer. Choose the customer, or pass "
                    "the request to a manager.",
                    request=lead.display_name,
                )
            )
        self._convert_to_deal()

    def action_pass_to_manager(self):
        """Operator: a new customer; a manager gets to know them."""
        self._check_service_role("operator")
        self.check_access("write")
        for lead in self:
            lead._check_open_request("new")
            if lead.match_state == "choose" and not lead.partner_id:
                raise UserError(
                    self.env._(
                        "%(request)s: several customers have this number or address. "
                        "Choose one, or clear the candidates if it is none of them.",
                        request=lead.display_name,
                    )
                )
        self._assign_managers()
        self._take_over()
        self._move_to_phase("qualification")
        for manager, leads in self.grouped("user_id").items():
            leads._schedule_step(ACTIVITY_QUALIFY, manager)

    def action_no_candidate(self):
        """Operator: it is none of the candidates, the customer is new."""
        self._check_service_role("operator", "manager")
        self.check_access("write")
        self.filtered(lambda lead: lead.match_state == "choose").write(
            {"match_state": "none", "match_partner_ids": [fields.Command.clear()]}
        )

    def action_convert_new(self):
        """Manager: talks went well; request becomes deal, contact and company.

        A contact or company that is there already is taken, never made twice.
        """
        self._check_service_role("manager")
        self.check_access("write")
        for lead in self:
            lead._check_open_request("qualification")
            missing = lead._get_missing_contact_data()
            if missing and not lead.partner_id:
                raise UserError(lead._format_missing(missing))
        take_turns(self)  # the second of two presses finds the customer made
        for lead in self.filtered(lambda lead: not lead.partner_id):
            lead._create_or_reuse_customer()
        self._convert_to_deal()

    def action_pass_to_dispatch(self):
        """Operator or manager: all is known, the dispatcher takes over."""
        self._check_service_role("operator", "manager")
        self.check_access("write")
        is_manager = self.env.su or self.env.user._has_service_role("manager")
        for lead in self:
            lead._check_open_request("new", "qualification")
            if lead.service_phase == "qualification" and not is_manager:
                raise UserError(
                    self.env._(
                        "%(request)s is with its manager %(manager)s, who "
                        "passes it on.",
                        request=lead.display_name,
                        manager=lead.user_id.name or "",
                    )
                )
        self.filtered(lambda lead: not lead.dispatcher_id)._assign_by_rules(
            ("new", "qualification", "dispatch"), roles=("dispatcher",)
        )
        missing = [
            lead._format_missing(labels)
            for lead in self
            if (labels := lead._get_missing_for_dispatch())
        ]
        if missing:
            raise UserError("\n\n".join(missing))
        self._convert_to_deal()
        self._assign_managers(required=False)
        if self.env.user._has_service_role("operator"):
            self.filtered(lambda lead: lead.service_phase == "new")._take_over()
        self._move_to_phase("dispatch")
        for dispatcher, leads in self.grouped("dispatcher_id").items():
            leads._schedule_step(ACTIVITY_DISPATCH, dispatcher)

    def action_open_lost(self):
        """Open Odoo's question for the reason."""
        self._check_service_role("operator", "manager", "dispatcher")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm.crm_lead_lost_action"
        )
        action["context"] = {"dialog_size": "medium", "default_lead_ids": self.ids}
        return action

    def action_set_lost(self, **additional_values):
        """A request is lost with a reason, by the people who talk to the customer."""
        requests = self.filtered("is_service")
        if requests:
            self._check_service_role("operator", "manager", "dispatcher")
            if not additional_values.get("lost_reason_id"):
                raise UserError(
                    self.env._("Choose the reason: the loss report is made of them.")
                )
            for lead in requests:
                if lead.service_phase == "done":
                    raise UserError(
                        self.env._(
                            "%(request)s is done and can no longer be lost.",
                            request=lead.display_name,
                        )
                    )
        result = super().action_set_lost(**additional_values)
        requests._action_service_lost()
        return result

    def _action_service_lost(self):
        """What a lost request calls off. Extension point; ``self``: lost requests.

        The reminders of the steps go; visits and quotations are called off by the
        extensions that own them.
        """
        # They are other people's reminders, and the request is theirs no longer.
        self.sudo().activity_unlink([ACTIVITY_QUALIFY, ACTIVITY_DISPATCH])

    def _after_phase_move(self, phase):
        result = super()._after_phase_move(phase)
        done = {
            "dispatch": [ACTIVITY_QUALIFY],
            "agreed": [ACTIVITY_QUALIFY, ACTIVITY_DISPATCH],
        }.get(phase)
        if done:
            # The step was the activity; whoever made it, it is done.
            self.sudo().activity_feedback(done)
        return result

    def _check_service_role(self, *roles):
        """Refuse with words a step that none of the user's roles allows.

        The system itself (superuser mode) may take every step.
        """
        if not self.env.su:
            self.env.user._check_service_role(*roles)

    def _check_open_request(self, *phases):
        """Refuse a step on what is no open request in one of these phases."""
        self.ensure_one()
        if not self.is_service:
            raise UserError(
                self.env._("%(name)s is no service request.", name=self.display_name)
            )
        if not self.active:
            raise UserError(
                self.env._(
                    "%(request)s was lost. Restore it first.", request=self.display_name
                )
            )
        if self.service_phase not in phases:
            raise UserError(
                self.env._(
                    "%(request)s is at %(stage)s: this step is not for now.",
                    request=self.display_name,
                    stage=self.stage_id.name,
                )
            )

    def _get_missing_contact_data(self):
        """Labels of what a new customer's card needs. Extension point."""
        self.ensure_one()
        missing = []
        if not self.contact_name and not self.partner_name:
            missing.append(self.env._("Name of the contact or company"))
        if not self.phone and not self.email_from:
            missing.append(self.env._("Phone or e-mail"))
        elif self.email_from and not email_normalize(self.email_from, strict=False):
            missing.append(self.env._("A valid e-mail address"))
        return missing

    def _get_missing_for_dispatch(self):
        """Labels of all that is missing before the dispatcher can work, at once.

        Extension point: add labels; an empty list lets the request pass.
        """
        self.ensure_one()
        missing = []
        if not (self.service_need or "").strip() and not self.request_line_ids:
            missing.append(self.env._("What is needed"))
        if not self.partner_id and self.match_state == "choose":
            missing.append(self.env._("Customer: choose one of the candidates"))
        elif not self.partner_id:
            missing += self._get_missing_contact_data()
            missing.append(self.env._("Customer"))
        if not self.dispatcher_id:
            missing.append(self.env._("Dispatcher"))
        return missing

    def _format_missing(self, labels):
        """The refusal in one piece: the request and all that it misses."""
        return self.env._(
            "%(request)s cannot be passed on yet. Please fill in:\n%(missing)s",
            request=self.display_name,
            missing="\n".join(f"• {label}" for label in labels),
        )

    def _take_over(self):
        """Whoever passes a request on out of the queue has taken it."""
        self.filtered(lambda lead: not lead.operator_id).write(
            {"operator_id": self.env.uid}
        )
