from odoo import api, fields, models


class BpmDocumentMixin(models.AbstractModel):
    """What documents show of their processes: a smart button, and the start."""

    _name = "bpm.document.mixin"
    _description = "Processes of a document"

    process_count = fields.Integer("Processes", compute="_compute_process_count")
    process_open_count = fields.Integer(compute="_compute_process_count")
    process_shown = fields.Boolean(compute="_compute_process_shown")

    @api.depends_context("uid")
    def _compute_process_count(self):
        """Runs about the record or linked with it, that the user sees."""
        runs = self.env["bpm.instance"]
        found = runs.search_fetch(
            runs._get_domain_of(self), ["res_model", "res_id", "state"]
        )
        linked = self.env["bpm.instance.link"].search_fetch(
            [("document", "in", [f"{self._name},{i}" for i in self.ids])],
            ["instance_id", "document"],
        )
        per_record = {record_id: set() for record_id in self.ids}
        for run in found:
            if run.res_model == self._name and run.res_id in per_record:
                per_record[run.res_id].add(run.id)
        for link in linked:
            per_record[link.document.id].add(link.instance_id.id)
        opened = set(
            found.filtered(lambda run: run.state in run._get_open_states()).ids
        )
        for record in self:
            ids = per_record.get(record.id, set())
            record.process_count = len(ids)
            record.process_open_count = len(ids & opened)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_process_shown(self):
        """Where there are processes, or the user may start one."""
        startable = bool(self.env["bpm.process"]._get_startable(self._name))
        for record in self:
            record.process_shown = startable or record.process_count

    def action_open_processes(self):
        """The processes of these records; none yet: the start of one."""
        self.check_access("read")
        return self.env["bpm.instance"]._action_open_of(self)

    def _get_process_links(self):
        """Recordsets that belong to the document: cards of its processes lead there."""
        return []
