from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import formatLang

from ..tools import plan_rounds
from ..tools.suggestion_facts import end_of_day, to_moment
from .service_plan_line import UNCHANGED


class ServicePlan(models.Model):
    """Plan: the answer of the planner as a proposal people read."""

    _inherit = "service.plan"

    # large, and read by the drawing only
    figures = fields.Json(readonly=True, copy=False, prefetch=False)
    changed_count = fields.Integer("Changes", compute="_compute_counts")
    applied_count = fields.Integer("Applied", compute="_compute_counts")
    moved_count = fields.Integer("Moved", compute="_compute_counts")
    open_count = fields.Integer("Still to Apply", compute="_compute_counts")
    left_count = fields.Integer("Left Out", compute="_compute_counts")
    call_count = fields.Integer("Calls to Make", compute="_compute_counts")
    has_results = fields.Boolean(compute="_compute_counts")
    summary = fields.Text(compute="_compute_summary")

    @api.depends("line_ids.result")
    def _compute_counts(self):
        """Counted by the database: a list of plans has thousands of lines."""
        found = defaultdict(Counter)
        lines = self.env["service.plan.line"]
        domain = Domain("plan_id", "in", self.ids)
        for plan, kind, result, calls, count in lines._read_group(
            domain, ["plan_id", "kind", "result", "needs_call"], ["__count"]
        ):
            counts = found[plan.id]
            is_change = kind not in UNCHANGED
            counts["changed"] += is_change and count
            counts["open"] += is_change and result != "applied" and count
            counts["applied"] += result == "applied" and count
            counts["left"] += kind == "left" and count
            counts["results"] += result != "open" and count
            counts["calls"] += calls and count
        domain &= Domain("kind", "not in", UNCHANGED) & Domain(
            "from_start", "!=", False
        )
        moved = dict(lines._read_group(domain, ["plan_id"], ["__count"]))
        for plan in self:
            counts = found[plan._origin.id]
            plan.changed_count = counts["changed"]
            plan.applied_count = counts["applied"]
            plan.moved_count = moved.get(plan._origin, 0)
            plan.open_count = counts["open"]
            plan.left_count = counts["left"]
            plan.has_results = bool(counts["results"])
            plan.call_count = counts["calls"]

    @api.depends("figures")
    @api.depends_context("lang")
    def _compute_summary(self):
        for plan in self:
            plan.summary = plan._describe_saving()

    def _describe_saving(self):
        """What changes and what it brings, in words."""
        rows = (self.figures or {}).get("rows", [])
        if not rows:
            return False
        kinds = Counter(self.line_ids.mapped("kind"))
        changes = [
            (kinds["new"], self.env._("new visits: %(count)s", count=kinds["new"])),
            (
                kinds["moved"] + kinds["shifted"],
                self.env._("moved: %(count)s", count=kinds["moved"] + kinds["shifted"]),
            ),
            (kinds["off"], self.env._("taken off: %(count)s", count=kinds["off"])),
            (kinds["left"], self.env._("left out: %(count)s", count=kinds["left"])),
        ]
        text = ", ".join(words for count, words in changes if count)
        texts = [f"{text[0].upper()}{text[1:]}."] if text else []
        before, after = (
            [totals[name] for name in ("visits", "road", "metres")]
            for totals in (self.figures["before"], self.figures["after"])
        )
        saved = before[1] - after[1], before[2] - after[2]
        if after[0] <= before[0] and saved[0] >= 60:
            texts.append(
                self.env._(
                    "%(time)s and %(km)s km are saved.",
                    time=self._describe_road(saved[0]),
                    km=_kilometres(self.env, max(0, saved[1])),
                )
            )
        elif before[0] and after[0] and before[2] / before[0] > after[2] / after[0]:
            texts.append(
                self.env._(
                    "That is %(km)s km less for each visit.",
                    km=_kilometres(
                        self.env, before[2] / before[0] - after[2] / after[0]
                    ),
                )
            )
        return " ".join(texts) or False

    def _describe_road(self, seconds):
        """``35 min``, ``52 h``."""
        if seconds < 5400:
            return self.env._("%(count)s min", count=round(seconds / 60))
        return self.env._("%(count)s h", count=round(seconds / 3600))

    # Writing

    def _read_versions(self, order_ids):
        """What shows that somebody changed a visit: ``{order id: values}``."""
        orders = self.env["service.work.order"].search([("id", "in", order_ids)])
        return {
            order.id: (order.plan_version, bool(order.customer_confirmed))
            for order in orders
        }

    def _finish(self, facts, settled, outcome, complaint, seen):
        """Write the proposal. ``self``: one plan, as its user.

        Visits that somebody changed since they were read are left to him.

        :param seen: :meth:`_read_versions` of what was read
        """
        # sudo: a proposal is written by the planner only
        plan = self.sudo()
        if plan.is_cancelled or outcome.is_stopped:
            plan.write({"state": "draft", "progress": 0, "is_cancelled": False})
            return
        now = self._read_versions(list(seen))
        ids = [key for key, version in now.items() if version == seen[key]]
        changed = sorted(now.keys() - set(ids))
        for key in {*facts.jobs} - set(ids):
            _leave(facts, outcome, key)
        # sudo: those he may see; of their customers the personal performer counts
        orders = self.env["service.work.order"].browse(ids).sudo()
        lines = [self._prepare_line(order, facts, settled, outcome) for order in orders]
        plan.line_ids.unlink()
        plan.env["service.plan.line"].create(lines)
        notes = [self._describe_note(code) for code in outcome.notes]
        if changed:
            notes.append(self._describe_changed(changed))
        if complaint:
            notes.append(complaint)
        plan.write(
            {
                "state": "proposed",
                "progress": 100,
                "figures": self._prepare_figures(facts, outcome),
                "note": "\n".join(notes) or False,
            }
        )

    def _prepare_line(self, order, facts, settled, outcome):
        """One visit of the proposal. Extension point."""
        is_planned = bool(order.performer_id and order.date_start)
        values = {
            "plan_id": self.id,
            "order_id": order.id,
            "version": order.plan_version,
            "from_performer_id": order.performer_id.id,
            "from_start": order.date_start,
            "from_end": order.date_end,
            "kind": "left",
            "is_wanted": False,
        }
        if order.id not in outcome.planned:
            reason = outcome.left.get(order.id)
            why = settled.get(order.id) or self._describe_left(facts, order, reason)
            told = is_planned and (order.customer_confirmed or order.state != "draft")
            if is_planned:
                values |= {"kind": "off", "needs_call": bool(told)}
            return {**values, "why": why}
        performer_id, seconds, late = outcome.planned[order.id]
        start = to_moment(seconds)
        due = self.env["service.dispatch.board"]._get_deadline(order)
        if due and start > due:
            late = int((start - due).total_seconds())
        same_time = start == order.date_start
        helpers = outcome.helpers.get(order.id, ())
        kind = "new"
        if is_planned:
            kind = "same" if same_time else "shifted"
            people = performer_id, set(helpers)
            if people != (order.performer_id.id, set(order.helper_ids.ids)):
                kind = "moved"
        told = order.customer_confirmed or order.state != "draft"
        return {
            **values,
            "kind": kind,
            "is_wanted": kind != "same",
            "to_performer_id": performer_id,
            "to_helper_ids": [Command.set(helpers)],
            "to_start": start,
            "to_end": start + order._get_duration(),
            "needs_call": bool(is_planned and told and not same_time),
            "is_excused": bool(
                late or (is_planned and order.customer_confirmed and not same_time)
            ),
            "why": self._describe_planned(
                order, performer_id, helpers, late, same_time
            ),
        }

    def _describe_planned(self, order, performer_id, helpers, late, same_time):
        """Why a visit is where it is, or what speaks against it, in words."""
        texts = []
        if helpers:
            # sudo: names of who goes along
            people = self.env["resource.resource"].sudo().browse(helpers)
            names = ", ".join(people.mapped("name"))
            texts.append(self.env._("together with %(names)s", names=names))
        if late:
            texts.append(
                self.env._(
                    "%(time)s after the deadline",
                    time=order._describe_span(late),
                )
            )
        place = order.site_id or order.partner_id
        personal = place.service_performer_id or order.partner_id.service_performer_id
        if personal.id == performer_id:
            texts.append(self.env._("personal performer"))
        if order.customer_confirmed:
            texts.append(
                self.env._("the confirmed time stays")
                if same_time
                else self.env._("the customer has confirmed another time")
            )
        if order.window_start or order.window_end:
            texts.append(order._describe_window())
        return ", ".join(texts)

    def _describe_left(self, facts, order, reason):
        """Why nobody goes, in words."""
        code, detail = reason or ("no_performer", ())
        if code == "no_performer" and detail:
            # sudo: names of what the job takes
            skills = self.env["service.skill"].sudo().browse(detail)
            return self.env._(
                "Nobody has what it takes: %(skills)s.",
                skills=", ".join(skills.mapped("name")),
            )
        if code == "no_performer":
            return self.env._(
                "None of the performers may do it: team, area or number of people."
            )
        # sudo: names of those the plan may send
        names = (
            self.env["resource.resource"]
            .sudo()
            .browse(key for key in detail if key in facts.persons)
        )
        text = ", ".join(names[:4].mapped("name"))
        if len(names) > 4:
            text = self.env._(
                "%(names)s and %(count)s more", names=text, count=len(names) - 4
            )
        if code == "no_window":
            return self.env._(
                "Those who may do it are not at work at the agreed time, or not long "
                "enough: %(names)s.",
                names=text,
            )
        if code == "not_together":
            return self.env._(
                "%(count)s people are needed, and not so many are free at the same "
                "time: %(names)s.",
                count=facts.sizes[order.id],
                names=text,
            )
        return self.env._(
            "Those who could do it have no room left: %(names)s.", names=text
        )

    def _describe_changed(self, order_ids):
        """Which visits somebody changed while it was planned, in words."""
        names = self.env["service.work.order"].browse(order_ids).mapped("name")
        return self.env._(
            "Changed by somebody meanwhile, and left as they are: %(visits)s.",
            visits=", ".join(names),
        )

    def _describe_note(self, code):
        """What the planner says about itself, in words."""
        notes = {
            "solver_missing": self.env._(
                "The chosen planner is not installed; the built-in one planned."
            ),
        }
        return notes.get(
            code, self.env._("The chosen planner failed; the built-in one planned.")
        )

    # Figures and drawing

    def _prepare_figures(self, facts, outcome):
        """Each day of each performer, before and after, and what is taken anyway.

        Times are minutes since the midnight the performer's day begins with. In the
        sums a visit of several people counts once, and a crew on the road as its
        members when these are planned too.
        """
        whens = {
            "before": _group(facts.visits),
            "after": _group(plan_rounds.get_visits_after(facts, outcome)),
        }
        taken = {key: v for key, v in facts.visits.items() if key not in facts.jobs}
        taken = _group(taken)
        rows = []
        totals = {when: Counter() for when in whens}
        visits = {when: set() for when in whens}
        # sudo: the clocks of those the plan may send
        performers = self.env["resource.resource"].sudo().browse(facts.persons)
        zones = {performer.id: performer.tz for performer in performers}
        for person in facts.persons.values():
            members = person.people - {person.id}
            is_counted = not members or not members <= facts.persons.keys()
            for day, pieces in person.days:
                day = fields.Date.to_date(day)
                edges = _get_edges(day, zones[person.id])
                counts = {}
                for when, found in whens.items():
                    mine = found[person.id]
                    counts[when] = _count(facts, person, edges, mine)
                    visits[when] |= _list_keys(mine, edges)
                    if is_counted:
                        totals[when].update(counts[when])
                rows.append(
                    {
                        "performer": person.id,
                        "day": fields.Date.to_string(day),
                        "edges": edges,
                        "work": pieces,
                        **counts,
                        "taken": [
                            [visit.start, visit.end, key]
                            for key, visit in taken[person.id].items()
                            if edges[0] <= visit.start < edges[1]
                        ],
                    }
                )
        for when, keys in visits.items():
            totals[when]["visits"] = len(keys)
        return {"rows": rows, **totals}


def _leave(facts, outcome, key):
    """A job stays as it was before."""
    outcome.planned.pop(key, None)
    outcome.helpers[key] = facts.helpers.get(key, ())
    present = facts.jobs[key].present
    if present:
        outcome.planned[key] = present.performer, present.start, 0


def _kilometres(env, metres):
    return formatLang(env, metres / 1000, digits=0 if metres >= 10_000 else 1)


def _group(visits):
    """Visits of each of the people who go: ``{id: {key: visit}}``."""
    found = defaultdict(dict)
    for key, visit in visits.items():
        for person in visit.people:
            found[person][key] = visit
    return found


def _get_edges(day, tz):
    """First and last moment of a day on the performer's clocks."""
    following = fields.Date.add(day, days=1)
    return [
        end_of_day(fields.Date.subtract(when, days=1), tz) for when in (day, following)
    ]


def _list_keys(visits, edges):
    return {k for k, visit in visits.items() if edges[0] <= visit.start < edges[1]}


def _count(facts, person, edges, visits):
    visits, work, road, metres = plan_rounds.count_day(facts, person, edges, visits)
    return {"visits": visits, "work": work, "road": road, "metres": metres}
