"""Creating requests with their customer matched, against plain leads."""

DATABASES = [[], ["service_crm"]]

PARTNERS = 2000
BATCH = 100


def run(env, bench):
    user = _salesman(env) if not bench.addons else _operator(env)
    team = env.ref("service_crm.team_service") if bench.addons else _team(env)
    _build_partners(env)
    with bench.as_user(user) as env:
        leads = env["crm.lead"].with_context(default_team_id=team.id)

        def batch(number):
            leads.create([_values(number, i) for i in range(BATCH)])

        def one_by_one(number):
            for i in range(10):
                leads.create(_values(number, i))
                env.flush_all()
                env.cr.precommit.run()
                env.flush_all()
                env.invalidate_all()

        if not bench.addons:
            bench.measure("create 100 leads in a batch", batch, per=BATCH)
            bench.measure("create leads one by one", one_by_one, per=10)
        else:
            bench.measure(
                "create 100 requests in a batch",
                batch,
                per=BATCH,
                base="create 100 leads in a batch",
                limit=1.3,
            )
            bench.measure(
                "create requests one by one",
                one_by_one,
                per=10,
                base="create leads one by one",
                limit=1.3,
            )


def _values(number, i):
    """Half of the senders are known, half are not."""
    known = i % 2
    phone = f"+7 495 {i:03}-{number:02}-{i % 100:02}"
    return {
        "name": f"Lift stuck {number}-{i}",
        "contact_name": f"Person {i}",
        "email_from": f"person{i}@{'known' if known else 'new'}.example.com",
        "phone": f"+7 916 000-{i // 100:02}-{i % 100:02}" if known else phone,
    }


def _build_partners(env):
    russia = env.ref("base.ru").id
    env["res.partner"].with_context(tracking_disable=True).create(
        [
            {
                "name": f"Person {i}",
                "email": f"person{i}@known.example.com",
                "phone": f"+7 916 000-{i // 100:02}-{i % 100:02}",
                "country_id": russia,
            }
            for i in range(PARTNERS)
        ]
    )
    env.flush_all()
    env.cr.commit()


def _team(env):
    return env["crm.team"].create({"name": "Sales", "use_leads": True})


def _salesman(env):
    return _user(env, "sales_team.group_sale_salesman_all_leads")


def _operator(env):
    return _user(env, "service_crm.group_service_operator")


def _user(env, group):
    groups = env.ref(group) + env.ref("base.group_user")
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create({"name": "Bench", "login": "bench", "group_ids": groups.ids})
    )
