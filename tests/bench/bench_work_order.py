"""A work order made and moved, one per request, against OCA's field service order."""

DATABASES = [["fieldservice"], ["service_crm"]]
PEERS = ["odoo-addon-fieldservice>=19.0,<19.1", "odoo-addon-base-territory>=19.0,<19.1"]

ORDERS = 20
PLANNED = 100


def run(env, bench):
    if "service_crm" in bench.addons:
        _run_ours(env, bench)
    else:
        _run_peer(env, bench)


def _run_peer(env, bench):
    location = env["fsm.location"].create(
        {"name": "Lenina 5", "owner_id": env["res.partner"].create({"name": "A"}).id}
    )
    person = env["fsm.person"].create({"name": "Sergey"})
    stage = env["fsm.stage"].create(
        {"name": "On the way", "stage_type": "order", "sequence": 50}
    )
    user = _user(env, "fieldservice.group_fsm_dispatcher")

    def create(number):
        for i in range(ORDERS):
            bench.env["fsm.order"].create(
                {
                    "location_id": location.id,
                    "person_id": person.id,
                    "scheduled_date_start": f"2027-03-{1 + i:02} 09:00:00",
                    "scheduled_duration": 1.0,
                }
            )
            _finish(bench.env)

    def move(number):
        for order in orders.with_user(user):
            order.write({"stage_id": stage.id})
            _finish(bench.env)

    with bench.as_user(user):
        bench.measure("create field service order", create, per=ORDERS)
    orders = env["fsm.order"].create(
        [{"location_id": location.id, "person_id": person.id} for i in range(ORDERS)]
    )
    env.flush_all()
    env.cr.commit()
    with bench.as_user(user):
        bench.measure("move field service order", move, per=ORDERS)


def _run_ours(env, bench):
    user = _user(env, "service_crm.group_service_dispatcher")
    performer_user = _performer_user(env)
    customer = env["res.partner"].create({"name": "Alfa"})
    performer = env["resource.resource"].create(
        {
            "name": "Sergey",
            "resource_type": "user",
            "is_performer": True,
            "user_id": performer_user.id,
            "tz": "UTC",
            "calendar_id": _calendar(env).id,
        }
    )
    env.cr.commit()

    def values(i, hour=9):
        return {
            "partner_id": customer.id,
            "performer_id": performer.id,
            "date_start": f"2027-03-{1 + i % 28:02} {hour:02}:00:00",
            "planned_hours": 1.0,
        }

    def create(number):
        for i in range(ORDERS):
            bench.env["service.work.order"].create(values(i))
            _finish(bench.env)

    def assign(number):
        for order in orders.with_user(user):
            order.action_assign()
            _finish(bench.env)

    def move(number):
        for order in orders.with_user(performer_user):
            order.action_on_the_way()
            _finish(bench.env)

    with bench.as_user(user):
        bench.measure(
            "create work order",
            create,
            per=ORDERS,
            base="create field service order",
            limit=1,
        )
    orders = env["service.work.order"].create([values(i) for i in range(ORDERS)])
    env.flush_all()
    env.cr.commit()
    with bench.as_user(user):
        # Looks for leaves and skills and wakes the job that tells the performer; the
        # peer has nothing like it: the ratio is shown, without a limit.
        bench.measure(
            "assign work order, with its checks",
            assign,
            per=ORDERS,
            base="move field service order",
        )
    orders.with_user(user).action_assign()
    env.flush_all()
    env.cr.commit()
    with bench.as_user(performer_user):
        bench.measure(
            "move work order",
            move,
            per=ORDERS,
            base="move field service order",
            limit=1,
        )
    _check_plan(env, bench, user, values)


def _check_plan(env, bench, user, values):
    """Capacity, leave, hours and skill of 100 planned visits, in one go."""
    plan = env["service.work.order"].create(
        [values(i, hour=10 + i // 28) for i in range(PLANNED)]
    )
    env.flush_all()
    env.cr.commit()
    with bench.as_user(user):

        def check(number):
            orders = plan.with_user(user)
            orders._check_capacity()
            orders._check_availability()

        # 4 queries and 2 for the one working calendar; fetching the visits is one
        bench.measure(
            "check 100 planned work orders", check, per=PLANNED, queries=4 + 2
        )


def _calendar(env):
    days = [
        (
            0,
            0,
            {
                "name": "Day",
                "dayofweek": str(day),
                "hour_from": 0,
                "hour_to": 24,
                "day_period": "morning",
            },
        )
        for day in range(7)
    ]
    return env["resource.calendar"].create(
        {"name": "Always", "tz": "UTC", "attendance_ids": [(5, 0, 0), *days]}
    )


def _finish(env):
    """What a request does at its end; the next one begins with nothing in memory."""
    env.flush_all()
    env.cr.precommit.run()
    env.flush_all()
    env.invalidate_all()


def _performer_user(env):
    return _user(env, "service_crm.group_service_performer", "performer-bench")


def _user(env, group, login="bench"):
    groups = env.ref(group) + env.ref("base.group_user")
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create({"name": login, "login": login, "group_ids": groups.ids})
    )
    env.cr.commit()
    return user
