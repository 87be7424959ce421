from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError

from ..tools.locks import take_turns

# Whose hands a paper goes through, and who may pass it on.
NEXT_HOLDER = {
    "performer": "dispatcher",
    "dispatcher": "manager",
    "manager": "customer",
}
ENDED = ("done", "closed", "cancelled")


class ServiceDocument(models.Model):
    """Document: handed over from performer to dispatcher, manager and customer."""

    _inherit = "service.document"

    def action_hand_over(self):
        """Give the papers to the next in line."""
        self._check_may_hand_over()
        # Rights were checked; nobody writes the holder by hand.
        self.sudo()._action_hand_over()
        return True

    def _action_hand_over(self):
        """What handing over does: the next one has the papers."""
        take_turns(self)
        self._check_hand_over()
        for holder, documents in self.grouped("holder").items():
            documents.write({"holder": NEXT_HOLDER[holder]})

    def _check_may_hand_over(self):
        """Who holds a paper gives it away; a dispatcher also for the performer."""
        self.check_access("write")
        user = self.env.user
        for document in self:
            # Whose visit it is and who holds the paper is no secret to its readers.
            performer = document.sudo().work_order_id.performer_user_id
            allowed = (
                user._has_service_role("dispatcher")
                and document.holder in ("performer", "dispatcher")
                or user._has_service_role("manager")
                and document.holder == "manager"
                or document.holder == "performer"
                and performer == user
            )
            if not allowed and document.holder in NEXT_HOLDER:
                raise AccessError(
                    self.env._(
                        "%(document)s is held by somebody else: only he hands it over.",
                        document=document.display_name,
                    )
                )

    def _check_hand_over(self):
        """Only issued papers that still count change hands. Extension point.

        :raise UserError: naming each paper that stays
        """
        problems = {document: [] for document in self}
        for document in self:
            if document.state in ("draft", "cancelled"):
                problems[document].append(self.env._("issue it first."))
            elif document.holder not in NEXT_HOLDER:
                problems[document].append(self.env._("the customer has it already."))
            if document.is_expired:
                problems[document].append(
                    self.env._("expired: cancel it and make a new one.")
                )
        self._raise_problems(problems)
        self.work_order_id._check_step_obstacles("hand_over")

    def _get_first_holder(self):
        """Who has the paper in his hands when it is issued. Extension point."""
        self.ensure_one()
        visit = self.work_order_id
        if visit.performer_user_id and visit.state not in ENDED:
            return "performer"
        return "manager" if self.type_id.preparer == "manager" else "dispatcher"

    def _copy_files_to_orders(self):
        """The files are on the order too, once each."""
        for document in self:
            if document._is_file_confidential():
                continue
            order = document.order_id or document.request_id._get_service_orders()[:1]
            files = document.attachment_id | document.scan_ids
            if not order or not files:
                continue
            there = self.env["ir.attachment"].search(
                [("res_model", "=", order._name), ("res_id", "=", order.id)]
            )
            known = {(file.name, file.checksum) for file in there}
            for file in files:
                if (file.name, file.checksum) not in known:
                    file.copy({"res_model": order._name, "res_id": order.id})

    def _get_html_list(self):
        """The documents as a list of links, as HTML."""
        return Markup("<ul>%s</ul>") % Markup("").join(
            Markup("<li>%s</li>") % document._get_html_link() for document in self
        )
