from odoo import api, fields, models
from odoo.exceptions import UserError


class BpmRobot(models.Model):
    """Robot: ask a person for a decision."""

    _inherit = "bpm.robot"

    approval_role = fields.Selection(
        lambda self: self.env["service.approval"]._get_role_selection(),
        "Whose Approval",
    )

    @api.model
    def _get_robot_kinds(self):
        """Adds: asking for an approval."""
        kinds = super()._get_robot_kinds()
        return {**kinds, "approval": {"name": self.env._("Ask for an approval")}}

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        return [*super()._get_guarded_fields(), "approval_role"]

    def _check_approval(self):
        """A role is asked, and a person who is told."""
        if not self.approval_role:
            raise UserError(self.env._("Say whose approval is asked for."))
        if not hasattr(self.env[self.model_name], "activity_ids"):
            raise UserError(
                self.env._("%(model)s cannot have to-dos.", model=self.model_id.name)
            )
        self._check_person()

    def _describe_approval(self):
        """The action in words."""
        return self.env._("ask %(person)s for approval", person=self._describe_person())

    def _get_approval_paths(self):
        """The field of the person who decides."""
        return self._get_person_paths()

    def _run_approval(self, records):
        """Ask once, as long as nobody has decided; the person gets a to-do."""
        records.check_access("write")
        users = self._get_people(records)
        # sudo: approvals are readable only; the right on the document is checked
        approvals = self.env["service.approval"].sudo()
        pending = approvals.search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("role", "=", self.approval_role),
                ("state", "=", "pending"),
            ]
        )
        asked = {(approval.res_id, approval.user_id.id) for approval in pending}
        made = approvals.create(
            [
                {
                    "res_model": records._name,
                    "res_id": record.id,
                    "role": self.approval_role,
                    "user_id": users[record.id].id,
                    "company_id": records.env.company.id,
                    "request_id": record.id if record._name == "crm.lead" else False,
                }
                for record in records
                if (record.id, users[record.id].id) not in asked
            ]
        )
        # as with to-dos: one mail for each would cost more than all else
        made.with_context(mail_activity_quick_update=True)._notify_asked()
        return {record.id: users[record.id].name for record in records}
