from odoo import models


class ServicePhaseLog(models.Model):
    """Papers follow the visits they are about."""

    _inherit = "service.phase.log"

    def _service_entered(self):
        result = super()._service_entered()
        rows = self.filtered(
            lambda row: (
                row.res_model == "service.work.order"
                and (row.field_name, row.value) in FOLLOWED
            )
        )
        if rows:
            # A performer who reports the work writes no papers himself.
            visits = rows._get_entered_records().sudo()
            visits.env["service.document"]._follow_visits(visits)
        return result


# A time that everybody agreed to; what was really done.
FOLLOWED = frozenset(
    {("slot_state", "fixed"), ("state", "assigned"), ("state", "done")}
)
