from odoo import models
from odoo.exceptions import AccessError

# What the people of a run write on its card; everything else is written by steps.
OPEN_FIELDS = frozenset({"activity_ids", "message_follower_ids", "note", "partner_id"})
# Who sees the run is decided by who started it, by the process owner and the
# administrator.
ACCESS_FIELDS = frozenset({"is_restricted", "member_ids"})


class BpmInstance(models.Model):
    """Process run: what is written by hand, by whom, and its trace."""

    _inherit = "bpm.instance"

    def write(self, vals):
        if not self.env.su:
            self._check_fields_by_hand(vals.keys())
        return super().write(vals)

    def _check_fields_by_hand(self, names):
        """Refuse facts that come by form, import or RPC instead of by a step."""
        self.check_access("write")
        forged = names - OPEN_FIELDS - ACCESS_FIELDS
        if forged:
            raise AccessError(
                self.env._(
                    "%(fields)s: changed only by the steps of the process.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(forged)
                        if name in self._fields
                    ),
                )
            )
        if names & ACCESS_FIELDS and not all(run._may_set_access() for run in self):
            raise AccessError(
                self.env._(
                    "Who sees the run is decided by who started it, by the process "
                    "owner and by the service administrator."
                )
            )

    def _may_set_access(self):
        """Whether the user decides who sees this run."""
        self.ensure_one()
        user = self.env.user
        return user in (
            self.user_id | self.process_id.owner_id
        ) or user._has_service_role("admin")

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """What was said stays in the chatter, whoever may write."""
        if message_operation in ("write", "unlink"):
            return dict.fromkeys(self, "unlink")
        return super()._mail_get_operation_for_mail_message_operation(message_operation)
