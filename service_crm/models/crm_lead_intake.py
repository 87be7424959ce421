from odoo import api, models
from odoo.tools import html2plaintext


class CrmLead(models.Model):
    """Service request: coming in by the doors."""

    _inherit = "crm.lead"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        team = self.env["crm.team"].browse((custom_values or {}).get("team_id"))
        if not team.is_service:
            return super().message_new(msg_dict, custom_values)
        delivery = self._get_service_delivery()
        Inbound = self.env["service.inbound"]
        if delivery:
            values = Inbound._prepare_mail_request_values(delivery.mail)
            _customers, staff = Inbound._find_mail_senders(delivery.mail, team)
        else:
            values = {
                "service_channel": "mail",
                "service_need": html2plaintext(msg_dict.get("body") or ""),
                "type": "lead",
            }
            staff = self.env["res.partner"]
        if staff:
            # somebody of ours passed a customer's mail on: who wrote is not known
            msg_dict = {**msg_dict, "email_from": False, "from": False}
            values["partner_id"] = False
        return super().message_new(msg_dict, {**custom_values, **values})

    def _get_request_action(self):
        """Open these requests: the form of one, the list of several."""
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Requests"),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("id", "in", self.ids)],
        }
        if len(self) == 1:
            form = self.env.ref("service_crm.request_view_form")
            action.update(
                view_mode="form",
                views=[(form.id, "form")],
                res_id=self.id,
                domain=[],
            )
        return action
