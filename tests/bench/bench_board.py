"""The dispatch board: a week of 200 performers and 2,000 visits, and 100,000 old ones.

The data is written by SQL: what is measured is reading and moving, not making it. In
the browser OCA's timeline shows the same orders of the same week beside it.
"""

import random
from datetime import datetime, time, timedelta, timezone

DATABASES = [["service_crm", "web_timeline"]]
PEERS = ["odoo-addon-web-timeline>=19.0,<19.1"]
BROWSER = True

PERFORMERS = 200
PLANNED = 2_000
UNPLANNED = 60
OLD = 100_000
REQUESTS = 400
# The week that both views show when they are opened.
TODAY = datetime.now(timezone.utc).date()
MONDAY = datetime.combine(TODAY - timedelta(days=TODAY.weekday()), time.min)
TIMELINE = """
<timeline date_start="date_start" date_stop="date_end" default_group_by="performer_id"
          mode="week" event_open_popup="true">
    <field name="performer_id"/>
    <field name="partner_id"/>
    <field name="state"/>
</timeline>
"""


def run(env, bench):
    team = env.ref("service_crm.team_service")
    env["res.lang"].search([]).week_start = "1"
    user = _user(env)
    _timeline(env)
    performers = _performers(env, team)
    sites = _sites(env)
    requests = _requests(env, team, sites)
    _orders(env, team, performers, sites, requests)
    start = _milliseconds(MONDAY)
    week = (start, start + 7 * 86_400_000)
    with bench.as_user(user) as env:
        board = env["service.dispatch.board"]
        counts = {}
        for old in (0, OLD):
            _history(env, team, performers, sites, old)
            for group_by in ("", "team", "skill"):
                name = f"week of {PERFORMERS} × {PLANNED:,}, {old:,} old"
                name += f", by {group_by}" if group_by else ""
                before = env.cr.sql_log_count
                board.action_load([], *week, group_by)
                env.invalidate_all()
                before = env.cr.sql_log_count
                board.action_load([], *week, group_by)
                counts[group_by, old] = env.cr.sql_log_count - before
                bench.measure(
                    name,
                    lambda n, g=group_by: _load(bench.env, week, g),
                    queries=12,
                    milliseconds=400,
                )
        for group_by in ("", "team", "skill"):
            bench.note(
                f"queries more with history{', by ' * bool(group_by)}{group_by}",
                counts[group_by, OLD] - counts[group_by, 0],
                limit=0,
            )
        bench.measure(
            "week, searched by customer",
            lambda n: _load(bench.env, week, "", [["partner_id", "ilike", "Site 1"]]),
            queries=13,
            milliseconds=400,
        )
        order = env["service.work.order"].search(
            [("state", "=", "draft"), ("performer_id", "=", False)], limit=1
        )
        bench.measure(
            "where an order may land, 200 performers",
            lambda n: bench.env["service.dispatch.board"].action_landing(
                order.id, order.plan_version, *week
            ),
            queries=13,
            milliseconds=150,
        )
        planned = env["service.work.order"].search(
            [("state", "=", "draft"), ("performer_id", "!=", False)], limit=20
        )
        for number in (1, 20):
            bench.measure(
                f"move {number} of {PLANNED:,}",
                lambda n, moved=planned[:number]: _move(bench.env, moved, n),
                per=number,
            )


def browse(context, address, bench):
    """From the click in a loaded client to the painted board, and dragging there."""
    page = context.new_page()
    page.goto(f"{address}/web/login")
    page.fill("input[name=login]", "bench")
    page.fill("input[name=password]", "bench")
    page.click("button[type=submit]")
    page.wait_for_selector(".o_action_manager > *")
    page.evaluate(
        """() => localStorage.setItem(
            "service_crm.dispatch_board", JSON.stringify({days: 7, whole: true}))"""
    )
    views = (
        ("board", "service_crm.action_service_dispatch_board", ".o_board_bar"),
        ("OCA timeline", "service_crm.action_bench_timeline", ".vis-item"),
    )
    for name, action, bar in views:
        ours = name == "board"

        def open_view(action=action, bar=bar):
            _leave(page)
            return page.evaluate(OPEN, [action, bar])

        bench.note_median(
            f"{name}: click to painted, ms",
            open_view,
            repeat=5 if ours else 2,  # the peer takes its time
            limit=1500 if ours else None,
        )
        bench.note_frames(
            f"{name}: drag",
            page,
            lambda bar=bar, ours=ours: _drag(page, bar, select=not ours),
            median=17.5 if ours else None,
            most=33.5 if ours else None,
        )


