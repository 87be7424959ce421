from odoo import fields, models


class ServiceWorkOrder(models.Model):
    """Work order: what nobody may read or change by hand."""

    _inherit = "service.work.order"

    # Whoever knows it speaks for the customer.
    access_token = fields.Char(groups="base.group_system")

    def get_portal_url(self, *args, **kwargs):
        """The customer's link, for those who talk to customers only."""
        if not self.env.su:
            self.env.user._check_service_role("operator", "manager", "dispatcher")
        self.check_access("read")
        return super().get_portal_url(*args, **kwargs)

    def _portal_ensure_token(self):
        # sudo: the token goes into what the system sends to the customer
        return super(ServiceWorkOrder, self.sudo())._portal_ensure_token()

    def _sign_token(self, pid):
        # sudo: as above; the signature does not show the token
        return super(ServiceWorkOrder, self.sudo())._sign_token(pid)

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """What was said and done stays in the chatter, whoever may write the order."""
        if message_operation in ("write", "unlink"):
            return dict.fromkeys(self, "unlink")
        return super()._mail_get_operation_for_mail_message_operation(message_operation)
