"""Robots against Odoo's automation rules doing the same, and against hand-written code.

Plain leads enter a stage. Every call is rolled back, so each one is a first entry.
"""

from odoo import Command

DATABASES = [["base_automation"], ["service_crm", "service_crm_bpm"]]

BATCH = 100
TEN = "10 rules, activity"
FIFTY = "50 rules, field"
THREE = "three actions by hand"
FIELDS = ("city", "street", "street2", "zip", "function")


def run(env, bench):
    if "base_automation" in bench.addons:
        _run_rules(env, bench)
    else:
        _run_robots(env, bench)


def _run_rules(env, bench):
    leads, stage, user = _build(env)
    rules = [_build_rule(env, stage, _activity_action(env, i)) for i in range(10)]
    _commit(env)
    _measure_move(bench, leads, stage, user, TEN, repeat=3)
    env["base.automation"].union(*rules).unlink()
    for number in range(50):
        _build_rule(env, stage, _field_action(env, number))
    _commit(env)
    _measure_move(bench, leads[:5], stage, user, FIFTY, repeat=3)


def _run_robots(env, bench):
    leads, stage, user = _build(env)
    more = _build_leads(env, leads.team_id, leads[:1].stage_id, 1000)
    plain = env["crm.tag"].create([{"name": f"Tag {i}"} for i in range(BATCH)])
    _commit(env)
    _measure_write(bench, plain, "write of a model without robots", "color")
    _measure_hand(env, bench, leads, stage, user)

    robots = _build_robots(env, stage, 10, _activity_values)
    _measure_move(
        bench, leads, stage, user, "10 robots, activity", base=TEN, limit=1 / 8
    )
    for count in (10, 1000):
        name = f"10 robots, activity, batch of {count}"
        limit = {} if count == 10 else {"base": "10 robots, activity", "limit": 1.3}
        _measure_move(bench, more[:count], stage, user, name, repeat=3, **limit)
    _switch(robots, active=False)

    few = _build_robots(env, stage, 10, _field_values)
    _measure_move(bench, leads, stage, user, "10 robots, field")
    more_robots = _build_robots(env, stage, 40, _field_values)
    _measure_move(
        bench, leads, stage, user, "50 robots, field", base=FIFTY, limit=1 / 50
    )
    _measure_write(
        bench,
        plain,
        "the same write, 50 robots watch something else",
        "color",
        base="write of a model without robots",
        limit=1.02,
    )
    # side by side: thousands of moves have grown the table meanwhile
    _switch(few + more_robots, active=False)
    _measure_write(bench, leads, "write of another field, no robots", "color")
    _switch(few + more_robots, active=True)
    _measure_write(
        bench,
        leads,
        "the same write of another field, 50 robots",
        "color",
        base="write of another field, no robots",
        limit=1.02,
    )
    _switch(few + more_robots, active=False)

    _build_matching(env, stage)
    _measure_move(
        bench,
        leads,
        stage,
        user,
        "50 robots of which 3 match",
        base=THREE,
        limit=1.2,
    )


def _measure_move(bench, leads, stage, user, name, **options):
    with bench.as_user(user):
        own = leads.with_user(user)
        bench.measure(name, lambda n: _move(own, stage), per=len(leads), **options)


def _measure_write(bench, records, name, field, base=None, limit=None):
    queries = None
    if base:
        queries = next(r["calls_queries"] for r in bench.rows if r["name"] == base)

    def write(number):
        records.write({field: 1 + number % 11})
        _finish(records.env)

    bench.measure(
        name, write, per=len(records), base=base, limit=limit, queries=queries,
        repeat=15,
    )  # fmt: skip


def _measure_hand(env, bench, leads, stage, user):
    """What a programmer would write in place of three robots."""
    todo = env.ref("mail.mail_activity_data_todo")

    def move(number):
        own.write({"stage_id": stage.id})
        own.write({"city": "Moscow"})
        model_id = own.env["ir.model"]._get_id("crm.lead")
        own.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": lead.id,
                    "activity_type_id": todo.id,
                    "summary": f"Call {lead.name}",
                    "user_id": user.id,
                }
                for lead in own
            ]
        )
        own._message_log_batch({lead.id: f"Entered {lead.name}" for lead in own})
        _finish(own.env)

    with bench.as_user(user):
        own = leads.with_user(user)
        bench.measure(THREE, move, per=BATCH)


