from odoo import models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """Service request: merging keeps everything that belongs to the requests."""

    _inherit = "crm.lead"

    def _merge_get_fields_specific(self):
        """What requests keep when they are merged."""
        fields_info = super()._merge_get_fields_specific()
        if self and all(self.mapped("is_service")):

            def first(field_name, leads):
                value = next(
                    (lead[field_name] for lead in leads if lead[field_name]), False
                )
                return value.id if isinstance(value, models.BaseModel) else value

            fields_info["service_need"] = lambda _field_name, leads: "\n\n".join(
                dict.fromkeys(need for need in leads.mapped("service_need") if need)
            )
            for field_name in (
                "operator_id",
                "dispatcher_id",
                "site_id",
                "wished_start",
                "wished_end",
                "customer_vat",
                "customer_company_registry",
                "match_state",
            ):
                fields_info[field_name] = first
        return fields_info

    def _merge_opportunity(
        self, user_id=False, team_id=False, auto_unlink=True, max_length=5
    ):
        """Requests are merged with requests only."""
        if len(set(self.mapped("is_service"))) > 1:
            raise UserError(
                self.env._("Service requests can only be merged with service requests.")
            )
        # The stage of the merged request is that of the furthest: no step by hand.
        merging = self.sudo() if all(self.mapped("is_service")) else self
        if merging.env.su and not self.env.su:
            self.check_access("write")
            self._check_service_role("operator", "manager", "dispatcher")
        merged = super(CrmLead, merging)._merge_opportunity(
            user_id, team_id, auto_unlink, max_length
        )
        return merged.with_env(self.env)

    def _merge_dependences(self, opportunities):
        """Lines, approvals and received messages go along."""
        result = super()._merge_dependences(opportunities)
        if self.is_service:
            # All that belongs to the merged requests, also what the user cannot see.
            tail = opportunities.sudo().with_context(active_test=False)
            tail.request_line_ids.write({"request_id": self.id})
            tail.approval_ids.write({"request_id": self.id})
            tail.inbound_ids.write({"request_id": self.id})
        return result

    def _sort_by_confidence_level(self, reverse=False):
        """What something is attached to stays, however far the other one got."""
        leads = super()._sort_by_confidence_level(reverse=reverse)
        head = self.browse(self.env.context.get("service_merge_head", ())) & leads
        return head + (leads - head)

    def _attach_request(self, request):
        """Take over all that another new request brought; that one goes."""
        self.ensure_one()
        if request == self or not (self.is_service and request.is_service):
            raise UserError(self.env._("Choose another service request to attach to."))
        request._check_open_request("new")
        if not self.active or self.service_phase == "done":
            raise UserError(
                self.env._(
                    "%(request)s is finished: nothing can be attached to it.",
                    request=self.display_name,
                )
            )
        number = request.service_number
        merging = (self + request).with_context(service_merge_head=self.id)
        merged = merging._merge_opportunity(max_length=2).with_env(self.env)
        merged._message_log(
            body=self.env._("%(number)s was attached to this request.", number=number)
        )
