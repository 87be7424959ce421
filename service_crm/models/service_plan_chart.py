from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

from pytz import UTC

from odoo import api, fields, models
from odoo.tools import format_date

from ..tools.suggestion_facts import to_moment, to_seconds

EARLY, LATE = 480, 1080  # minutes of the day that are drawn when somebody works


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
        """What is drawn: totals, hours of all rows, and per row its bars in minutes.

        What the reader may not see is a bar without words.
        """
        rows = self.figures["rows"]
        performers = self.env["resource.resource"].sudo()  # names of who is sent
        performers = performers.browse({row["performer"] for row in rows})
        names = {who.id: who.name for who in performers}
        zones = {who.id: who.tz or "UTC" for who in performers}
        now, then = self._group_lines()
        labels = self._read_labels(key for row in rows for *_time, key in row["taken"])
        drawn = []
        for row in rows:
            who, (start, end) = row["performer"], row["edges"]
            scale = lambda moment, start=start: round((moment - start) / 60)  # noqa: E731
            zone = zones[who]
            drawn.append(
                {
                    "key": f"{who}-{row['day']}",
                    "performer": names.get(who, ""),
                    "zone": zone if zone != self.env.tz.zone else "",
                    "day": format_date(self.env, row["day"], date_format="EEE d MMM"),
                    "work": [[scale(s), scale(e)] for s, e in row["work"]],
                    "taken": [
                        {
                            "id": f"taken-{key}",
                            "order": key if key in labels else False,
                            "kind": "taken",
                            "from": scale(s),
                            "to": scale(e),
                            "time": _format_times(to_moment(s), to_moment(e), zone),
                            "label": labels.get(key, ""),
                        }
                        for s, e, key in row["taken"]
                    ],
                    "now": self._draw(now[who], "from", start, end, zone),
                    "then": self._draw(then[who], "to", start, end, zone),
                    "before": row["before"],
                    "after": row["after"],
                }
            )
        # days without visits tell nothing
        drawn = [row for row in drawn if row["then"] or row["now"] or row["taken"]]
        drawn.sort(key=lambda row: (row["performer"], row["key"]))
        # hours with visits, and of the others those of an ordinary day
        edges = [
            edge
            for row in drawn
            for bar in row["taken"] + row["now"] + row["then"]
            for edge in (bar["from"], bar["to"])
        ]
        edges += [
            min(max(edge, EARLY), LATE)
            for row in drawn
            for part in row["work"]
            for edge in part
        ] or [EARLY, LATE]
        first, last = max(0, min(edges) // 60), min(24, -(-max(edges) // 60))
        return {
            "first": first,
            "last": max(last, first + 1),
            "rows": drawn,
            **self._prepare_totals(rows),
        }

    def _prepare_totals(self, rows):
        """What the proposal brings, and the visits that are to be looked at."""
        lines = self.line_ids
        kinds = Counter(lines.mapped("kind"))
        kinds["taken"] = len({key for row in rows for *_time, key in row["taken"]})
        return {
            "totals": {when: self.figures[when] for when in ("before", "after")},
            "counts": kinds,
            "calls": lines.filtered("needs_call").order_id.ids,
            "left": lines.filtered(lambda line: line.kind == "left").order_id.ids,
        }

    def _read_labels(self, ids):
        """Customers of visits that stay, as far as the reader may see these."""
        orders = self.env["service.work.order"].search([("id", "in", list(ids))])
        return {order.id: _get_label(order) for order in orders}

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
            bars.append(
                {
                    "id": line.id,
                    "order": line.order_id.id,
                    "kind": line.kind,
                    "result": line.result,
                    "call": line.needs_call,
                    "from": round((to_seconds(since) - start) / 60),
                    "to": round((to_seconds(until) - start) / 60),
                    "time": _format_times(since, until, zone),
                    "label": _get_label(line.order_id),
                    "other": self._describe_other(line, when),
                    "why": line.why or "",
                }
            )
        return sorted(bars, key=lambda bar: bar["from"])

    def _describe_other(self, line, when):
        """Where a visit that moves goes, or where it was."""
        if line.kind not in ("moved", "shifted"):
            return ""
        other = "from" if when == "to" else "to"
        performer = line.sudo()[f"{other}_performer_id"]  # names of who is sent
        start, zone = line[f"{other}_start"], ZoneInfo(performer.tz or "UTC")
        local = UTC.localize(start).astimezone(zone)
        day = format_date(self.env, local.date(), date_format="EEE d MMM")
        return f"{performer.name}, {day} {local:%H:%M}"


def _get_label(order):
    order = order.sudo()  # the customer's name of a visit that may be seen
    return order.partner_id.display_name or order.name


def _format_times(start, end, zone):
    """``10:00–11:30`` on the clocks there."""
    zone = ZoneInfo(zone)
    return "–".join(
        f"{UTC.localize(moment).astimezone(zone):%H:%M}" for moment in (start, end)
    )


def _get_crew(performer):
    """The performer and, of a crew, its members."""
    return performer | performer.crew_member_ids