def _move(leads, stage):
    leads.write({"stage_id": stage.id})
    _finish(leads.env)


def _finish(env):
    """What a request does at its end; the next one begins with nothing in memory."""
    env.flush_all()
    env.cr.precommit.run()
    env.flush_all()
    env.invalidate_all()


def _build(env):
    team = env["crm.team"].create({"name": "Sales"})
    first, second = env["crm.stage"].create([{"name": "One"}, {"name": "Two"}])
    groups = env.ref("sales_team.group_sale_salesman_all_leads")
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create({"name": "Bench", "login": "bench", "group_ids": groups.ids})
    )
    leads = _build_leads(env, team, first, BATCH)
    return leads, second, user


def _build_leads(env, team, stage, count):
    leads = env["crm.lead"].with_context(tracking_disable=True)
    leads = leads.create(
        [
            {
                "name": f"Lift {number}",
                "type": "opportunity",
                "team_id": team.id,
                "stage_id": stage.id,
                "user_id": False,
            }
            for number in range(count)
        ]
    )
    _commit(env)
    return leads.with_context(tracking_disable=False)


def _build_rule(env, stage, action):
    return env["base.automation"].create(
        {
            "name": action["name"],
            "model_id": env["ir.model"]._get_id("crm.lead"),
            "trigger": "on_stage_set",
            "trg_field_ref": stage.id,
            "action_server_ids": [Command.create(action)],
        }
    )


def _activity_action(env, number):
    return {
        "name": f"Activity {number}",
        "model_id": env["ir.model"]._get_id("crm.lead"),
        "state": "next_activity",
        "activity_type_id": env.ref("mail.mail_activity_data_todo").id,
        "activity_summary": f"Call {number}",
        "activity_user_type": "specific",
        "activity_user_id": env.ref("base.user_admin").id,
    }


def _field_action(env, number):
    return {
        "name": f"Field {number}",
        "model_id": env["ir.model"]._get_id("crm.lead"),
        "state": "object_write",
        "update_path": FIELDS[number % len(FIELDS)],
        "evaluation_type": "value",
        "value": f"Value {number}",
    }


def _build_robots(env, stage, count, make, **values):
    robots = env["bpm.robot"].create(
        [
            {
                "name": f"Robot {number}",
                "sequence": number,
                "trigger": "stage",
                "stage_id": stage.id,
                "user_id": env.ref("base.user_admin").id,
                **make(env, number),
                **values,
            }
            for number in range(count)
        ]
    )
    _commit(env)
    return robots


def _activity_values(env, number):
    return {
        "kind": "activity",
        "todo_type_id": env.ref("mail.mail_activity_data_todo").id,
        "todo_summary": f"Call {number}",
        "todo_user_type": "user",
        "todo_user_id": env.ref("base.user_admin").id,
    }


def _field_values(env, number):
    field = env["ir.model.fields"]._get("crm.lead", FIELDS[number % len(FIELDS)])
    line = {"field_id": field.id, "value": f"Value {number}"}
    return {"kind": "fields", "value_ids": [Command.create(line)]}


def _note_values(env, number):
    return {"kind": "note", "text": "Entered {{name}}"}


def _build_matching(env, stage):
    """Fifty robots with conditions; of three the condition holds."""
    nobody = "[('name', '=', 'nothing is called so')]"
    _build_robots(env, stage, 47, _field_values, condition=nobody)
    matching = "[('name', 'ilike', 'lift')]"
    for make in (_field_values, _activity_values, _note_values):
        _build_robots(env, stage, 1, make, condition=matching)


def _switch(robots, active):
    robots.active = active
    _commit(robots.env)


def _commit(env):
    env.flush_all()
    env.cr.commit()
