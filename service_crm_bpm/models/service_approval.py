from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

EMPLOYEE = "employee"


class ServiceApproval(models.Model):
    """Approval asked by a stage of a process: of employees, and of the customer.

    Its document is the stage of the run (``bpm.token``).
    """

    _name = "service.approval"
    _inherit = ["service.approval", "portal.mixin"]

    token_id = fields.Many2one(
        "bpm.token",
        "Stage of a Process",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    instance_id = fields.Many2one(related="token_id.instance_id", string="Process Run")
    activity_id = fields.Many2one(
        "mail.activity", "To-Do", ondelete="set null", index="btree_not_null"
    )

    def _compute_access_url(self):
        """Customers decide on a page of its own."""
        super()._compute_access_url()
        for approval in self.filtered("token_id"):
            approval.access_url = f"/service/approval/{approval.id}"

    @api.model
    def _get_roles(self):
        employee = {"name": self.env._("Employee"), "groups": ("base.group_user",)}
        return {**super()._get_roles(), EMPLOYEE: employee}

    @api.model
    def _get_visible_domain(self):
        """Those of a process are seen by who sees the run; what is asked of somebody,
        by himself and his deputy."""
        runs = Domain("token_id.instance_id.is_visible", "=", True)
        roles = super()._get_visible_domain() & (Domain("token_id", "=", False) | runs)
        asked = Domain("user_id", "=", self.env.uid)
        return roles | asked | Domain("user_id.deputy_id", "=", self.env.uid)

    @api.model
    def _get_waiting_for_me_domain(self):
        """Also what those are asked for whom the user acts for at the moment."""
        asked = Domain("state", "=", "pending") & Domain(
            "user_id", "in", self.env.user._get_represented().ids
        )
        return super()._get_waiting_for_me_domain() | asked

    def _get_refusal(self):
        """A deputy decides as well."""
        refusal = super()._get_refusal()
        if refusal and self.token_id and self.user_id:
            return self.user_id not in self.env.user._get_represented() and refusal
        return refusal

    # Steps ---------------------------------------------------------------------------

    def action_delegate(self, user_id=False):
        """Have somebody else decide; asks whom without ``user_id``."""
        self._check_may_decide()
        if set(self.mapped("role")) != {EMPLOYEE}:
            raise UserError(
                self.env._("Only what an employee is asked for can be passed on.")
            )
        if not user_id:
            title = self.env._("Pass On")
            return self.env["bpm.step"]._get_action(self, "delegate", title)
        # sudo: approvals are readable only; the rights were checked above
        self.sudo()._delegate(self.sudo().token_id._check_next_user(user_id))
        return True

    def _delegate(self, user):
        """Somebody else is asked, by the same to-do."""
        for approval in self:
            approval.token_id._log(
                "approval",
                text=self.env._("Passed on"),
                value_from=approval.user_id.name,
                value_to=user.name,
            )
            if approval.token_id.user_id == approval.user_id:
                approval.token_id.user_id = user
        self.write({"user_id": user.id})
        self.activity_id.with_context(mail_activity_quick_update=True).write(
            {"user_id": user.id}
        )
        if user != self.env.user:
            self.token_id._notify_user(user, self.env._("Your approval is asked for"))

    # What is told, where -------------------------------------------------------------

    def _get_document_name(self):
        """Of a process: the stage and what the run is about."""
        if self.token_id:
            # sudo: whoever is asked is told what about
            return self.sudo().token_id._get_notice_text()
        return super()._get_document_name()

    def _get_opened_record(self):
        """Of a process: the card of the run."""
        if self.token_id:
            return self.token_id.instance_id
        return super()._get_opened_record()

    def _get_chatter_records(self):
        """Of a process: its document, or the run when that has no chatter."""
        if not self.token_id:
            return super()._get_chatter_records()
        run = self.token_id.instance_id
        record = run._get_record()
        return [record if hasattr(record, "message_post") else run]

    def _notify_asked(self):
        """Of processes: to-dos in batch, one notice per person, a mail to customers."""
        own = self.filtered("token_id")
        # sudo: approvals are readable only; to-dos of other people are made
        own.sudo()._ask()
        return super(ServiceApproval, self - own)._notify_asked()

    def _close_activities(self, feedback=None):
        own = self.filtered("token_id")
        # sudo: the to-do is another user's
        activities = own.sudo().activity_id.filtered("active")
        if feedback is None:
            activities.unlink()
        else:
            activities.write({"active": False, "feedback": feedback or False})
        return super(ServiceApproval, self - own)._close_activities(feedback=feedback)

    def _ask(self):
        """Tell those who are asked."""
        employees = self.filtered("user_id")
        employees._make_activities()
        for user, approvals in employees.grouped("user_id").items():
            if user != self.env.user:
                approvals.token_id._notify_user(
                    user, self.env._("Your approval is asked for")
                )
        for approval in self - employees:
            approval._mail_customer()

    def _make_activities(self):
        """One to-do each, with the rights of the process."""
        records = self.token_id._get_identity_records()
        per_env = {}
        for approval in self:
            holder = approval.token_id._get_task_holder(records[approval.token_id])
            per_env.setdefault(holder.env, []).append((approval, holder))
        for env, pairs in per_env.items():
            made = (
                env["mail.activity"]
                .with_context(mail_activity_quick_update=True)
                .create([a._prepare_activity_values(holder) for a, holder in pairs])
            )
            for (approval, _holder), activity in zip(pairs, made, strict=True):
                approval.activity_id = activity.id

    def _prepare_activity_values(self, holder):
        """Values of the to-do of who is asked. Extension point."""
        self.ensure_one()
        token = self.token_id
        return {
            **token._prepare_task_values(holder),
            "activity_type_id": self.env.ref("service_crm.mail_activity_approval").id,
            "user_id": self.user_id.id,
            "date_deadline": token._get_task_date(self.user_id),
        }

    def _mail_customer(self):
        """The link to the page on which the customer decides."""
        self.ensure_one()
        partner = self.partner_id
        self._portal_ensure_token()
        token = self.token_id
        if not partner.email:
            token._log(
                "approval",
                text=self.env._(
                    "%(customer)s has no e-mail address: ask by phone and note the "
                    "answer.",
                    customer=partner.display_name,
                ),
            )
            return
        template = self.env.ref("service_crm_bpm.mail_template_approval_customer")
        template.with_context(lang=partner.lang).send_mail(self.id)

    def _get_customer_page_url(self):
        """The page on which the customer decides."""
        self.ensure_one()
        return f"{self.get_base_url()}{self.access_url}/{self._portal_ensure_token()}"

    def _get_document_text(self):
        """What the customer is asked about: the name of the document."""
        self.ensure_one()
        run = self.token_id.instance_id
        if not run:  # asked without any process, e.g. of an offer
            return self.display_name
        return run._get_record().display_name or run.name

    def _decide_online(self, decision, name, comment):
        """The customer decides on the own page.

        Called in sudo by the page, after it compared the key.

        :param decision: ``approved`` or ``rejected``
        """
        user = self.env.user
        author = self.partner_id if user._is_public() else user.partner_id
        self._decide(
            decision,
            spoken_with=name,
            method="portal",
            comment=comment or False,
            author=author,
        )
