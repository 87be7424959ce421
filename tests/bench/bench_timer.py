"""50,000 timers of which 500 are due, against Odoo's time-based automation rules."""

from datetime import timedelta

from odoo import Command, fields

DATABASES = [["base_automation", "crm"], ["service_crm", "service_crm_bpm"]]

WAITING = 50_000
DUE = 500
RULE = "a to-do for 500 of 50,000, automation rule's cron"


def run(env, bench):
    if "service_crm_bpm" in bench.addons:
        _run_service(env, bench)
    else:
        _run_plain(env, bench)


def _run_plain(env, bench):
    """A rule that makes a to-do when a date has come."""
    now = fields.Datetime.now()
    model = env["ir.model"]._get("crm.lead")
    _insert_leads(env, WAITING)
    env.cr.execute(
        """
        UPDATE crm_lead SET date_closed = %s
         WHERE id IN (SELECT id FROM crm_lead WHERE name LIKE 'Bench %%' LIMIT %s)
        """,
        [now - timedelta(hours=1), DUE],
    )
    rule = env["base.automation"].create(
        {
            "name": "To-do",
            "model_id": model.id,
            "trigger": "on_time",
            "trg_date_id": env["ir.model.fields"]._get("crm.lead", "date_closed").id,
            "trg_date_range": 0,
            "trg_date_range_type": "hour",
            "action_server_ids": [
                Command.create(
                    {
                        "name": "To-do",
                        "model_id": model.id,
                        "state": "next_activity",
                        "activity_type_id": env.ref("mail.mail_activity_data_todo").id,
                        "activity_summary": "Call",
                        "activity_user_type": "specific",
                        "activity_user_id": env.ref("base.user_admin").id,
                    }
                )
            ],
        }
    )
    rule.last_run = now - timedelta(days=1)
    _finish(env)
    env["ir.cron"].__class__._commit_progress = lambda *args, **kwargs: 1

    def fire(number):
        env["base.automation"]._cron_process_time_based_actions()

    bench.measure(RULE, fire, per=DUE, repeat=3)


def _run_service(env, bench):
    """The end of a pause, and a person's stage with its to-do."""
    admin = env.ref("base.user_admin").id
    process = env["bpm.process"].create(
        {
            "name": "Bench",
            "model_id": env["ir.model"]._get("crm.lead").id,
            "user_id": admin,
            "owner_id": admin,
        }
    )
    stages = env["bpm.stage"].create(
        [
            {"process_id": process.id, "name": name, "sequence": number, **values}
            for number, (name, values) in enumerate(
                {
                    "Start": {"kind": "start"},
                    "Rest": {"kind": "pause", "pause_amount": 30},
                    "Call": {
                        "kind": "work",
                        "responsible_ids": [
                            Command.create({"kind": "user", "user_id": admin})
                        ],
                    },
                    "End": {"kind": "end"},
                }.items()
            )
        ]
    )
    env["bpm.transition"].create(
        [
            {"process_id": process.id, "source_id": one.id, "target_id": other.id}
            for one, other in zip(stages, stages[1:], strict=False)
        ]
    )
    process._publish()
    leads = _insert_leads(env, DUE + 1)
    runs = process._start([{"res_id": res_id} for res_id in leads])
    _finish(env)
    env.cr.execute(
        """
        UPDATE bpm_timer SET date_due = now() AT TIME ZONE 'UTC' - interval '1 hour'
         WHERE instance_id != %s
        """,
        [runs[0].id],
    )
    # the others wait for years; they hang on one run, which nobody touches
    env.cr.execute(
        """
        INSERT INTO bpm_timer (token_id, instance_id, company_id, kind, state, date_due)
             SELECT token_id, instance_id, company_id, kind, state,
                    date_due + number * interval '1 minute'
               FROM bpm_timer, generate_series(1, %s) AS number
              WHERE instance_id = %s
        """,
        [WAITING - DUE - 1, runs[0].id],
    )
    _finish(env)
    env.cr.execute("ANALYZE bpm_timer")
    bench.note("timers waiting", env["bpm.timer"].search_count([]))
    env["ir.cron"].__class__._commit_progress = lambda *args, **kwargs: 1

    def fire(number):
        env["bpm.timer"]._cron_run_due()

    bench.measure(
        "the same by timers of a process", fire, per=DUE, base=RULE, limit=0.25,
        repeat=3,
    )  # fmt: skip
    bench.note(
        "rows of timers read to find what is due", _get_rows_read(env), DUE * 1.1
    )


def _get_rows_read(env):
    """Rows that the search for due timers looks at, by PostgreSQL's own count."""
    timers = env["bpm.timer"]
    query = timers._search(timers._get_due_domain(), order="date_due, id")
    select = query.select()
    env.cr.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {select.code}", select.params)
    plan = env.cr.fetchone()[0][0]["Plan"]
    rows = 0
    while plan:
        rows = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        plan = (plan.get("Plans") or [None])[0]
    return rows


def _insert_leads(env, count):
    """Many leads, without the ORM's minutes; their ids."""
    lead = env["crm.lead"].create({"name": "Bench 0", "type": "lead"})
    _finish(env)
    env.cr.execute(
        """
        SELECT string_agg(quote_ident(column_name), ', ')
          FROM information_schema.columns
         WHERE table_name = 'crm_lead' AND column_name NOT IN ('id', 'name')
        """
    )
    [columns] = env.cr.fetchone()
    env.cr.execute(
        f"""
        INSERT INTO crm_lead (name, {columns})
             SELECT 'Bench ' || number, {columns}
               FROM crm_lead, generate_series(1, %s) AS number
              WHERE id = %s
          RETURNING id
        """,
        [count, lead.id],
    )
    ids = [res_id for (res_id,) in env.cr.fetchall()]
    env.cr.execute("ANALYZE crm_lead")
    _finish(env)
    return ids


def _finish(env):
    env.flush_all()
    env.cr.commit()
    env.invalidate_all()
