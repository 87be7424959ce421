from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

METHODS = [
    ("portal", "Online"),
    ("phone", "By phone"),
    ("mail", "By e-mail"),
    ("person", "In person"),
]


class ServiceApproval(models.Model):
    """One decision asked of one person, role or customer on any record.

    Approvals are readable only; they change by :meth:`action_approve` and
    :meth:`action_reject`. The document hears of it when its model has
    ``_action_approvals_decided(approvals)`` (and ``_lock_for_decision()``, so that two
    decisions at the same moment see each other).
    """

    _name = "service.approval"
    _description = "Approval"
    _order = "id"

    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document",
        model_field="res_model",
        required=True,
        readonly=True,
        index="btree_not_null",
    )
    request_id = fields.Many2one("crm.lead", ondelete="cascade", index="btree_not_null")
    order_id = fields.Many2one(
        "sale.order", "Quotation", compute="_compute_order_id", compute_sudo=True
    )
    amount_total = fields.Monetary(
        "Total", compute="_compute_order_id", compute_sudo=True
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_order_id", compute_sudo=True
    )
    role = fields.Selection(
        lambda self: self._get_role_selection(), "Whose Approval", required=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Asked",
        index="btree_not_null",
        help="Whose decision is waited for; empty: anybody of this role.",
    )
    partner_id = fields.Many2one("res.partner", "Customer")
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("reset", "Withdrawn"),
        ],
        default="pending",
        required=True,
        copy=False,
    )
    method = fields.Selection(METHODS, "How")
    spoken_with = fields.Char(
        "Who Said It", help="Who said it, on the customer's side."
    )
    decided_by = fields.Many2one("res.users", "Recorded By", readonly=True)
    decided_at = fields.Datetime("Decided", readonly=True)
    comment = fields.Text()
    company_id = fields.Many2one("res.company")
    decision_text = fields.Char("Who", compute="_compute_decision_text")
    may_decide = fields.Boolean(compute="_compute_may_decide")
    waiting_for_me = fields.Boolean(
        compute="_compute_waiting_for_me", search="_search_waiting_for_me"
    )

    _pending_idx = models.Index("(role, user_id) WHERE state = 'pending'")

    @api.model
    def _get_roles(self):
        """Whose approval may be asked: ``{key: {"name": label, "groups": xmlids}}``.

        Registry and extension point. ``groups``: who may decide for the role (for the
        customer: who may note the customer's word).
        """
        operator = "service_crm.group_service_operator"
        manager = "service_crm.group_service_manager"
        dispatcher = "service_crm.group_service_dispatcher"
        return {
            "customer": {
                "name": self.env._("Customer"),
                "groups": (operator, manager, dispatcher),
            },
            "manager": {"name": self.env._("Manager"), "groups": (manager,)},
            "dispatcher": {"name": self.env._("Dispatcher"), "groups": (dispatcher,)},
        }

    @api.model
    def _get_role_selection(self):
        """The roles as selection values."""
        return [(key, role["name"]) for key, role in self._get_roles().items()]

    @api.depends("res_model", "res_id")
    def _compute_order_id(self):
        for approval in self:
            order = self.env["sale.order"]
            if approval.res_model == order._name:
                order = order.browse(approval.res_id).exists()
            approval.order_id = order
            approval.amount_total = order.amount_total
            approval.currency_id = order.currency_id

    @api.depends("role", "request_id", "partner_id", "order_id")
    def _compute_display_name(self):
        labels = dict(self._get_role_selection())
        for approval in self:
            document = approval._get_document_name()
            approval.display_name = f"{labels.get(approval.role)}: {document or ''}"

    @api.depends("state", "user_id", "spoken_with", "method", "decided_by")
    @api.depends_context("lang")
    def _compute_decision_text(self):
        methods = dict(self._fields["method"]._description_selection(self.env))
        for approval in self:
            parts = [approval.user_id.name]
            if approval.state != "pending":
                by_word = approval.spoken_with and approval.decided_by
                parts = [
                    approval.spoken_with or approval.decided_by.name,
                    methods.get(approval.method),
                    by_word
                    and self.env._("noted by %(user)s", user=approval.decided_by.name),
                ]
            approval.decision_text = ", ".join(filter(None, parts))

    @api.depends("state", "role", "user_id")
    @api.depends_context("uid")
    def _compute_may_decide(self):
        for approval in self:
            approval.may_decide = (
                approval.state == "pending" and not approval._get_refusal()
            )

    @api.depends("state", "role", "user_id", "request_id.dispatcher_id")
    @api.depends_context("uid")
    def _compute_waiting_for_me(self):
        mine = self.filtered_domain(self._get_waiting_for_me_domain())
        for approval in self:
            approval.waiting_for_me = approval in mine

    def _search_waiting_for_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_waiting_for_me_domain()
        return domain if True in value else ~domain

    @api.model
    def _get_waiting_for_me_domain(self):
        """What waits for the present user: asked of me, or of nobody by name.

        A customer's word is waited for by the dispatcher of the request.
        """
        user = self.env.user
        roles = {
            key
            for key, role in self._get_roles().items()
            if user.has_groups(",".join(role["groups"]))
        }
        mine = Domain("user_id", "=", user.id) | (
            Domain("user_id", "=", False) & Domain("role", "in", roles - {"customer"})
        )
        word = Domain.FALSE
        if "customer" in roles:  # others may know nothing of requests
            word = Domain("role", "=", "customer") & Domain(
                "request_id.dispatcher_id", "=", user.id
            )
        return Domain("state", "=", "pending") & (mine | word)

    # Steps ---------------------------------------------------------------------------

    def action_approve(self, spoken_with=False, method=False, comment=False):
        """Approve; for a customer's word: who said it, and how, are required.

        The last approval confirms the order.
        """
        self._check_may_decide()
        self._check_customer_word(spoken_with, method)
        self._decide("approved", spoken_with, method, comment)
        return True

    def action_reject(self, comment=False, spoken_with=False, method=False):
        """Reject with a comment: the offer returns to the dispatcher."""
        self._check_may_decide()
        if not (comment or "").strip():
            raise UserError(self.env._("Say why: others have to know what to change."))
        self._check_customer_word(spoken_with, method)
        self._decide("rejected", spoken_with, method, comment)
        return True

    def action_record_yes(self):
        """Ask who at the customer's said yes, and how."""
        return self._get_wizard_action("approved", self.env._("The customer agrees"))

    def action_record_no(self):
        """Ask for the reason of a rejection."""
        return self._get_wizard_action("rejected", self.env._("Reject"))

    def action_open_document(self):
        """Open the request the decision is about, else the document itself."""
        self.ensure_one()
        self.check_access("read")
        record = self._get_opened_record()
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    def _get_document_name(self):
        """What the decision is about, by name. Extension point."""
        self.ensure_one()
        return self.order_id.name or self.request_id.display_name

    def _get_opened_record(self):
        """What is opened from the decision. Extension point."""
        self.ensure_one()
        return self.request_id or self.env[self.res_model].browse(self.res_id)

    def _get_chatter_records(self):
        """In whose chatters the decision is told. Extension point.

        :return: list of records
        """
        self.ensure_one()
        return [self.env[self.res_model].browse(self.res_id), self.request_id]

    def _get_wizard_action(self, decision, title):
        """The dialogue in which a decision is noted."""
        self.ensure_one()
        self._check_may_decide()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "service.approval.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_approval_id": self.id,
                "default_decision": decision,
            },
        }

    def _get_refusal(self):
        """Why the present user may not decide, in words; ``False`` when allowed."""
        self.ensure_one()
        user = self.env.user
        if self.env.su or user.has_group("service_crm.group_service_admin"):
            return False
        role = self._get_roles()[self.role]
        if self.role != "customer" and self.user_id and self.user_id != user:
            return self.env._(
                "This approval was asked of %(user)s.", user=self.user_id.name
            )
        if not user.has_groups(",".join(role["groups"])):
            return self.env._(
                "You can not decide for the role %(role)s.", role=role["name"]
            )
        return False

    def _check_may_decide(self):
        """Who may decide, and only once."""
        self.check_access("read")
        for approval in self:
            if refusal := approval._get_refusal():
                raise AccessError(refusal)
        self._check_pending()

    def _check_pending(self):
        """A decision is made once."""
        done = self.filtered(lambda approval: approval.state != "pending")[:1]
        if done:
            states = dict(done._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "“%(approval)s” does not wait for a decision any more: %(state)s.",
                    approval=done.display_name,
                    state=states[done.state],
                )
            )

    def _check_customer_word(self, spoken_with, method):
        """A customer's word counts with who said it, and how."""
        if "customer" not in self.mapped("role"):
            return
        if not (spoken_with or "").strip():
            raise UserError(
                self.env._("Note with whom at the customer's you have spoken.")
            )
        if method not in dict(METHODS):
            raise UserError(
                self.env._("Note how the customer told it: by phone, by e-mail, …")
            )

    def _decide(
        self, state, spoken_with=False, method=False, comment=False, author=None
    ):
        """Write the decision, log it and let the documents go on.

        Rights are checked by the caller.

        :param author: the contact who decided online, without being a user
        """
        documents = [
            (self.env[model].browse(approvals.mapped("res_id")), approvals)
            for model, approvals in self.grouped("res_model").items()
        ]
        for records, _approvals in documents:
            if hasattr(records, "_lock_for_decision"):
                records._lock_for_decision()
        self.invalidate_recordset(["state"])
        self._check_pending()
        # Approvals are readable only, whoever decides.
        self.sudo().write(
            {
                "state": state,
                "spoken_with": spoken_with,
                "method": method,
                "comment": comment,
                "decided_by": not author and self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        self._log_decision(author or self.env.user.partner_id)
        for records, approvals in documents:
            if hasattr(records, "_action_approvals_decided"):
                # sudo: the document goes on, whoever was asked about it
                records.sudo()._action_approvals_decided(approvals.sudo())

    def _withdraw(self):
        """What was asked or given does not count any more: the offer changes."""
        if self:
            self.sudo().write({"state": "reset"})  # readable only, see the class
            self._close_activities()

    def _get_who(self):
        """Who decided, as people say it."""
        self.ensure_one()
        label = dict(self._get_role_selection())[self.role]
        who = self.spoken_with if self.role == "customer" else self.decided_by.name
        return f"{label} ({who})" if who else label

    def _notify_asked(self):
        """Give the asked users a to-do."""
        asked = self.filtered("user_id").grouped(lambda a: (a.res_model, a.user_id))
        for (model, user), approvals in asked.items():
            records = self.env[model].browse(approvals.mapped("res_id"))
            records.sudo().activity_schedule(  # asked by whoever may ask
                "service_crm.mail_activity_approval", user_id=user.id
            )

    def _close_activities(self, feedback=None):
        """The to-dos of these approvals are done, or not needed any more."""
        for approval in self.filtered("user_id"):
            record = self.env[approval.res_model].browse(approval.res_id)
            record = record.sudo()  # the to-do is another user's
            xmlids = ["service_crm.mail_activity_approval"]
            if feedback is None:
                record.activity_unlink(xmlids, user_id=approval.user_id.id)
            else:
                record.activity_feedback(
                    xmlids, user_id=approval.user_id.id, feedback=feedback
                )

    def _log_decision(self, author):
        """Say in the chatter of document and request who decided what, and how."""
        methods = dict(self._fields["method"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        # The one who decides need not see the request, nor the name of who decided.
        for approval in self.sudo():
            body = Markup("<b>%s</b>: %s") % (
                states[approval.state],
                approval._get_who(),
            )
            if approval.method:
                body += Markup(", %s") % methods[approval.method]
            if approval.comment:
                body += Markup("<br/>%s") % approval.comment
            for record in approval._get_chatter_records():
                if record and hasattr(record, "message_post"):
                    record.message_post(body=body, author_id=author.id)
            approval._close_activities(feedback=approval.comment or "")
