from odoo import fields, models
from odoo.tools import SQL


class ServiceLoadReport(models.Model):
    """How much everybody has to do: hours of visits against working hours.

    One row for each visit and each person who goes there, and one for each person and
    working day. Working hours are known eight weeks back and twelve ahead; a crew is
    counted by its members.
    """

    _name = "service.load.report"
    _description = "Load of people"
    _auto = False
    _rec_name = "resource_id"
    _order = "date desc, id desc"
    _depends = {
        "service.work.order": [
            "active",
            "actual_end",
            "actual_start",
            "booked_ids",
            "company_id",
            "date_start",
            "partner_id",
            "planned_hours",
            "request_id",
            "state",
            "team_id",
        ],
        "crm.lead": ["service_parent_id"],
        "resource.resource": [
            "active",
            "calendar_id",
            "company_id",
            "is_crew",
            "is_performer",
            "service_capacity",
            "tz",
        ],
        "resource.calendar": [
            "flexible_hours",
            "hours_per_day",
            "two_weeks_calendar",
        ],
        "resource.calendar.attendance": [
            "calendar_id",
            "day_period",
            "dayofweek",
            "display_type",
            "hour_from",
            "hour_to",
            "week_type",
        ],
        "resource.calendar.leaves": [
            "calendar_id",
            "company_id",
            "date_from",
            "date_to",
            "resource_id",
            "time_type",
        ],
    }

    date = fields.Date(readonly=True)
    kind = fields.Selection(
        [
            ("available", "Working hours"),
            ("planned", "Planned"),
            ("done", "Done"),
        ],
        "Hours Of",
        readonly=True,
    )
    resource_id = fields.Many2one("resource.resource", "Performer", readonly=True)
    work_order_id = fields.Many2one("service.work.order", readonly=True)
    request_id = fields.Many2one("crm.lead", readonly=True)
    main_request_id = fields.Many2one("crm.lead", readonly=True)
    is_subordinate = fields.Boolean("Subordinate", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    hours = fields.Float(readonly=True)
    planned_hours = fields.Float(readonly=True)
    done_hours = fields.Float(readonly=True)
    available_hours = fields.Float("Working Hours", readonly=True)
    free_hours = fields.Float(
        readonly=True, help="Working hours that no visit is planned for."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH RECURSIVE family (id, main_id) AS (%(family)s),
            person AS (%(person)s),
            visit AS (%(visit)s),
            shift AS (%(shift)s),
            free AS (%(free)s)
            SELECT (visit.id * 1000000::bigint + person.id) * 2 AS id,
                   (visit.date_start AT TIME ZONE 'UTC' AT TIME ZONE person.tz)::date
                       AS date,
                   CASE WHEN visit.is_done THEN 'done' ELSE 'planned' END AS kind,
                   person.id AS resource_id, visit.id AS work_order_id,
                   visit.request_id, visit.main_request_id, visit.is_subordinate,
                   visit.partner_id, visit.team_id, visit.company_id,
                   CASE WHEN visit.is_done THEN visit.done_hours
                        ELSE visit.planned_hours END AS hours,
                   visit.planned_hours, visit.done_hours,
                   0.0 AS available_hours, -visit.planned_hours AS free_hours
              FROM visit
              JOIN service_work_order_booked_rel booked
                ON booked.work_order_id = visit.id
              JOIN person ON person.id = booked.resource_id
         UNION ALL
            SELECT ((free.day - DATE '2000-01-01') * 1000000::bigint + free.id) * 2 + 1,
                   free.day, 'available', free.id, NULL, NULL, NULL, FALSE, NULL, NULL,
                   free.company_id, free.hours, 0.0, 0.0, free.hours, free.hours
              FROM free
            """,
            family=self._get_family_query(),
            person=self._get_person_query(),
            visit=self._get_visit_query(),
            shift=self._get_shift_query(),
            free=self._get_free_query(),
        )

    def _get_family_query(self):
        """Requests below others, with the one at the top."""
        return SQL(
            """
            SELECT child.id, parent.id
              FROM crm_lead child
              JOIN crm_lead parent ON parent.id = child.service_parent_id
             WHERE parent.service_parent_id IS NULL
             UNION ALL
            SELECT child.id, family.main_id
              FROM family JOIN crm_lead child ON child.service_parent_id = family.id
            """
        )

    def _get_person_query(self):
        """Whose load it is; whoever has no working time has the company's."""
        return SQL(
            """
            SELECT resource.id, resource.company_id, resource.service_capacity,
                   COALESCE(resource.tz, 'UTC') AS tz,
                   COALESCE(resource.calendar_id, company.resource_calendar_id)
                       AS calendar_id
              FROM resource_resource resource
         LEFT JOIN res_company company ON company.id = resource.company_id
             WHERE resource.is_performer IS TRUE AND resource.active IS TRUE
               AND resource.is_crew IS NOT TRUE
            """
        )

    def _get_visit_query(self):
        """What there is to do, or was done."""
        return SQL(
            """
            SELECT work.id, work.date_start, work.request_id, work.partner_id,
                   work.team_id, work.company_id,
                   COALESCE(family.main_id, work.request_id) AS main_request_id,
                   family.id IS NOT NULL AS is_subordinate,
                   work.state IN ('done', 'closed') AS is_done,
                   COALESCE(work.planned_hours, 0) AS planned_hours,
                   CASE WHEN work.actual_end > work.actual_start THEN
                       EXTRACT(EPOCH FROM work.actual_end - work.actual_start)::float
                           / 3600 ELSE 0 END AS done_hours
              FROM service_work_order work
         LEFT JOIN family ON family.id = work.request_id
             WHERE work.state <> 'cancelled' AND work.active IS TRUE
               AND work.date_start IS NOT NULL
            """
        )

    def _get_shift_query(self):
        """Working hours of everybody day by day, by the own clock; flexible ones from
        Monday to Friday."""
        return SQL(
            """
            SELECT person.*, day.day, hours.begin_at, hours.end_at
              FROM person
              JOIN resource_calendar calendar ON calendar.id = person.calendar_id
        CROSS JOIN (
                SELECT generate_series(
                    date_trunc('week', now() AT TIME ZONE 'UTC') - interval '8 weeks',
                    date_trunc('week', now() AT TIME ZONE 'UTC') + interval '83 days',
                    interval '1 day')::date AS day
            ) day
              JOIN LATERAL (
                SELECT (day.day + line.hour_from * interval '1 hour')
                           AT TIME ZONE person.tz AS begin_at,
                       (day.day + line.hour_to * interval '1 hour')
                           AT TIME ZONE person.tz AS end_at
                  FROM resource_calendar_attendance line
                 WHERE line.calendar_id = calendar.id
                   AND calendar.flexible_hours IS NOT TRUE
                   AND line.display_type IS NULL
                   AND line.day_period IS DISTINCT FROM 'lunch'
                   AND line.dayofweek::int = EXTRACT(ISODOW FROM day.day) - 1
                   AND (calendar.two_weeks_calendar IS NOT TRUE
                        OR COALESCE(line.week_type, '0')::int
                           = (day.day - DATE '0001-01-01') / 7 %% 2)
             UNION ALL
                SELECT (day.day + interval '9 hours') AT TIME ZONE person.tz,
                       (day.day + (9 + calendar.hours_per_day) * interval '1 hour')
                           AT TIME ZONE person.tz
                 WHERE calendar.flexible_hours IS TRUE
                   AND EXTRACT(ISODOW FROM day.day) < 6
            ) hours ON TRUE
            """
        )

    def _get_free_query(self):
        """Working hours without absences, by day."""
        return SQL(
            """
            SELECT shift.id, shift.company_id, shift.day,
                   sum(shift.length - LEAST(shift.length, shift.absent))
                       * max(shift.service_capacity) AS hours
              FROM (
                SELECT shift.id, shift.company_id, shift.day, shift.service_capacity,
                       EXTRACT(EPOCH FROM shift.end_at - shift.begin_at)::float / 3600
                           AS length,
                       COALESCE(sum(EXTRACT(EPOCH FROM
                           LEAST(shift.end_at, away.date_to AT TIME ZONE 'UTC')
                           - GREATEST(shift.begin_at,
                                      away.date_from AT TIME ZONE 'UTC')))
                           FILTER (WHERE away.id IS NOT NULL), 0)::float / 3600
                           AS absent
                  FROM shift
             LEFT JOIN resource_calendar_leaves away
                    ON away.time_type = 'leave'
                   AND away.date_from < shift.end_at AT TIME ZONE 'UTC'
                   AND away.date_to > shift.begin_at AT TIME ZONE 'UTC'
                   AND (away.resource_id = shift.id
                        OR (away.resource_id IS NULL
                            AND away.company_id IS NOT DISTINCT FROM shift.company_id
                            AND (away.calendar_id IS NULL
                                 OR away.calendar_id = shift.calendar_id)))
              GROUP BY shift.id, shift.company_id, shift.day, shift.service_capacity,
                       shift.begin_at, shift.end_at
              ) shift
          GROUP BY shift.id, shift.company_id, shift.day
            """
        )
