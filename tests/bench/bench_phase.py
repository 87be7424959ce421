"""A phase move with ten robots that each set a field, against the plain move."""

from odoo import Command

DATABASES = [[], ["service_crm", "service_crm_bpm"]]

BATCH = 100
FIELDS = [
    ("contact_name", "Anna"),
    ("function", "Engineer"),
    ("street", "Lenina 5"),
    ("street2", "entrance 2"),
    ("city", "Moscow"),
    ("zip", "101000"),
    ("website", "https://service.example.com"),
    ("referred", "Colleague"),
    ("partner_name", "Alfa"),
    ("color", "3"),
]


def run(env, bench):
    if bench.addons:
        _run_service(env, bench)
    else:
        _run_plain(env, bench)


def _run_plain(env, bench):
    team = env["crm.team"].create({"name": "Sales"})
    first, second = env["crm.stage"].create([{"name": "One"}, {"name": "Two"}])
    user = _user(env, "sales_team.group_sale_salesman_all_leads")
    leads = _build_leads(env, team, first)
    with bench.as_user(user):
        leads = leads.with_user(user)
        bench.measure(
            "stage write, 100 leads", lambda n: _move(leads, second), per=BATCH
        )
        bench.measure(
            "stage write, one lead", lambda n: _move_each(leads[:10], second), per=10
        )


def _run_service(env, bench):
    team = env.ref("service_crm.team_service")
    stage = {
        phase: env["crm.stage"].search(
            [("team_ids", "in", team.ids), ("service_phase", "=", phase)]
        )
        for phase in ("dispatch", "agreed")
    }
    _build_robots(env, "agreed")
    user = _user(env, "service_crm.group_service_dispatcher")
    leads = _build_leads(env, team, stage["dispatch"])
    with bench.as_user(user):
        leads = leads.with_user(user)
        bench.measure(
            "phase move with 10 robots, 100 requests",
            lambda n: _move_phase(leads),
            per=BATCH,
            base="stage write, 100 leads",
            limit=2,
        )
        bench.measure(
            "phase move with 10 robots, one request",
            lambda n: _move_phase_each(leads[:10]),
            per=10,
            base="stage write, one lead",
            limit=2,
        )
        queries = bench.rows[-2]["calls_queries"]
    _build_leads(env, team, stage["dispatch"], 10_000)
    with bench.as_user(user):
        bench.measure(
            "the same with 10,000 other open requests",
            lambda n: _move_phase(leads),
            per=BATCH,
            base="phase move with 10 robots, 100 requests",
            queries=queries,
        )


def _move(leads, stage):
    leads.write({"stage_id": stage.id})
    _finish(leads.env)


def _move_each(leads, stage):
    for lead in leads:
        lead.write({"stage_id": stage.id})
        _finish(leads.env)


def _move_phase(requests):
    """As every step does it: the stage of a request is no field to type in."""
    requests._move_to_phase("agreed")
    _finish(requests.env)


def _move_phase_each(requests):
    for request in requests:
        _move_phase(request)


def _finish(env):
    """What a request does at its end; the next one begins with nothing in memory."""
    env.flush_all()
    env.cr.precommit.run()
    env.flush_all()
    env.invalidate_all()


def _build_robots(env, phase):
    env["bpm.robot"].create(
        [
            {
                "name": f"Set {name}",
                "trigger": "phase",
                "phase": phase,
                "kind": "fields",
                "user_id": env.ref("base.user_admin").id,
                "value_ids": [
                    Command.create(
                        {
                            "field_id": env["ir.model.fields"]
                            ._get("crm.lead", name)
                            .id,
                            "value": value,
                        }
                    )
                ],
            }
            for name, value in FIELDS
        ]
    )
    env.flush_all()
    env.cr.commit()


def _build_leads(env, team, stage, count=BATCH):
    leads = (
        env["crm.lead"]
        .with_context(tracking_disable=True)
        .create(
            [
                {
                    "name": f"Lift {i}",
                    "type": "opportunity",
                    "team_id": team.id,
                    "stage_id": stage.id,
                    "user_id": False,
                }
                for i in range(count)
            ]
        )
    )
    env.flush_all()
    env.cr.commit()
    return leads.with_context(tracking_disable=False)


def _user(env, group):
    groups = env.ref(group) + env.ref("base.group_user")
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create({"name": "Bench", "login": "bench", "group_ids": groups.ids})
    )
    env.cr.commit()
    return user
