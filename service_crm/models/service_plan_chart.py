from collections import defaultdict
from zoneinfo import ZoneInfo

from pytz import UTC

from odoo import api, fields, models
from odoo.tools import format_date

from ..tools.suggestion_facts import to_seconds


class ServicePlan(models.Model):
    """Plan: the proposal as it is drawn, days of performers now and then."""

    _inherit = "service.plan"

    chart = fields.Json(compute="_compute_chart")

    @api.depends("figures", "line_ids.result")
    @api.depends_context("uid", "lang")
    def _compute_chart(self):
        for plan in self:
            plan.chart = plan.figures and plan._prepare_chart()

    def _prepare_chart(self):
        """What is drawn: hours of all rows, and per row its bars in minutes.

        What the reader may not see is a bar without words.
        """
        rows = self.figures["rows"]
        performers = self.env["resource.resource"].sudo()  # names of who is sent
        performers = performers.browse({row["performer"] for row in rows})
        names = {who.id: who.name for who in performers}
        zones = {who.id: ZoneInfo(who.tz or "UTC") for who in performers}
        now, then = self._group_lines()
        drawn = []
        for row in rows:
            who, (start, end) = row["performer"], row["edges"]
            scale = lambda moment, start=start: round((moment - start) / 60)  # noqa: E731
            drawn.append(
                {
                    "key": f"{who}-{row['day']}",
                    "performer": names.get(who, ""),
                    "day": format_date(self.env, row["day"], date_format="EEE d MMM"),
                    "work": [[scale(s), scale(e)] for s, e in row["work"]],
                    "taken": [[scale(s), scale(e)] for s, e in row["taken"]],
                    "now": self._draw(now[who], "from", start, end, zones[who]),
                    "then": self._draw(then[who], "to", start, end, zones[who]),
                    "before": row["before"],
                    "after": row["after"],
                }
            )
        # days without visits tell nothing
        drawn = [row for row in drawn if row["then"] or row["now"] or row["taken"]]
        drawn.sort(key=lambda row: (row["performer"], row["key"]))
        edges = [
            edge
            for row in drawn
            for part in (
                *row["work"],
                *row["taken"],
                *([bar["from"], bar["to"]] for bar in row["now"] + row["then"]),
            )
            for edge in part
        ] or [480, 1080]
        first, last = max(0, min(edges) // 60), min(24, -(-max(edges) // 60))
        return {"first": first, "last": max(last, first + 1), "rows": drawn}

    def _group_lines(self):
        """Lines by those they are with now, and then: crews, members, helpers."""
        now, then = defaultdict(list), defaultdict(list)
        lines = self.line_ids.sudo(False)
        lines.order_id.mapped("partner_id")
        for line in lines:
            known = line.sudo()  # who goes is drawn; what, only to whom may see it
            if line.from_start:
                for person in _get_crew(known.from_performer_id):
                    now[person.id].append(line)
            if line.to_start:
                going = _get_crew(known.to_performer_id) | known.to_helper_ids
                for person in going:
                    then[person.id].append(line)
        return now, then

    def _draw(self, lines, when, start, end, zone):
        """Bars of one day."""
        bars = []
        for line in lines:
            since, until = line[f"{when}_start"], line[f"{when}_end"]
            if not start <= to_seconds(since) < end:
                continue
            local = [
                UTC.localize(moment).astimezone(zone).strftime("%H:%M")
                for moment in (since, until)
            ]
            customer = line.sudo().partner_id.display_name or line.sudo().order_id.name
            bars.append(
                {
                    "id": line.id,
                    "order": line.order_id.id,
                    "kind": line.kind,
                    "result": line.result,
                    "call": line.needs_call,
                    "from": round((to_seconds(since) - start) / 60),
                    "to": round((to_seconds(until) - start) / 60),
                    "time": "–".join(local),
                    "label": customer,
                    "why": line.why or "",
                }
            )
        return sorted(bars, key=lambda bar: bar["from"])


def _get_crew(performer):
    """The performer and, of a crew, its members."""
    return performer | performer.crew_member_ids
