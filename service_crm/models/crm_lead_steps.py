from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, email_normalize

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
        # The second of two presses waits here, is tried again, and finds it made.
        self.env.execute_query(
            SQL("SELECT id FROM crm_lead WHERE id IN %s FOR UPDATE", tuple(self.ids))
        )
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
        super()._after_phase_move(phase)
        done = {
            "dispatch": [ACTIVITY_QUALIFY],
            "agreed": [ACTIVITY_QUALIFY, ACTIVITY_DISPATCH],
        }.get(phase)
        if done:
            # The step was the activity; whoever made it, it is done.
            self.sudo().activity_feedback(done)

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

    def _convert_to_deal(self):
        """Lead to opportunity, with the customer it has."""
        for partner, leads in (
            self.filtered(lambda lead: lead.type == "lead")
            .grouped("partner_id")
            .items()
        ):
            leads.convert_opportunity(partner)

    def _create_or_reuse_customer(self):
        """Contact and company of a new customer, linked; found ones are reused."""
        self.ensure_one()
        [contact] = self._find_service_partners(
            [
                {
                    "email": self.email_from,
                    "phone": self.phone,
                    "country": self.country_id,
                    "company": self.company_id,
                }
            ]
        )
        if len(contact) > 1:
            self.write(self._prepare_found_values(contact))
            raise UserError(
                self.env._(
                    "%(request)s: there are customers with this number or address "
                    "already. Choose one: %(names)s.",
                    request=self.display_name,
                    names=", ".join(contact.mapped("display_name")),
                )
            )
        contact = contact.with_env(self.env)
        if not contact:
            company = self._find_customer_company()
            contact = self._create_customer(with_parent=company or None)
        self.partner_id = contact

    def _find_customer_company(self):
        """The company of the request when it is a customer already: by tax id, else
        by its exact name."""
        self.ensure_one()
        partners = self.env["res.partner"]
        domain = [
            ("is_company", "=", True),
            ("company_id", "in", [False, self.company_id.id]),
        ]
        company = partners
        if self.customer_vat:
            company = partners.search(
                [*domain, ("vat", "=", self.customer_vat)], limit=1
            )
        if not company and self.partner_name:
            company = partners.search(
                [*domain, ("name", "=", self.partner_name.strip())], limit=1
            )
        return company

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if self.is_service:
            values["company_id"] = False
            if is_company:
                values["vat"] = self.customer_vat
                values["company_registry"] = self.customer_company_registry
            if is_company and self.contact_name:
                # Number and address are the person's; the company is found by name.
                values["phone"] = values["email"] = False
        return values

    def _assign_managers(self, required=True):
        """Give every request without a manager one.

        The customer's personal manager, else the one given, else whoever of the
        team's managers has the fewest requests to qualify.
        """
        candidates = {}
        for lead in self:
            partner = lead.partner_id
            personal = partner.user_id or partner.commercial_partner_id.user_id
            if personal and personal._has_service_role("manager"):
                lead.user_id = personal
                continue
            if lead.user_id and lead.user_id._has_service_role("manager"):
                continue
            key = (lead.team_id, lead.company_id)
            if key not in candidates:
                candidates[key] = lead._get_manager_loads()
            loads = candidates[key]
            if loads:
                manager = min(loads, key=lambda user: (*loads[user], user.id))
                administrator, load = loads[manager]
                loads[manager] = (administrator, load + 1)
                lead.user_id = manager
            elif required:
                raise UserError(
                    self.env._(
                        "There is no manager to pass the request to. Have your "
                        "administrator give somebody the role Manager, or add "
                        "managers to the team %(team)s.",
                        team=lead.team_id.name,
                    )
                )

    def _get_manager_loads(self):
        """Managers who may get this request: ``{user: (is administrator, load)}``.

        The team's members and leader; without any, all managers of the company.
        """
        self.ensure_one()
        # Who has which role is not readable for operators.
        group = self.env.ref("service_crm.group_service_manager").sudo()
        managers = group.all_user_ids.filtered(
            lambda user: (
                user.active
                and not user.share
                and (not self.company_id or self.company_id in user.company_ids)
            )
        ).sudo(False)
        team = self.team_id
        managers = managers & (team.member_ids | team.user_id) or managers
        counts = dict(
            self.env["crm.lead"]
            .sudo()  # the load of a manager includes what the operator cannot see
            ._read_group(
                [
                    ("user_id", "in", managers.ids),
                    ("service_phase", "=", "qualification"),
                    ("is_service", "=", True),
                ],
                ["user_id"],
                ["__count"],
            )
        )
        return {
            user: (user._has_service_role("admin"), counts.get(user, 0))
            for user in managers
        }

    def _notify_dispatcher(self):
        """Tell the dispatchers named on these requests, once each."""
        open_requests = self.filtered(
            lambda lead: lead.active and lead.service_phase != "done"
        )
        for dispatcher, leads in open_requests.grouped("dispatcher_id").items():
            # Reminders of the former dispatcher are the system's to take back.
            leads.sudo().activity_unlink([ACTIVITY_DISPATCH])
            if dispatcher:
                leads._schedule_step(ACTIVITY_DISPATCH, dispatcher)

    def _schedule_step(self, activity, user):
        """Remind the user of the step waiting; who has the reminder gets no second."""
        kind = self.env.ref(activity)
        reminded = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", kind.id),
                    ("user_id", "=", user.id),
                ]
            )
        )
        waiting = self.filtered(lambda lead: lead.id not in reminded.mapped("res_id"))
        # A reminder for somebody else: the step itself was checked by the caller.
        waiting.sudo().activity_schedule(
            activity, user_id=user.id, summary=kind.summary or kind.name
        )

    @api.model
    def _get_dispatcher_domain(self):
        """Who may be named as dispatcher."""
        group = self.env.ref("service_crm.group_service_dispatcher", False)
        return [
            ("share", "=", False),
            ("all_group_ids", "in", group.ids if group else []),
        ]
