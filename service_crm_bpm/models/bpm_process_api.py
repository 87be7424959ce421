from odoo import models
from odoo.exceptions import AccessError


class BpmProcess(models.Model):
    """Process: its doors for other programs."""

    _inherit = "bpm.process"

    def action_start_run(self, document_id=False, note=False):
        """Start this process by a call of another program, as by hand.

        :param int document_id: the document; left out for a process about nothing else
        :return: id of the run
        """
        self.ensure_one()
        self.check_access("read")
        record = self.env["bpm.instance"]
        if self.model_name != "bpm.instance":
            wanted = document_id if isinstance(document_id, int) else 0
            record = self.env[self.model_name].search([("id", "=", int(wanted))])
        self._check_may_start(record)
        # sudo: the right to start was checked above; runs are made by the engine
        return self.sudo()._start([{"res_id": record.id, "note": note}]).id

    def action_open_endpoint(self):
        """The address at which this process takes webhooks, made when missing."""
        self.ensure_one()
        self.check_access("write")
        endpoints = self.env["bpm.endpoint"].with_context(active_test=False)
        if not endpoints.has_access("create"):
            raise AccessError(
                self.env._("Addresses of webhooks are made by the administrator.")
            )
        family = self.family_id
        endpoint = endpoints.search([("family_id", "=", family.id)])
        endpoint = endpoint or endpoints.create({"family_id": family.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Webhooks of “%(process)s”", process=self.name),
            "res_model": "bpm.endpoint",
            "res_id": endpoint.id,
            "views": [(False, "form")],
        }
