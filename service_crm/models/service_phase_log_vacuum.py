from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

MONTHS = 36
BATCH = 5000


class ServicePhaseLog(models.Model):
    """Old entries go, except the last one of each document and what still waits."""

    _inherit = "service.phase.log"

    @api.autovacuum
    def _gc_entries(self):
        """Thin out the history: where a document was years ago, nobody asks.

        The months are in the system parameter ``service_crm.history_months``; 0 keeps
        everything.

        :return: ``(number of deleted rows, whether there may be more)``
        """
        months = int(
            self.env["ir.config_parameter"]
            .sudo()  # a setting, read by the system
            .get_param("service_crm.history_months", MONTHS)
        )
        if months <= 0:
            return 0, False
        limit = fields.Datetime.now() - relativedelta(months=months)
        worn = self.browse(
            number
            for (number,) in self.env.execute_query(
                SQL(
                    """
                    SELECT old.id FROM service_phase_log old
                    WHERE old.id IN %s AND EXISTS (
                        SELECT FROM service_phase_log newer
                        WHERE newer.res_model = old.res_model
                          AND newer.res_id = old.res_id
                          AND newer.field_name = old.field_name
                          AND newer.id > old.id
                    ) LIMIT %s
                    """,
                    self._search(self._get_worn_domain(limit)).subselect(),
                    BATCH,
                )
            )
        )
        worn.unlink()
        return len(worn), len(worn) == BATCH

    @api.model
    def _get_worn_domain(self, limit):
        """Entries that may go, of those from before ``limit``. Extension point."""
        return Domain("date", "<", limit) & Domain("message_pending", "=", False)
