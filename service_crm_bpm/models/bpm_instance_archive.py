from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

BATCH = 1000
EXPORTED = ("name", "res_model", "res_id", "state", "date_start", "date_end", "note")


class BpmInstance(models.Model):
    """Process run: taking old ones away, and with you."""

    _inherit = "bpm.instance"

    def action_export(self):
        """A file with all that happened in these runs."""
        self._check_export()
        return {
            "type": "ir.actions.act_url",
            "url": f"/bpm/export?ids={','.join(map(str, self.ids))}",
            "target": "download",
        }

    def _check_export(self):
        """Only the service administrator takes whole protocols out."""
        self.check_access("read")
        if not self.env.user._has_service_role("admin"):
            raise AccessError(
                self.env._("Runs are exported by the service administrator.")
            )

    def _export_runs(self):
        """What is exported of runs: themselves, their variables and their protocol.

        Extension point.
        """
        rows = self.journal_ids.sorted("id").grouped("instance_id")
        return [
            {
                "id": run.id,
                "process": run.process_id.name,
                "version": run.process_id.version,
                **{name: run[name] or None for name in EXPORTED},
                "started_by": run.user_id.name,
                "customer": run.partner_id.name or None,
                "is_success": run.is_success,
                "variables": run.variables or {},
                "protocol": [
                    {
                        "date": row.date,
                        "by": row.user_id.name,
                        "event": row.event,
                        "stage": row.stage_id.name or None,
                        "to": row.target_id.name or None,
                        "result": row.result or None,
                        "hours": row.hours,
                        "before": row.value_from or None,
                        "after": row.value_to or None,
                        "text": row.text or None,
                    }
                    for row in rows.get(run, ())
                ],
            }
            for run in self
        ]

    @api.autovacuum
    def _gc_protocols(self):
        """Thin out runs that ended long ago: the run stays, its protocol goes.

        The months are in the system parameter ``service_crm_bpm.protocol_months``; 0,
        as it is at first, keeps everything.

        :return: ``(number of thinned runs, whether there may be more)``
        """
        months = int(
            self.env["ir.config_parameter"]
            .sudo()  # a setting, read by the system
            .get_param("service_crm_bpm.protocol_months", 0)
        )
        if months <= 0:
            return 0, False
        limit = fields.Datetime.now() - relativedelta(months=months)
        worn = self.search(
            [
                ("state", "in", ("done", "cancelled")),
                ("date_end", "<", limit),
                ("token_ids", "!=", False),
            ],
            limit=BATCH,
            order="id",
        )
        if worn:
            # the protocol is not deleted by anybody but its age
            self.env.execute_query(
                SQL(
                    "DELETE FROM bpm_journal WHERE instance_id IN %s RETURNING id",
                    worn._ids,
                )
            )
            self.env["bpm.journal"].invalidate_model(flush=False)
            worn.invalidate_recordset(["journal_ids"])
            worn.token_ids.unlink()
        return len(worn), len(worn) == BATCH
