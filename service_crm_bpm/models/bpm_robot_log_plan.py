from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.anniversary import get_anniversary_parts, is_anniversary
from ..tools.chain import DATE_FIELD

LOOK_AHEAD = timedelta(minutes=10)  # further than the interval of the cron
CAUGHT_UP = 3  # days of anniversaries that are made up for when the system was down
BATCH = 500


class BpmRobotLog(models.Model):
    """Journal of the robots: when what waits is due."""

    _inherit = "bpm.robot.log"

    # the date of the document the moment was counted from
    date_base = fields.Char(readonly=True)

    @api.model
    def _plan(self, planned):
        """Have robots run later.

        :param planned: ``[(robot, log row of the entry, whether it waits for the robot
            before it)]``
        """
        if not planned:
            return
        now = fields.Datetime.now()
        dates = self._get_dates([plan for plan in planned if plan[0].date])
        vals_list = []
        for robot, row, held in planned:
            base = dates.get((robot.id, row.res_id))
            if held:
                due = False
            elif robot.date:
                due = self.env["bpm.robot"]._get_moment(robot, base) if base else False
            else:
                due = now + (robot.delay or timedelta())
            vals_list.append(
                {
                    **self._prepare_log_values(robot, row),
                    "state": "planned",
                    "date_due": due,
                    "date_base": _to_text(base) if base and not held else False,
                }
            )
        self._insert(vals_list)
        self._wake_cron({v["date_due"] for v in vals_list if v["date_due"]})

    @api.model
    def _get_dates(self, planned):
        """Dates of documents: ``{(robot id, record id): date}``."""
        dates = {}
        for robot, row, _held in planned:
            # sudo: only the moment of the robot is told by it
            record = self.env[robot.model].sudo().browse(row.res_id)
            dates[robot.id, row.res_id] = record[robot.date.field_name]
        return dates

    def _get_date(self, robot):
        """The present date of the document of one row, as its entry has it."""
        # sudo: as _get_dates()
        value = self.env[robot.model].sudo().browse(self.res_id)[robot.date.field_name]
        if not value or not robot.date.repeat:
            return _to_text(value)
        # the anniversary it was planned for, as long as the day is the same
        planned = fields.Date.to_date(self.entry_id.value)
        same = is_anniversary(value, planned, robot.date.repeat)
        return str(planned) if same else _to_text(value)

    def _release(self):
        """Have the robots that wait for these run, once these are settled."""
        index = self.env["bpm.robot"]._get_robot_index()
        settled = self.filtered(
            lambda row: (
                row.state in ("done", "skipped") and row.robot_id.id in index.following
            )
        )
        if not settled:
            return
        followers = {index.following[row.robot_id.id] for row in settled}
        held = self.search(
            [
                ("robot_id", "in", list(followers)),
                ("entry_id", "in", settled.entry_id.ids),
                ("state", "=", "planned"),
                ("date_due", "=", False),
            ]
        )
        ended = {(index.following[r.robot_id.id], r.entry_id) for r in settled}
        now = fields.Datetime.now()
        for row in held.filtered(lambda row: (row.robot_id.id, row.entry_id) in ended):
            robot = index.robots.get(row.robot_id.id)
            if robot and robot.date:
                row._set_due(robot)
            else:
                row.date_due = now + (robot and robot.delay or timedelta())
        self._wake_cron({row.date_due for row in held if row.date_due})

    def _set_due(self, robot):
        """Count the moment of one row anew from the present date."""
        # sudo: as _get_dates()
        value = self.env[robot.model].sudo().browse(self.res_id)[robot.date.field_name]
        due = self.env["bpm.robot"]._get_moment(robot, value) if value else False
        self.write({"date_due": due, "date_base": _to_text(value)})

    @api.model
    def _cron_plan_dates(self):
        """Plan what is due soon by a date, and what dates have changed."""
        commit = self.env["ir.cron"]._commit_progress
        dated = self.env["bpm.robot"]._get_robot_index().dated
        commit(remaining=len(dated))
        for robot in dated:
            if robot.trigger[1] == "date":
                self._plan_dated(robot)
            else:
                self._plan_anew(robot)
            if not commit(1):
                break

    @api.model
    def _plan_anew(self, robot):
        """Count the moments anew where the dates of the documents have changed."""
        table = self.env[robot.model]._table
        self.env.flush_all()
        changed = self.env.execute_query(
            SQL(
                """
                SELECT l.id FROM bpm_robot_log l JOIN %s r ON r.id = l.res_id
                WHERE l.robot_id = %s AND l.state = 'planned'
                  AND (l.date_base IS NOT NULL OR l.entry_id NOT IN (
                      SELECT p.entry_id FROM bpm_robot_log p
                      WHERE p.robot_id = %s AND p.state IN ('planned', 'failed')))
                  AND coalesce(l.date_base, '') != coalesce(%s, '')
                """,
                SQL.identifier(table),
                robot.id,
                self.env["bpm.robot"]._get_robot_index().previous.get(robot.id, 0),
                self._get_date_sql(robot),
            )
        )
        rows = self.browse(number for (number,) in changed).try_lock_for_update()
        for row in rows:
            row._set_due(robot)
        self._wake_cron({row.date_due for row in rows if row.date_due})

    @api.model
    def _plan_dated(self, robot):
        """Plan a robot for the documents whose date is near, once for each date."""
        robots = self.env["bpm.robot"]
        if robots._get_identity_error(robot.user_id):
            return
        env = robots._get_identity_env(robot.user_id, robot.company_id)
        documents = env[robot.model]
        for domain, day in self._get_near(robot, documents):
            last = 0
            while found := documents.search(
                domain & Domain("id", ">", last), limit=BATCH, order="id"
            ):
                self._plan_found(robot, found, day)
                last = found[-1].id

    @api.model
    def _plan_found(self, robot, documents, day):
        """Plan a robot for documents.

        :param day: the anniversary; ``None``: the date of the document
        """
        # the log is the program's; nobody else waits for such entries
        log = self.env["service.phase.log"].sudo()
        name = robot.date.field_name
        # sudo: the date was searched by with the rights of the robot's user
        days = {record.id: day or record[name] for record in documents.sudo()}
        rows = log.create(
            [
                {
                    **log._prepare_log_values(
                        record, DATE_FIELD, _to_text(days[record.id]), ""
                    ),
                    "name": record._fields[name]._description_string(self.env),
                }
                for record in documents.sudo()  # as above
            ]
        )
        vals_list = [
            {
                **self._prepare_log_values(robot, row),
                "state": "planned",
                "date_due": self.env["bpm.robot"]._get_moment(robot, days[row.res_id]),
                "date_base": row.value,
            }
            for row in rows
        ]
        self._insert(vals_list)
        self._wake_cron({vals["date_due"] for vals in vals_list})

    @api.model
    def _get_near(self, robot, documents):
        """Which documents are due soon: ``[(domain, anniversary or None)]``."""
        name, now = robot.date.field_name, fields.Datetime.now()
        delay = robot.delay or timedelta()
        field = documents._fields[name]
        if robot.date.repeat:
            today = fields.Date.context_today(documents)
            target = today + delay if robot.date.before else today - delay
            days = [target - timedelta(days=back) for back in range(CAUGHT_UP)]
            return [
                (
                    robot.domain
                    & _get_anniversary_domain(name, day, robot.date.repeat)
                    & self._get_not_planned_domain(robot, SQL("%s", str(day))),
                    day,
                )
                for day in days
            ]
        if robot.date.before:
            first, last = now, now + delay + LOOK_AHEAD
        else:
            # sudo: since when the robot is on; its user need not see it
            since = self.env["bpm.robot"].sudo().browse(robot.id).date_since or now
            first, last = since - delay, now - delay + LOOK_AHEAD
        if field.type == "date":
            first, last = (
                fields.Date.context_today(documents, moment) for moment in (first, last)
            )
        near = Domain(name, ">=", first) & Domain(name, "<=", last)
        done = self._get_not_planned_domain(robot, self._get_date_sql(robot))
        return [(robot.domain & near & done, None)]

    @api.model
    def _get_date_sql(self, robot):
        """The date of a document (``r``) as the journal has it."""
        column = SQL.identifier("r", robot.date.field_name)
        if self.env[robot.model]._fields[robot.date.field_name].type == "date":
            return SQL("%s::text", column)
        return SQL("date_trunc('second', %s)::text", column)

    @api.model
    def _get_not_planned_domain(self, robot, value):
        """Documents the robot was not planned for yet with this date."""
        planned = SQL(
            """(
            SELECT l.res_id FROM bpm_robot_log l
            JOIN service_phase_log e ON e.id = l.entry_id
            JOIN %s r ON r.id = l.res_id
            WHERE l.robot_id = %s AND e.value = %s)""",
            SQL.identifier(self.env[robot.model]._table),
            robot.id,
            value,
        )
        return Domain("id", "not in", planned)


def _get_anniversary_domain(name, day, repeat):
    """Documents whose date has its anniversary on a day."""
    return Domain.OR(
        Domain.AND([Domain(f"{name}.{part}", "=", value) for part, value in parts])
        for parts in get_anniversary_parts(day, repeat)
    )


def _to_text(value):
    """A date as the journal has it; empty when there is none."""
    if isinstance(value, datetime):
        value = value.replace(microsecond=0)
    return str(value or "")
