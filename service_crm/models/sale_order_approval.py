from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.locks import take_turns

OFFER_STATES = [
    ("none", "Not Asked"),
    ("waiting", "Waiting for Approval"),
    ("approved", "Approved"),
    ("rejected", "Rejected"),
]


class SaleOrder(models.Model):
    """Service order: who has to agree before it is carried out."""

    _inherit = "sale.order"

    service_approval_ids = fields.One2many(
        "service.approval",
        "res_id",
        "Approvals",
        domain=[("res_model", "=", "sale.order")],
    )
    service_approval_state = fields.Selection(
        OFFER_STATES,
        "Approval",
        compute="_compute_service_approval_state",
        compute_sudo=True,
    )

    @api.depends("service_approval_ids.state")
    def _compute_service_approval_state(self):
        for order in self:
            states = set(order.service_approval_ids.mapped("state"))
            order.service_approval_state = (
                "waiting"
                if "pending" in states
                else "approved"
                if "approved" in states
                else "rejected"
                if "rejected" in states
                else "none"
            )

    def action_ask_approvals(self):
        """Send the quotation and ask everybody the team's settings name.

        First it takes over what the request has gained since, as the request's own
        button does.
        """
        self._check_may_sell()
        requests = self.opportunity_id.filtered(
            lambda request: request.service_quotation_id in self
        )
        requests._make_quotations()
        return self._ask_approvals()

    def _ask_approvals(self):
        """Send these quotations as they are and ask whoever has to agree."""
        self._check_may_ask()
        self.opportunity_id.activity_feedback(
            ["service_crm.mail_activity_offer_rejected"]
        )
        for order in self:
            if order.state == "draft":
                order.action_quotation_sent()
                order._send_quotation_mail()
            approvals = order._create_approvals(
                role
                for role in order.opportunity_id._get_required_roles()
                if not order._is_approved_by(role)
            )
            order._log_asked(approvals)
        return True

    def _check_may_sell(self):
        """Dispatchers and managers ask."""
        if not self.opportunity_id._may_quote():
            raise AccessError(
                self.env._("Approvals are asked for by dispatchers and managers.")
            )
        self.check_access("write")

    def _check_may_ask(self):
        """Dispatchers and managers ask, for offers nobody is asked about yet."""
        self._check_may_sell()
        for order in self:
            error = False
            if not order.is_service:
                error = self.env._("%(order)s belongs to no service request.")
            elif order.state not in ("draft", "sent"):
                error = self.env._("%(order)s is not an open quotation any more.")
            elif not order.order_line:
                error = self.env._("%(order)s has no services yet.")
            elif order.service_approval_state == "waiting":
                error = self.env._("Approvals of %(order)s are asked for already.")
            elif not order.opportunity_id._get_required_roles():
                error = self.env._(
                    "The team of %(order)s asks for no approvals: just confirm it."
                )
            if error:
                raise UserError(error % {"order": order.name})

    def _create_approvals(self, roles):
        """Ask these roles.

        :return: the new approvals (sudo)
        """
        self.ensure_one()
        # Approvals are readable only: they are made and decided by these steps alone.
        approvals = self.env["service.approval"].sudo()
        approvals = approvals.create(
            [self._prepare_approval_values(role) for role in roles]
        )
        approvals._notify_asked()
        return approvals

    def _log_asked(self, approvals):
        """Say in the chatter of the request who was asked for what."""
        self.ensure_one()
        labels = dict(approvals._get_role_selection())
        self.opportunity_id._message_log(
            body=self.env._(
                "Quotation %(order)s is out for approval: %(roles)s.",
                order=self.name,
                roles=", ".join(labels[approval.role] for approval in approvals),
            )
        )

    def _prepare_approval_values(self, role):
        """Values of the approval asked of one role. Extension point.

        :return: values for ``service.approval.create``
        """
        self.ensure_one()
        request = self.opportunity_id
        user = {"manager": request.user_id, "dispatcher": request.dispatcher_id}
        return {
            "res_model": self._name,
            "res_id": self.id,
            "request_id": request.id,
            "company_id": self.company_id.id,
            "role": role,
            "partner_id": self.partner_id.id,
            "user_id": user[role].id if role in user else False,
        }

    def _get_live_approvals(self):
        """Approvals that count: asked for and open, or given, of the present offer."""
        # Read by everybody who may see the order; changed by their own steps only.
        return self.sudo().service_approval_ids.filtered(
            lambda approval: approval.state in ("pending", "approved")
        )

    def _is_approved_by(self, role):
        """Whether this role has approved the present offer."""
        self.ensure_one()
        return any(
            approval.role == role and approval.state == "approved"
            for approval in self._get_live_approvals()
        )

    def _get_missing_approvals(self):
        """Who still has to agree: labels of roles, in the order of asking."""
        self.ensure_one()
        live = self._get_live_approvals()
        labels = dict(live._fields["role"]._description_selection(self.env))
        given = {a.role for a in live if a.state == "approved"}
        request = self.opportunity_id
        required = request._get_required_roles() if request else ()
        roles = [role for role in required if role not in given]
        roles += [a.role for a in live if a.state == "pending"]
        return [labels[role] for role in dict.fromkeys(roles)]

    def _send_quotation_mail(self):
        """Mail the quotation with its link to the customer, through the mail queue."""
        self.ensure_one()
        template = self._find_mail_template()
        if not template or not self.partner_id.email:
            self.message_post(
                body=self.env._(
                    "%(customer)s has no e-mail address: agree on the quotation by "
                    "phone and note who said yes.",
                    customer=self.partner_id.display_name,
                )
            )
            return
        self.with_context(mail_notify_force_send=False).message_post_with_source(
            template,
            email_layout_xmlid=(
                "mail.mail_notification_layout_with_responsible_signature"
            ),
            subtype_xmlid="mail.mt_comment",
        )

    def _record_customer_word(
        self, state, spoken_with=False, comment=False, author=None
    ):
        """The customer decided on the own page of the offer.

        Called in sudo by the portal, after it checked the customer's access.

        :param state: ``approved`` or ``rejected``
        :param author: who was logged in there, else the customer of the order
        """
        self.ensure_one()
        approvals = self._get_live_approvals().filtered(
            lambda approval: approval.role == "customer"
        )
        if not approvals:
            # The offer was sent without asking: whoever must agree is asked now.
            asked = self._get_live_approvals().mapped("role")
            roles = [
                role
                for role in self.opportunity_id._get_required_roles()
                if role not in asked
            ]
            approvals = self._create_approvals(dict.fromkeys(["customer", *roles]))
        approvals.filtered(
            lambda a: a.role == "customer" and a.state == "pending"
        )._decide(
            state,
            spoken_with=spoken_with or self.partner_id.name,
            method="portal",
            comment=comment,
            author=author or self.partner_id,
        )

    # Called by the approvals ---------------------------------------------------------

    def _lock_for_decision(self):
        """One decision at a time per order: the last one confirms it."""
        take_turns(self)

    def _action_approvals_decided(self, approvals):
        """Go on after decisions: confirm what everybody agreed to, take back the rest.

        :param approvals: the approvals decided just now, of these orders (sudo)
        """
        for order in self:
            decided = approvals.filtered(lambda a, order=order: a.res_id == order.id)
            rejected = decided.filtered(lambda a: a.state == "rejected")
            if rejected:
                order._action_rejected(rejected[0])
            elif (
                order.state in ("draft", "sent") and not order._get_missing_approvals()
            ):
                # Who gave the last approval may be an operator or the customer, who
                # has no right on orders: the step is theirs, the writing is ours.
                order.sudo().action_confirm()

    def _action_rejected(self, approval):
        """An approver said no: everything is asked anew after the dispatcher's change.

        :param approval: the rejection (sudo)
        """
        self.ensure_one()
        self.action_draft()
        request = self.opportunity_id
        dispatcher = request.dispatcher_id or self.user_id
        request.activity_schedule(
            "service_crm.mail_activity_offer_rejected",
            summary=self.env._(
                "%(order)s rejected by %(who)s",
                order=self.name,
                who=approval._get_who(),
            ),
            note=approval.comment,
            user_id=(dispatcher or self.env.user).id,
        )
