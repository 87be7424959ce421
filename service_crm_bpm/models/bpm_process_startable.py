import ast

from odoo import api, models
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Domain


class BpmProcess(models.Model):
    """Process: who may start it by hand, and on what."""

    _inherit = "bpm.process"

    @api.model
    def _get_startable_domain(self):
        """Processes that the user may start by hand. Extension point."""
        user = self.env.user
        groups = Domain("start_group_ids", "in", user.all_group_ids.ids)
        if user._has_service_role():
            groups |= Domain("start_group_ids", "=", False)
        return (
            Domain("state", "=", "published")
            & Domain("start_manual", "=", True)
            & Domain("company_id", "in", [*self.env.companies.ids, False])
            & groups
        )

    @api.model
    def _get_startable(self, model=None):
        """Processes that the user may start by hand on documents of a model.

        :param model: ``None``: on any
        """
        domain = self._get_startable_domain()
        if model:
            domain &= Domain("model_name", "in", (model, "bpm.instance"))
        return self.search(domain)

    def _check_may_start(self, record):
        """Refuse a start by hand.

        :param record: the document; empty for a process about nothing else
        :raise AccessError, UserError: in words
        """
        self.ensure_one()
        if not self.search_count(
            self._get_startable_domain() & Domain("id", "=", self.id)
        ):
            raise AccessError(
                self.env._(
                    "“%(process)s” is not a process you may start by hand.",
                    process=self.name,
                )
            )
        if self.model_name == "bpm.instance":
            return
        if not record:
            raise UserError(
                self.env._(
                    "“%(process)s” is about a document (%(kind)s): choose one.",
                    process=self.name,
                    kind=self.sudo().model_id.name,  # a label
                )
            )
        record.check_access("read")
        domain = ast.literal_eval(self.start_domain or "[]")
        if not record.filtered_domain(domain):
            raise UserError(
                self.env._(
                    "“%(document)s” is not a document that “%(process)s” is for: it "
                    "does not match the condition of its start.",
                    document=record.display_name,
                    process=self.name,
                )
            )
        self._check_not_under_way(record)

    def _check_not_under_way(self, record):
        """One run at a time for a document, if the process says so."""
        if not self.start_once:
            return
        # sudo: also a run that the user does not see is under way
        run = (
            self.env["bpm.instance"]
            .sudo()
            .search(
                [
                    ("family_id", "=", self.family_id.id),
                    ("res_model", "=", record._name),
                    ("res_id", "=", record.id),
                    ("state", "in", self.env["bpm.instance"]._get_open_states()),
                ],
                limit=1,
            )
            .sudo(False)
        )
        if not run:
            return
        message = self.env._(
            "“%(process)s” is under way for “%(document)s” already.",
            process=self.name,
            document=record.display_name,
        )
        if run.has_access("read"):
            raise RedirectWarning(
                message, run.get_formview_action(), self.env._("Open It")
            )
        raise UserError(message)

    def action_open_start(self):
        """The start card of a process chosen from the list."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Start “%(process)s”", process=self.name),
            "res_model": "bpm.start",
            "views": [(False, "form")],
            "target": "new",
            "context": {**self.env.context, "default_process_id": self.id},
        }
