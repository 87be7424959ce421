from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class CrmLead(models.Model):
    """Service request: the work orders made from it."""

    _inherit = "crm.lead"

    service_visit_label = fields.Char(
        "Next Visit",
        compute="_compute_service_visit_label",
        help="When the next visit is, and who goes there.",
    )

    @api.depends(
        "work_order_ids.date_start",
        "work_order_ids.date_end",
        "work_order_ids.performer_id",
        "work_order_ids.state",
    )
    @api.depends_context("tz", "lang", "uid")
    def _compute_service_visit_label(self):
        for lead in self:
            visit = lead.work_order_ids.filtered(
                lambda order: (
                    order.date_start
                    and order.state not in ("done", "closed", "cancelled")
                )
            ).sorted("date_start")[:1]
            lead.service_visit_label = ", ".join(
                part for part in (visit.when_label, visit.performer_id.name) if part
            )

    def action_create_work_order(self):
        """Make a "Task for performer": one more work order of the request."""
        self._check_may_plan()
        orders = self._create_work_orders()
        if len(orders) > 1:
            return self._open_work_orders(orders)
        return {
            "type": "ir.actions.act_window",
            "name": orders.name,
            "res_model": "service.work.order",
            "res_id": orders.id,
            "view_mode": "form",
        }

    def action_view_work_orders(self):
        """Open the work orders of these requests."""
        return self._open_work_orders(self.work_order_ids)

    def _check_may_plan(self):
        """Work orders are made by dispatchers, for requests with a customer."""
        if not self.env.su and not self.env.user.has_group(
            "service_crm.group_service_dispatcher"
        ):
            raise AccessError(
                self.env._("Tasks for performers are made by dispatchers.")
            )
        self.check_access("write")
        for request in self:
            if not request.partner_id:
                raise UserError(
                    self.env._(
                        "%(request)s has no customer yet. Say first who the customer "
                        "is, then where the performer goes is known.",
                        request=request.display_name,
                    )
                )
            if not request.active or request.service_phase == "done":
                raise UserError(
                    self.env._(
                        "%(request)s is finished. Open it again before planning "
                        "another visit.",
                        request=request.display_name,
                    )
                )

    def _create_work_orders(self):
        """One new draft work order per request."""
        return self.env["service.work.order"].create(
            [request._prepare_work_order_values() for request in self]
        )

    def _prepare_work_order_values(self):
        """Values of a new work order of this request. Extension point.

        Lines come from the agreed order, as far as no other visit covers them, else
        from what the request asks for.
        """
        self.ensure_one()
        agreed = self.order_ids.filtered(lambda order: order.state == "sale")
        uncovered = agreed._get_uncovered_lines()
        order = next(iter(uncovered)).order_id if uncovered else agreed[:1]
        if agreed:
            lines = [
                line._prepare_work_order_line_values(quantity)
                for line, quantity in uncovered.items()
            ]
        elif self.work_order_ids.filtered(lambda visit: visit.state != "cancelled"):
            lines = []
        else:
            lines = [
                line._prepare_work_order_line_values()
                for line in self.request_line_ids._filter_wanted()
                if not line.price_rule_id
            ]
        return {
            "request_id": self.id,
            "order_id": order.id,
            "date_start": self.wished_start,
            "instruction": self.service_need,
            "priority": "1" if self.priority == "3" else "0",
            "line_ids": [Command.create(values) for values in lines],
        }

    @api.model
    def _open_work_orders(self, orders):
        """Action of several work orders; new ones belong to the request."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_work_order"
        )
        action["domain"] = [("id", "in", orders.ids)]
        action["context"] = {"default_request_id": self.id if len(self) == 1 else False}
        return action

    @api.constrains("operator_id")
    def _check_operator_is_not_performer(self):
        """Who already performs the job cannot take the request as well."""
        self.work_order_ids._check_separate_duties()

    def _merge_dependences(self, opportunities):
        """Work orders of merged requests go with them."""
        result = super()._merge_dependences(opportunities)
        # Whoever may merge requests need not be a dispatcher; nothing else changes.
        opportunities.sudo().work_order_ids.write({"request_id": self.id})
        return result
