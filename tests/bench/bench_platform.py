"""What plain Odoo costs on this machine, and what our addons add to its own leads."""

DATABASES = [[], ["service_crm"], ["service_crm", "service_crm_bpm", "service_crm_sms"]]


def run(env, bench):
    user = env.ref("base.user_admin")
    with bench.as_user(user) as user_env:
        lead = user_env["crm.lead"].with_context(mail_auto_subscribe_no_notify=True)
        team = user_env["crm.team"].create({"name": "Other sales"})
        stage = user_env["crm.stage"].create({"name": "Second", "team_ids": team.ids})
        user_env.cr.commit()

        def create(number):
            values = {"team_id": team.id, "type": "opportunity"}
            return lead.create(
                [{"name": f"Lead {number}-{i}", **values} for i in range(100)]
            )

        def move(_number):
            leads.write({"stage_id": stage.id})

        name = "plain leads: create, batch of 100"
        base = name if bench.addons else None
        bench.measure(name, create, per=100, base=base, limit=1.3)
        leads = create(0)
        user_env.cr.commit()
        name = "plain leads: stage write, batch of 100"
        base = name if bench.addons else None
        bench.measure(name, move, per=100, base=base, limit=1.3)
