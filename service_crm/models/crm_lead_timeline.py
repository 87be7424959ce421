from collections import defaultdict

from odoo import api, fields, models

from ..tools.duration import describe_hours


class CrmLead(models.Model):
    """Service request: when it came to which stage, by whom, and how long it stayed."""

    _inherit = "crm.lead"

    service_timeline = fields.Json("History", compute="_compute_service_timeline")

    @api.depends("stage_id", "service_line")
    @api.depends_context("lang", "uid")
    def _compute_service_timeline(self):
        """From the log of entries: one query for any number of requests.

        ``[{"id", "kind": "stage" or "service_line", "name", "date", "user", "user_id",
        "duration", "is_open"}]``, oldest first; a duration is until the next entry of
        the same kind.
        """
        rows = (
            self.env["service.phase.log"]
            .sudo()  # who reads a request may read its history
            .search_fetch(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("field_name", "in", ("stage_id", "service_line")),
                ],
                ["res_id", "field_name", "name", "date", "user_id"],
                order="id",
            )
        )
        by_lead = defaultdict(list)
        for row in rows:
            by_lead[row.res_id].append(row)
        now = fields.Datetime.now()
        for lead in self:
            entries = by_lead[lead.id]
            is_over = not lead.active or lead.service_phase == "done"
            lead.service_timeline = [
                lead._prepare_timeline_entry(row, entries[number + 1 :], now, is_over)
                for number, row in enumerate(entries)
            ]

    def _prepare_timeline_entry(self, row, later, now, is_over):
        """One point of the history. Extension point.

        :param row: the entry (``service.phase.log``)
        :param later: the entries after it
        :param is_over: the request is finished: its last stage takes no more time
        """
        following = next(
            (other for other in later if other.field_name == row.field_name), None
        )
        end = following.date if following else now
        hours = (end - row.date).total_seconds() / 3600
        is_open = not following and not is_over
        return {
            "id": row.id,
            "kind": row.field_name,
            "name": row.name,
            "date": fields.Datetime.to_string(row.date),
            "user": row.user_id.name,
            "user_id": row.user_id.id,
            "duration": describe_hours(self.env, hours, days=True)
            if following or is_open
            else "",
            "is_open": is_open,
        }
