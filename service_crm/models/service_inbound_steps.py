from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.mail_parse import parse_mail
from .service_inbound import OPEN_STATES, PENDING_STATES
from .service_inbound_mail import MailDelivery


class ServiceInbound(models.Model):
    """What people do with an inbound message.

    Whoever may read the item may decide about it; it is written as the system, since
    nobody may change by hand what came in.
    """

    _inherit = "service.inbound"

    is_open = fields.Boolean(
        "Not Yet a Request", compute="_compute_is_open", search="_search_is_open"
    )

    @api.depends("state")
    def _compute_is_open(self):
        for inbound in self:
            inbound.is_open = inbound.state in OPEN_STATES

    def _search_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_queue_domain()
        return domain if True in value else ~domain

    # ---------------------------------------------------------------- buttons

    def action_take(self):
        """Mine to deal with; the to-do follows."""
        inbounds = self._for_decision()
        inbounds.operator_id = self.env.user
        inbounds.activity_id.user_id = self.env.user
        return True

    def action_retry(self):
        """Process once more what failed or waits."""
        retried = self._for_decision().filtered(lambda i: i.state in PENDING_STATES)
        if not retried:
            raise UserError(
                self.env._("Only waiting and failed messages can be retried.")
            )
        retried._process()
        return True

    def action_ignore(self):
        """Nothing to do here: out of the list, kept for the record."""
        inbounds = self._for_decision()
        inbounds._check_undecided()
        inbounds.activity_id.action_feedback(feedback=self.env._("Not a request"))
        inbounds.write(
            {
                "state": "ignored",
                "operator_id": self.env.uid,
                "error": self.env._(
                    "%(name)s decided: not a request", name=self.env.user.name
                ),
            }
        )
        return True

    def action_make_request(self):
        """A request of each message; an opportunity when the customer is known."""
        inbounds = self._for_decision()
        inbounds.lock_for_update()
        inbounds._check_undecided()
        self.env["crm.lead"].check_access("create")
        # the type is given: of a known customer it is an opportunity from the start
        requests = (
            self.env["crm.lead"]
            .sudo()
            .create([inbound._prepare_decided_request_values() for inbound in inbounds])
        )
        for inbound, request in zip(inbounds, requests, strict=True):
            inbound._move_files(request)
            inbound._attach_to(request)
        return requests.sudo(False)._get_request_action()

    def action_attach(self, request_id=None):
        """The message belongs to this request; without one, ask to which."""
        if request_id:
            request = self.env["crm.lead"].browse(request_id)
            request.check_access("write")
            inbounds = self._for_decision()
            inbounds.lock_for_update()
            inbounds._check_undecided()
            for inbound in inbounds:
                inbound._move_files(request)
                inbound._attach_to(request)
            return request._get_request_action()
        return self._get_decision_action("attach", self.env._("Attach to a Request"))

    def action_choose(self):
        """Ask which of the possible customers wrote."""
        return self._get_decision_action("choose", self.env._("Who Is It?"))

    def action_open_request(self):
        """The request that the message became."""
        return self.request_id._get_request_action()

    # ---------------------------------------------------------------- helpers

    def _for_decision(self):
        """These records as the system, for a user who may read them."""
        self.check_access("read")
        return self.sudo()  # nobody has write access; the right was checked

    def _check_undecided(self):
        """Refuse to decide twice about the same message."""
        for inbound in self.filtered("request_id"):
            raise UserError(
                self.env._(
                    "This message already belongs to request %(request)s.",
                    request=inbound.request_id.display_name,
                )
            )

    @api.model
    def _get_queue_domain(self):
        """Inbound, not yet a request: what a person has to look at."""
        return Domain("state", "in", OPEN_STATES)

    def _get_decision_action(self, mode, title):
        """The window in which an operator decides about these items."""
        self.check_access("read")
        self._for_decision()._check_undecided()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "service.inbound.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_inbound_ids": self.ids, "default_mode": mode},
        }

    def _prepare_decided_request_values(self):
        """Values of the request an operator makes of one message. Extension point."""
        values = self._prepare_request_values()
        if self.channel == "mail":
            mail = parse_mail(self._get_raw())
            values.update(self._prepare_mail_request_values(mail))
        if self.partner_id:
            company = self.partner_id.commercial_partner_id
            values.update(
                {
                    "type": "opportunity",
                    "partner_id": self.partner_id.id,
                    "partner_name": company.name if company.is_company else False,
                    "contact_name": False
                    if self.partner_id.is_company
                    else self.partner_id.name,
                }
            )
        values["operator_id"] = self.operator_id.id or self.env.uid
        return values

    def _attach_to(self, request):
        """The message, its files and its to-do belong to the request from now on."""
        inbound = self.with_user(SUPERUSER_ID)
        request = request.with_user(SUPERUSER_ID)
        if inbound.mail_message_id:
            inbound._move_message(request)
        else:
            inbound._post_message(request)
        inbound._move_activity(request)
        # neither model tells the records of its going
        for record in (request, inbound.partner_id):
            record.invalidate_recordset(["message_ids", "activity_ids"])
        inbound.write(
            {
                "state": "done",
                "error": False,
                "request_id": request.id,
                "partner_id": request.partner_id.id or inbound.partner_id.id,
            }
        )

    def _move_message(self, request):
        """The message leaves the customer's chatter for that of the request."""
        message = self.mail_message_id
        message.attachment_ids.filtered(
            lambda a: a.res_model == message.model and a.res_id == message.res_id
        ).write({"res_model": request._name, "res_id": request.id})
        message.write({"model": request._name, "res_id": request.id})

    def _post_message(self, request):
        """Nothing was posted yet: now the mail is, or what else came."""
        if self.channel == "mail":
            delivery = MailDelivery(parse_mail(self._get_raw()), target=request)
            try:
                with self.env.cr.savepoint():
                    message = self._send_through_gateway(delivery)
                    if message.model == request._name and message.res_id == request.id:
                        self.mail_message_id = message
            except (ValueError, LookupError, TypeError, AttributeError):
                self.env.invalidate_all()
        if not self.mail_message_id:
            raw = self._get_raw()
            self.mail_message_id = request.message_post(
                body=self.preview or self.name or "",
                email_from=self.sender or None,
                message_type="comment",
                subtype_xmlid="mail.mt_note",
                attachments=[(self.raw_name, raw)] if raw else [],
            )

    def _move_activity(self, request):
        self.activity_id.write(
            {
                "res_model_id": self.env["ir.model"]._get_id(request._name),
                "res_id": request.id,
            }
        )

    # ---------------------------------------------------------------- operator's to-do

    def _ask_operator(self):
        """A to-do on the known customer: decide what the message is about."""
        self.activity_id = self.partner_id.activity_schedule(
            "service_crm.mail_activity_inbound",
            summary=self.name,
            user_id=self._get_inbound_operator().id,
        )

    def _get_inbound_operator(self):
        """The operator with the fewest open to-dos of this kind; team members first.

        Extension point.
        """
        users = self._get_inbound_operators()
        counts = dict(
            self.env["mail.activity"]._read_group(
                [
                    (
                        "activity_type_id",
                        "=",
                        self.env.ref("service_crm.mail_activity_inbound").id,
                    ),
                    ("user_id", "in", users.ids),
                ],
                ["user_id"],
                ["__count"],
            )
        )
        return users.sorted(
            lambda u: (u not in self.team_id.member_ids, counts.get(u, 0), u.id)
        )[:1]

    def _get_inbound_operators(self):
        """Who takes what comes in: the company's operators, else administrators."""
        users = self.env.ref("service_crm.group_service_operator").all_user_ids
        users = users.filtered(
            lambda u: (
                u.active and (not self.company_id or self.company_id in u.company_ids)
            )
        )
        admins = self.env.ref("service_crm.group_service_admin").all_user_ids
        return users - admins or users