# What a press on the menu does; done when the bars stand and were painted.
OPEN = """
async ([action, bar]) => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const start = performance.now();
    odoo.__WOWL_DEBUG__.root.env.services.action.doAction(action, {
        clearBreadcrumbs: true,
    });
    while (!document.querySelector(bar)) {
        if (performance.now() - start > 120000) {
            throw new Error(`${action}: nothing was painted`);
        }
        await frame();
    }
    await frame();
    await frame();
    return performance.now() - start;
}
"""


def _leave(page):
    """To a screen with next to nothing on it."""
    page.evaluate(
        """() => odoo.__WOWL_DEBUG__.root.env.services.action.doAction(
            "service_crm.action_work_order_to_close", {
                clearBreadcrumbs: true, additionalContext: {search_default_late: 1}})"""
    )
    page.wait_for_selector(".o_list_view, .o_view_nocontent")


def _drag(page, bar, select):
    """A bar taken across rows and days and put back, for some three seconds.

    :param select: press it first: the peer moves only what is selected
    """
    box = page.evaluate(
        """(bar) => [...document.querySelectorAll(bar)]
            .map((element) => element.getBoundingClientRect())
            .map(({x, y, width, height}) => ({x, y, width, height}))
            .find(({x, y, width, height}) => width > 10 && x > 500 && y > 300
                && document.elementFromPoint(x + width / 2, y + height / 2)
                    ?.closest(bar))""",
        bar,
    )
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    if select:
        page.mouse.click(x, y)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(240):
        page.mouse.move(x + step % 120 * 4 - 240, y + step % 60 * 6 - 180)
        page.wait_for_timeout(8)
    page.keyboard.press("Escape")
    page.mouse.up()
    page.keyboard.press("Escape")


def _timeline(env):
    """The peer's view of the same orders."""
    view = env["ir.ui.view"].create(
        {
            "name": "bench.timeline",
            "model": "service.work.order",
            "type": "timeline",
            "arch": TIMELINE,
        }
    )
    action = env["ir.actions.act_window"].create(
        {
            "name": "Timeline",
            "res_model": "service.work.order",
            "view_ids": [(0, 0, {"view_mode": "timeline", "view_id": view.id})],
            "domain": [
                ("date_start", ">=", MONDAY),
                ("date_start", "<", MONDAY + timedelta(days=7)),
            ],
        }
    )
    env["ir.model.data"].create(
        {
            "module": "service_crm",
            "name": "action_bench_timeline",
            "model": action._name,
            "res_id": action.id,
        }
    )
    env.cr.commit()


def _load(env, week, group_by, domain=()):
    env.invalidate_all()
    return env["service.dispatch.board"].action_load(list(domain), *week, group_by)


def _move(env, orders, number):
    """To the evening of the same day, where nobody has anything."""
    moves = []
    for order in orders:
        hour = 18 if order.date_start.hour < 12 else 20
        start = order.date_start.replace(hour=hour)
        moves.append(
            {
                "id": order.id,
                "version": order.plan_version,
                "performer": order.performer_id.id,
                "start": _milliseconds(start),
                "end": _milliseconds(start + timedelta(hours=1)),
            }
        )
    answer = env["service.dispatch.board"].action_move(moves, "Bench")
    assert len(answer["orders"]) == len(orders), answer


def _milliseconds(moment):
    return int(moment.replace(tzinfo=timezone.utc).timestamp() * 1000)


def _user(env):
    groups = env.ref("service_crm.group_service_dispatcher") + env.ref(
        "base.group_user"
    )
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": "Dispatcher",
                "login": "bench",
                "password": "bench",
                "tz": "UTC",
                "group_ids": groups.ids,
            }
        )
    )
    env.cr.commit()
    return user


def _performers(env, team):
    """Performers with five calendars, areas and skills."""
    calendars = env["resource.calendar"].create(
        [
            {
                "name": f"From {hour}",
                "tz": "UTC",
                "attendance_ids": [
                    (5, 0, 0),
                    *(
                        (
                            0,
                            0,
                            {
                                "name": "Day",
                                "dayofweek": str(day),
                                "hour_from": hour,
                                "hour_to": hour + 12,
                                "day_period": "morning",
                            },
                        )
                        for day in range(6)
                    ),
                ],
            }
            for hour in (6, 7, 8, 8.5, 9)
        ]
    )
    skills = env["service.skill"].create([{"name": f"Skill {n}"} for n in range(12)])
    areas = env["service.area"].create([{"name": f"Area {n}"} for n in range(8)])
    performers = env["resource.resource"].create(
        [
            {
                "name": f"Performer {n:03}",
                "resource_type": "user",
                "is_performer": True,
                "tz": "UTC",
                "calendar_id": calendars[n % 5].id,
                "service_team_ids": team.ids,
                "service_area_ids": areas[n % 8].ids,
                "service_skill_ids": [
                    (0, 0, {"skill_id": skills[(n + k) % 12].id, "level": 1 + k})
                    for k in range(4)
                ],
            }
            for n in range(PERFORMERS)
        ]
    )
    env["resource.calendar.leaves"].create(
        [
            {
                "name": "Holiday",
                "resource_id": performer.id,
                "date_from": MONDAY + timedelta(days=n % 5, hours=18),
                "date_to": MONDAY + timedelta(days=n % 5, hours=23),
            }
            for n, performer in enumerate(performers[::4])
        ]
    )
    env.cr.commit()
    return performers


