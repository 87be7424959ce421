"""Who could do one job, among many performers; and with a long history."""

from datetime import datetime, timedelta

DATABASES = [["service_crm"]]
PEERS = []
DEMO = False

PERFORMERS = 200
CALENDARS = 5
VISITS = 2_000  # of the week
HISTORY = 100_000
MONDAY = datetime(2030, 1, 7)
LIMITS = {"queries": 15, "milliseconds": 150}


def run(env, bench):
    job = _build(env)
    user = _user(env)

    def suggest(number):
        order = bench.env["service.work.order"].browse(job.id).with_user(user)
        found = order.action_suggestions(
            str(MONDAY - timedelta(hours=6)), str(MONDAY + timedelta(days=5))
        )
        assert len(found["slots"]) == 10 and found["excluded"]
        bench.env.invalidate_all()

    name = f"suggestions, {PERFORMERS} performers, {CALENDARS} calendars"
    with bench.as_user(user):
        bench.measure(name, suggest, **LIMITS)
    _add_history(env)
    with bench.as_user(user):
        bench.measure(f"{name}, {HISTORY:,} old visits", suggest, **LIMITS)


def _build(env):
    skills = env["service.skill"].create([{"name": f"Skill {i}"} for i in range(4)])
    areas = env["service.area"].create(
        [{"name": f"Area {i}", "zip_codes": str(10 + i)} for i in range(5)]
    )
    product = env["product.product"].create(
        {
            "name": "Inspection",
            "type": "service",
            "service_duration": 1.5,
            "service_skill_ids": [(6, 0, skills[:2].ids)],
            "service_skill_level": 2,
        }
    )
    places = env["res.partner"].create(
        [
            {
                "name": f"Place {i}",
                "zip": f"{10 + i % 5}0000",
                "partner_latitude": 55.6 + i % 20 / 100,
                "partner_longitude": 37.4 + i % 17 / 50,
            }
            for i in range(100)
        ]
    )
    env.company.partner_id.write({"partner_latitude": 55.75, "partner_longitude": 37.6})
    first = env.company.resource_calendar_id
    calendars = [first, *(first.copy() for _number in range(CALENDARS - 1))]
    performers = env["resource.resource"].create(
        [
            {
                "name": f"Performer {i}",
                "resource_type": "user",
                "is_performer": True,
                "tz": "Europe/Moscow",
                "calendar_id": calendars[i % CALENDARS].id,
                "service_area_ids": [(6, 0, areas[: 1 + i % 5].ids)],
                "service_skill_ids": [
                    (0, 0, {"skill_id": skill.id, "level": 1 + (i + j) % 5})
                    for j, skill in enumerate(skills[: 1 + i % 4])
                ],
            }
            for i in range(PERFORMERS)
        ]
    )
    _book(env, performers, places, VISITS, MONDAY, "assigned")
    request = env["crm.lead"].create(
        {
            "name": "Lift",
            "team_id": env.ref("service_crm.team_service").id,
            "partner_id": places[0].id,
            "wished_start": MONDAY + timedelta(days=1, hours=7),
            "wished_end": MONDAY + timedelta(days=1, hours=11),
        }
    )
    job = env["service.work.order"].create(
        {
            "partner_id": places[0].id,
            "request_id": request.id,
            "line_ids": [(0, 0, {"product_id": product.id, "name": "Inspection"})],
        }
    )
    env.flush_all()
    env.cr.commit()
    return job


def _book(env, performers, places, count, start, state):
    """Visits of an hour, one after the other, as rows."""
    env.flush_all()
    env.cr.execute(
        """
        WITH made AS (
            INSERT INTO service_work_order
                (name, active, company_id, team_id, partner_id, site_id, performer_id,
                 state, priority, slot_state, plan_version, crew_size,
                 date_start, date_end, planned_hours,
                 create_uid, write_uid, create_date, write_date)
            SELECT 'B' || i, true, %(company)s, %(team)s, place, place,
                   (%(performers)s::int[])[1 + i %% %(width)s], %(state)s, '0',
                   'tentative', 1, 1, begun, begun + interval '1 hour', 1,
                   1, 1, now(), now()
              FROM (SELECT i, (%(places)s::int[])[1 + i %% 100] AS place,
                           %(start)s::timestamp + i / %(width)s / 2 * interval '1 day'
                           + (6 + i / %(width)s %% 2 * 4) * interval '1 hour' AS begun
                      FROM generate_series(0, %(count)s - 1) i) visits
         RETURNING id, performer_id)
        INSERT INTO service_work_order_booked_rel (work_order_id, resource_id)
        SELECT id, performer_id FROM made
        """,
        {
            "company": env.company.id,
            "team": env.ref("service_crm.team_service").id,
            "performers": performers.ids,
            "width": len(performers),
            "places": places.ids,
            "state": state,
            "start": start,
            "count": count,
        },
    )
    env.cr.commit()


def _add_history(env):
    performers = env["resource.resource"].search([("is_performer", "=", True)])
    places = env["res.partner"].search([("name", "=like", "Place %")])
    start = MONDAY - timedelta(days=HISTORY / PERFORMERS / 2 + 20)
    _book(env, performers, places, HISTORY, start, "closed")
    env.cr.execute("ANALYZE service_work_order, service_work_order_booked_rel")
    env.cr.commit()
    env.invalidate_all()


def _user(env):
    groups = env.ref("service_crm.group_service_dispatcher")
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create({"name": "bench", "login": "bench", "group_ids": groups.ids})
    )
    env.cr.commit()
    return user
