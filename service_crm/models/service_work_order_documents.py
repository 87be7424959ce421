from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.work_order_steps import DISPATCHER, PERFORMER, UNDER_WAY


class ServiceWorkOrder(models.Model):
    """Work order: its documents, and the steps that wait for them."""

    _inherit = "service.work.order"

    document_ids = fields.One2many("service.document", "work_order_id", "Documents")

    document_checklist = fields.Json(compute="_compute_document_checklist")

    @api.depends("document_ids.state", "request_id")
    @api.depends_context("lang")
    def _compute_document_checklist(self):
        for order in self:
            # Names of the visit's papers and their state, for who sees the visit.
            request = order.request_id.sudo()
            rows = request._get_document_rows(visits=order._origin) if request else {}
            order.document_checklist = {"rows": rows.get(request, [])}

    # -- actions

    def action_make_documents(self):
        """Make the documents of these visits that are not there yet."""
        self._check_may_have_documents()
        without = self.filtered(lambda order: not order.request_id)
        if without:
            raise UserError(
                self.env._(
                    "%(numbers)s: documents are made on the basis of a request.",
                    numbers=", ".join(without.mapped("name")),
                )
            )
        # Whose visits they are is checked; a performer does not see the request's
        # other papers, nor does he here.
        orders = self.sudo()
        orders.request_id._make_documents(visits=orders)
        return True

    def action_hand_over_documents(self):
        """The performer gives the papers of these visits to the dispatcher."""
        self._check_may_have_documents()
        # As above; the step checks what is missing and names it.
        orders = self.sudo()
        orders._check_documents_there("done")
        papers = orders.document_ids.filtered(
            lambda document: (
                document.holder == "performer"
                and document.state in ("issued", "sent", "signed")
            )
        )
        if not papers:
            raise UserError(self.env._("You hold no documents of this visit."))
        papers._action_hand_over()
        return True

    def _action_done(self):
        """The papers go to the dispatcher with the work."""
        result = super()._action_done()
        self.document_ids.filtered(
            lambda document: (
                document.holder == "performer"
                and document.state in ("issued", "sent", "signed")
            )
        ).write({"holder": "dispatcher"})
        return result

    # -- checks

    def _check_may_have_documents(self):
        """Papers of a visit are the dispatcher's and the performer's who goes there."""
        self.check_access("write")
        if self.env.su or self.env.user._has_service_role(DISPATCHER):
            return
        self.env.user._check_service_role(PERFORMER)
        for order in self:
            if order.state not in ("assigned", *UNDER_WAY, "done"):
                raise UserError(
                    self.env._(
                        "%(number)s: the visit is not yours to work on now.",
                        number=order.name,
                    )
                )

    def _check_documents_there(self, key):
        """Refuse, naming the required documents that are missing."""
        lines = [
            self.env._("%(record)s: %(problem)s", record=order.display_name, problem=p)
            for order, problems in self._get_missing_documents(key).items()
            for p in problems
        ]
        if lines:
            raise UserError("\n".join(lines))

    def _get_step_obstacles(self, step):
        """Documents the set asks for before this step."""
        obstacles = super()._get_step_obstacles(step)
        key = self.env["service.document.type"]._get_step_key(self._name, step)
        if key:
            for order, problems in self._get_missing_documents(key).items():
                obstacles[order] += problems
        return obstacles

    def _get_missing_documents(self, key):
        """Required documents that are not there: ``{work order: [sentence, …]}``."""
        missing = {order: [] for order in self}
        if not self.request_id:
            return missing
        found = self.request_id._get_missing_documents(key, visits=self)
        for order in self:
            missing[order] = [
                sentence
                for place, sentence in found.get(order.request_id, [])
                if not place[1] or place[1] == order
            ]
        return missing