def _sites(env):
    """Customers around one town."""
    rng = random.Random(6)
    sites = env["res.partner"].create(
        [
            {
                "name": f"Site {n}",
                "street": f"Lenina {n}",
                "city": "Moscow",
                "partner_latitude": 55.75 + rng.uniform(-0.15, 0.15),
                "partner_longitude": 37.62 + rng.uniform(-0.25, 0.25),
            }
            for n in range(500)
        ]
    )
    env.cr.commit()
    return sites


def _requests(env, team, sites):
    requests = env["crm.lead"].create(
        [
            {
                "name": f"Request {n}",
                "team_id": team.id,
                "type": "opportunity",
                "partner_id": sites[n % 500].id,
                "wished_start": MONDAY + timedelta(hours=8 + n % 90),
                "wished_end": MONDAY + timedelta(hours=9 + n % 90),
            }
            for n in range(REQUESTS)
        ]
    )
    env.cr.commit()
    return requests


def _orders(env, team, performers, sites, requests):
    """Ten visits of each performer in the week, and some nobody does yet."""
    rows = []
    for n in range(PLANNED):
        performer = performers[n % PERFORMERS]
        slot = n // PERFORMERS  # two a day, five days
        start = MONDAY + timedelta(days=slot // 2, hours=9 + 4 * (slot % 2))
        state = ("draft", "offered", "assigned", "assigned", "done")[n % 5]
        rows.append((performer.id, start, start + timedelta(hours=3), state, n))
    rows += [(None, None, None, "draft", n) for n in range(UNPLANNED)]
    _insert(env, team, sites, rows, requests)


def _history(env, team, performers, sites, number):
    """What was done in the five years before."""
    rows = []
    for n in range(number):
        start = MONDAY - timedelta(days=3 + n % 1800, hours=n % 9)
        end = start + timedelta(hours=1)
        rows.append((performers[n % PERFORMERS].id, start, end, "closed", n))
    if rows:
        _insert(env, team, sites, rows)
        env.cr.execute("ANALYZE service_work_order")
        env.cr.execute("ANALYZE service_work_order_booked_rel")
        env.cr.execute("ANALYZE service_work_order_line")
    env.cr.commit()


def _insert(env, team, sites, rows, requests=()):
    company = env.company.id
    for first in range(0, len(rows), 5000):
        values = [
            (
                f"WO/{n:06}",
                company,
                team.id,
                sites[n % 500].id,
                sites[n % 500].id,
                requests[n % len(requests)].id if requests and n % 2 else None,
                performer,
                state,
                start,
                end,
                "tentative" if start else "none",
                1.0,
            )
            for performer, start, end, state, n in rows[first : first + 5000]
        ]
        marks = ", ".join(["%s"] * len(values))
        env.cr.execute(
            f"""
            WITH made AS (
                INSERT INTO service_work_order (
                    name, company_id, team_id, partner_id, site_id, request_id,
                    performer_id, state, date_start, date_end, slot_state,
                    planned_hours, active, priority, plan_version, crew_size)
                SELECT one.name, one.company::int, one.team::int, one.partner::int,
                       one.site::int, one.request::int, one.performer::int, one.state,
                       one.since::timestamp, one.until::timestamp, one.slot,
                       one.hours::float8, TRUE, '0', 1, 1
                  FROM (VALUES {marks}) AS one (
                       name, company, team, partner, site, request, performer, state,
                       since, until, slot, hours)
                RETURNING id, performer_id
            ), line AS (
                INSERT INTO service_work_order_line (
                    work_order_id, name, sequence, quantity_planned)
                SELECT id, 'Lift inspection', 10, 1 FROM made
            )
            INSERT INTO service_work_order_booked_rel (work_order_id, resource_id)
            SELECT id, performer_id FROM made WHERE performer_id IS NOT NULL
            """,
            values,
        )
    env.cr.commit()
    env.invalidate_all(flush=False)
