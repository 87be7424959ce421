from odoo import fields, models
from odoo.exceptions import AccessError

# What the people of a run write on its card; everything else is written by steps.
OPEN_FIELDS = frozenset({"activity_ids", "message_follower_ids", "note", "partner_id"})
# Who sees the run is decided by who started it, by the process owner and the
# administrator.
ACCESS_FIELDS = frozenset({"is_restricted", "member_ids"})
LOGGED_FIELDS = frozenset({"note", "partner_id"}) | ACCESS_FIELDS


class BpmInstance(models.Model):
    """Process run: what is written by hand, by whom, and its trace."""

    _inherit = "bpm.instance"

    def write(self, vals):
        by_hand = not self.env.su
        if by_hand:
            self._check_fields_by_hand(vals.keys())
        before = self._get_logged_values(vals) if by_hand else {}
        result = super().write(vals)
        if by_hand:
            self._log_changes(before, self._get_logged_values(vals))
        if not vals.keys().isdisjoint(ACCESS_FIELDS):
            self._drop_shut_out()
        return result

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

    def _get_logged_values(self, names):
        """Values as the protocol tells them: ``{run: {field: text}}``."""
        texts = {}
        for run in self:
            texts[run] = {}
            for name in LOGGED_FIELDS.intersection(names):
                value = run[name]
                if isinstance(value, models.BaseModel):
                    value = ", ".join(value.mapped("display_name"))
                elif isinstance(value, bool):
                    value = self.env._("yes") if value else self.env._("no")
                texts[run][name] = value or ""
        return texts

    def _log_changes(self, before, after):
        """One row of the protocol for each changed value."""
        self.env["bpm.journal"]._log(
            [
                {
                    "instance_id": run.id,
                    "company_id": run.company_id.id,
                    "event": "change",
                    "text": self._fields[name]._description_string(self.env),
                    "value_from": old,
                    "value_to": after[run][name],
                }
                for run, values in before.items()
                for name, old in values.items()
                if old != after[run][name]
            ]
        )

    def _drop_shut_out(self):
        """Who no longer sees a run follows it no more, nor reads what was said there.

        A message is readable by everybody it was sent to, whoever sees its document.
        """
        # sudo: followers and messages of runs one may restrict
        for run in self.sudo().filtered("is_restricted"):
            allowed = run.member_ids | run.process_id.owner_id
            messages = run.env["mail.message"].search(
                [
                    ("model", "=", run._name),
                    ("res_id", "=", run.id),
                    ("partner_ids", "!=", False),
                ]
            )
            everybody = run.message_partner_ids | messages.partner_ids
            shut_out = (everybody - allowed.partner_id).filtered(
                lambda partner: partner.user_ids and not partner.partner_share
            )
            if not shut_out:
                continue
            run.message_unsubscribe(shut_out.ids)
            messages.notification_ids.filtered(
                lambda notice, out=shut_out: notice.res_partner_id in out
            ).unlink()
            messages.write(
                {"partner_ids": [fields.Command.unlink(i) for i in shut_out.ids]}
            )

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """What was said stays in the chatter, whoever may write."""
        if message_operation in ("write", "unlink"):
            return dict.fromkeys(self, "unlink")
        return super()._mail_get_operation_for_mail_message_operation(message_operation)
