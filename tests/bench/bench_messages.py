"""Messages by rules against Odoo's own ways to send an SMS from a template.

Decided, rendered, logged and queued; nothing is sent. Every call is rolled back, so
that each one is a first entry.
"""

DATABASES = [["crm", "sms"], ["service_crm", "service_crm_sms"]]

COUNT = 1000
ONE_BY_ONE = "Odoo, SMS from a template, one by one"
IN_MASS = "Odoo, SMS from a template, in mass"
WRITE = "stage of 100 requests, no rules"
BODY = "Dear {{ object.partner_id.name }}, we got {{ object.name }}. Thank you!"


def run(env, bench):
    if "service_crm_sms" in bench.addons:
        _run_rules(env, bench)
    else:
        _run_odoo(env, bench)


def _run_odoo(env, bench):
    leads = _build_leads(env, env["crm.team"].create({"name": "Sales"}))
    template = _build_template(env)
    _commit(env)

    def one_by_one(number):
        for lead in leads[:100]:
            lead._message_sms_with_template(template, put_in_queue=True)
        _finish(env)

    def in_mass(number):
        leads._message_sms_schedule_mass(template=template)
        _finish(env)

    bench.measure(ONE_BY_ONE, one_by_one, per=100, repeat=3)
    bench.measure(IN_MASS, in_mass, per=COUNT, repeat=3)


def _run_rules(env, bench):
    env["service.notification.rule"].search([]).active = False
    # the same by day and by night
    env["service.message.limit"].search([]).write({"quiet_from": 0, "quiet_to": 0})
    team = env.ref("service_crm.team_service")
    leads = _build_leads(env, team)
    stages = env["crm.stage"].search([("service_phase", "in", ("new", "dispatch"))])
    first, second = stages[:1], stages[1:2]
    leads.with_context(tracking_disable=True).stage_id = first
    _commit(env)

    hundred = leads[:100]
    _measure_write(env, bench, hundred, second, WRITE)
    rules = _build_rules(env, 50)
    queries = next(row["calls_queries"] for row in bench.rows if row["name"] == WRITE)
    _measure_write(
        env, bench, hundred, second, "the same, 50 rules that do not match",
        base=WRITE, limit=1.05, queries=queries,
    )  # fmt: skip
    rules.active = False

    rule = _build_rules(env, 1, event="request_received", channel="sms")
    entries = env["service.phase.log"].search(
        [("res_model", "=", "crm.lead"), ("res_id", "in", leads.ids)], order="id desc"
    )
    newest = {row.res_id: row for row in entries}
    rows = entries.browse(sorted(row.id for row in newest.values()))
    env["service.notification"].search([("rule_id", "=", rule.id)]).unlink()
    _commit(env)

    def tell(part):
        env["service.notification"]._notify(rule, part)
        _finish(env)

    bench.measure(
        "1,000 messages by a rule, SMS", lambda n: tell(rows), per=COUNT,
        base=IN_MASS, limit=2, repeat=3,
    )  # fmt: skip
    bench.measure(
        "100 messages by a rule, SMS", lambda n: tell(rows[:100]), per=100,
        base=ONE_BY_ONE, limit=1 / 6, repeat=3,
    )  # fmt: skip
    queries = bench.rows[-1]["calls_queries"]
    bench.measure(
        "50 messages by a rule, SMS", lambda n: tell(rows[:50]), per=50, repeat=3
    )
    bench.note(
        "queries of 100 more than of 50", queries - bench.rows[-1]["calls_queries"], 0
    )
    rule.channel = "mail"
    _commit(env)
    bench.measure(
        "100 messages by a rule, e-mail", lambda n: tell(rows[:100]), per=100, repeat=3
    )


def _measure_write(env, bench, leads, stage, name, **options):
    def write(number):
        leads.write({"stage_id": stage.id})
        _finish(env)

    bench.measure(name, write, per=len(leads), repeat=15, **options)


def _build_leads(env, team):
    partners = env["res.partner"].create(
        [
            {
                "name": f"Customer {number}",
                "email": f"customer{number}@example.com",
                "phone": f"+3247000{number:04}",
                "country_id": env.ref("base.be").id,
            }
            for number in range(COUNT)
        ]
    )
    leads = env["crm.lead"].with_context(tracking_disable=True)
    leads = leads.create(
        [
            {
                "name": f"Lift {number}",
                "team_id": team.id,
                "partner_id": partner.id,
                "user_id": False,
            }
            for number, partner in enumerate(partners)
        ]
    )
    return leads.with_context(tracking_disable=False)


def _build_template(env):
    return env["sms.template"].create(
        {
            "name": "Bench",
            "model_id": env["ir.model"]._get_id("crm.lead"),
            "body": BODY,
        }
    )


def _build_rules(env, count, **values):
    text = env["service.message.template"].create(
        {
            "name": "Bench",
            "model_id": env["ir.model"]._get_id("crm.lead"),
            "sms_body": BODY,
            "mail_subject": "{{ object.name }}",
            "mail_body": "<p>Dear <t t-out='object.partner_id.name'/>, thank you!</p>",
        }
    )
    rules = env["service.notification.rule"].create(
        [
            {
                "event": "request_done",
                "audience": "customer",
                "template_id": text.id,
                "condition": f"[('name', '=', 'nothing {number}')]"
                if not values
                else "[]",
                **values,
            }
            for number in range(count)
        ]
    )
    _commit(env)
    return rules


def _finish(env):
    """What a request does at its end; the next one begins with nothing in memory."""
    env.flush_all()
    env.cr.precommit.run()
    env.flush_all()
    env.invalidate_all()


def _commit(env):
    env.flush_all()
    env.cr.commit()
