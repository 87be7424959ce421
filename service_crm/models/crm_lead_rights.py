from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.defaults import without_defaults

# Only the steps write these; for everybody else they are facts.
STEP_FIELDS = frozenset(
    {
        "access_token",
        "invoice_error",
        "is_service",
        "rating_last_value",
        "service_number",
        "service_payment_state",
        "service_phase",
        "service_rating_state",
        "works_closed_at",
    }
)


class CrmLead(models.Model):
    """Service request: what nobody may read or write by hand."""

    _inherit = "crm.lead"

    # Whoever knows it speaks for the customer.
    access_token = fields.Char(groups="base.group_system")

    @api.model_create_multi
    def create(self, vals_list):
        self._check_fields_by_hand({name for vals in vals_list for name in vals})
        self = without_defaults(self, STEP_FIELDS)
        return super().create(vals_list)

    def write(self, vals):
        self._check_fields_by_hand(vals.keys())
        return super().write(vals)

    @api.model
    def _check_fields_by_hand(self, names):
        """Refuse facts that come by form, import or RPC instead of by a step."""
        forged = STEP_FIELDS & names
        if forged and not self.env.su and not self.env.user._has_service_role("admin"):
            raise AccessError(
                self.env._(
                    "%(fields)s: changed only by the steps of a request.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(forged)
                    ),
                )
            )

    def message_post(self, **kwargs):
        """Stars are given on the customer's page only."""
        if kwargs.get("rating_value") and self.is_service:
            raise UserError(self.env._("A request is rated by its customer."))
        return super().message_post(**kwargs)

    def _pls_increment_frequencies(self, from_state=None, to_state=None):
        # sudo: every lost request feeds Odoo's statistics, whoever may read these
        return super(CrmLead, self.sudo())._pls_increment_frequencies(
            from_state=from_state, to_state=to_state
        )

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """What was said and done stays in the chatter."""
        found = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        if message_operation in ("write", "unlink"):
            # sudo: which leads are requests is no secret
            requests = self.sudo().filtered("is_service").sudo(False)
            found.update(dict.fromkeys(requests, "unlink"))
        return found

    def get_portal_url(self, *args, **kwargs):
        """The customer's link, for those who talk to customers only."""
        self.check_access("read")
        if self.is_service:
            self._check_service_role("operator", "manager", "dispatcher")
        return super().get_portal_url(*args, **kwargs)

    def _portal_ensure_token(self):
        # sudo: the token goes into what the system sends to the customer
        return super(CrmLead, self.sudo())._portal_ensure_token()

    def _sign_token(self, pid):
        # sudo: as above; the signature does not show the token
        return super(CrmLead, self.sudo())._sign_token(pid)

    def _get_share_url(
        self, redirect=False, signup_partner=False, pid=None, share_token=True
    ):
        """The button of a mail opens the customer's page; its path holds the token."""
        if redirect or not share_token or not self.is_service:
            return super()._get_share_url(redirect, signup_partner, pid, share_token)
        self.ensure_one()
        self.check_access("read")
        return f"{self.access_url}/{self._portal_ensure_token()}"
