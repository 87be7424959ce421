"""Steps of processes, against plain stage writes and against SpiffWorkflow.

A step is what a person does: the token moved, the protocol, the next person's task.
Twenty automatic stages write down every visit; SpiffWorkflow saves its state after
each of them.
"""

import resource

from lxml import etree

DATABASES = [[], ["service_crm", "service_crm_bpm"]]

BATCH = 500
AUTOMATIC = 20
SPIFF_RUNS = 10
FINISHED = (1_000, 1_000_000)
MANY = 10_000


def run(env, bench):
    if not bench.addons:
        _run_plain(env, bench)
        return
    user = _build_user(env, "service_crm.group_service_dispatcher")
    process = _build_persons(env, user)
    runs = _start(env, process, BATCH)
    _add_finished(env, process, FINISHED[0])
    _measure_steps(bench, runs, user)
    queries = bench.rows[0]["calls_queries"]
    _measure_automatic(env, bench)
    _measure_memory(env, bench)
    _add_finished(env, process, FINISHED[1] - FINISHED[0])
    with bench.as_user(user):
        tokens = _get_tokens(bench.env, runs)
        name = f"step, batch, {FINISHED[0]:,} finished runs"
        bench.measure(
            f"step, batch, {FINISHED[1]:,} finished runs",
            lambda n: _complete(tokens),
            per=BATCH,
            base=name,
            limit=1.15,
            queries=queries,
        )


def _run_plain(env, bench):
    team = env["crm.team"].create({"name": "Sales"})
    first, second = env["crm.stage"].create([{"name": "One"}, {"name": "Two"}])
    leads = env["crm.lead"].create(
        [
            {"name": f"Deal {n}", "team_id": team.id, "stage_id": first.id}
            for n in range(BATCH)
        ]
    )
    _finish(env)
    env.cr.commit()
    user = _build_user(env, "sales_team.group_sale_salesman_all_leads")
    with bench.as_user(user):
        leads = leads.with_user(user)
        bench.measure("stage write, batch", lambda n: _write(leads, second), per=BATCH)
        bench.measure(
            "stage write, one lead",
            lambda n: [_write(lead, second) for lead in leads[:10]],
            per=10,
        )


def _measure_steps(bench, runs, user):
    with bench.as_user(user):
        tokens = _get_tokens(bench.env, runs)
        bench.measure(
            f"step, batch, {FINISHED[0]:,} finished runs",
            lambda n: _complete(tokens),
            per=BATCH,
            base="stage write, batch",
            limit=0.5,
        )
        bench.measure(
            "step, one run",
            lambda n: [_complete(token) for token in tokens[:10]],
            per=10,
            base="stage write, one lead",
            limit=1,
        )
        for count in (10, 100, BATCH):
            bench.measure(
                f"step, batch of {count}",
                lambda n, some=tokens[:count]: _complete(some),
                per=count,
            )


def _measure_automatic(env, bench):
    keys = {f"s{number}": "automatic" for number in range(AUTOMATIC)}
    process = _build_process(env, "res.partner", keys, start_once=False)
    ids = _build_partners(env, BATCH)
    name = "SpiffWorkflow, automatic stage, state saved"
    workflow = Spiff(env)
    bench.measure(
        name, lambda n: workflow.run(SPIFF_RUNS), per=SPIFF_RUNS * AUTOMATIC, repeat=3
    )
    bench.measure(
        "SpiffWorkflow, the same, state read too",
        lambda n: workflow.run(SPIFF_RUNS, read=True),
        per=SPIFF_RUNS * AUTOMATIC,
        repeat=3,
    )
    bench.measure(
        "automatic stage, 500 runs at once",
        lambda n: _start_all(process, ids),
        per=BATCH * AUTOMATIC,
        base=name,
        limit=1 / 3,
    )


def _measure_memory(env, bench):
    keys = {f"s{number}": "automatic" for number in range(5)}
    process = _build_process(env, "res.partner", {**keys, "call": "work"})
    ids = _build_partners(env, MANY)
    env.invalidate_all()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _start_all(process, ids)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    env.cr.rollback()
    bench.note(f"memory of a batch of {MANY:,} runs, MB", used // 1024, limit=300)


def _start_all(process, ids):
    process._start([{"res_id": res_id} for res_id in ids])
    process.env.flush_all()


def _build_process(*args, **values):
    # not there in the database without our addons
    from odoo.addons.service_crm_bpm.tests.common_process import build_process

    process = build_process(*args, **values)
    process._publish()
    return process


def _build_persons(env, user):
    stage = {
        "kind": "work",
        "task_summary": "Call {{partner_id.name}}",
        "responsible_mode": "first",
        "responsible_ids": [(0, 0, {"kind": "user", "user_id": user.id})],
    }
    return _build_process(env, "crm.lead", {"call": stage, "visit": stage})


def _start(env, process, count):
    team = env.ref("service_crm.team_service")
    leads = env["crm.lead"].create(
        [{"name": f"Request {n}", "team_id": team.id} for n in range(count)]
    )
    runs = process._start([{"res_id": lead.id} for lead in leads])
    _finish(env)
    env.cr.commit()
    return runs


def _add_finished(env, process, count):
    """Runs that have ended long ago, with two visits and four rows of protocol each."""
    start, call = process.stage_ids.sorted("sequence")[:2]
    env.flush_all()
    links = _drop_links(env)  # a million rows need no check
    env.cr.execute(
        """
        WITH runs AS (
            INSERT INTO bpm_instance (
                process_id, family_id, company_id, res_model, res_id, name, state,
                date_start, date_end, user_id)
            SELECT %(process)s, %(process)s, %(company)s, 'crm.lead', -n, 'Run ' || n,
                   'done', now() - interval '1 year', now() - interval '1 year',
                   %(user)s
              FROM generate_series(1, %(count)s) n
         RETURNING id),
        tokens AS (
            INSERT INTO bpm_token (
                instance_id, process_id, company_id, stage_id, state, date_enter,
                date_done, user_id)
            SELECT id, %(process)s, %(company)s, stage, 'done',
                   now() - interval '1 year', now() - interval '1 year', %(user)s
              FROM runs, unnest(%(stages)s) stage
         RETURNING id, instance_id, stage_id)
        INSERT INTO bpm_journal (
            instance_id, token_id, company_id, stage_id, event, date, user_id)
        SELECT instance_id, id, %(company)s, stage_id, event,
               now() - interval '1 year', %(user)s
          FROM tokens, unnest(ARRAY['enter', 'leave']) event
        """,
        {
            "process": process.id,
            "company": env.company.id,
            "user": env.uid,
            "stages": [start.id, call.id],
            "count": count,
        },
    )
    for table, name, definition in links:
        valid = definition.removesuffix(" NOT VALID")
        env.cr.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {valid} NOT VALID")
    env.cr.execute("ANALYZE bpm_instance, bpm_token, bpm_journal")
    env.cr.commit()
    env.invalidate_all()


def _drop_links(env):
    """Take the foreign keys of the runtime tables away for a while."""
    env.cr.execute(
        """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
          FROM pg_constraint
         WHERE contype = 'f'
           AND conrelid IN ('bpm_instance'::regclass, 'bpm_token'::regclass,
                            'bpm_journal'::regclass)
        """
    )
    links = env.cr.fetchall()
    for table, name, _definition in links:
        env.cr.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    return links


def _build_partners(env, count):
    return env["res.partner"].create([{"name": f"P {n}"} for n in range(count)]).ids


def _get_tokens(env, runs):
    tokens = env["bpm.token"].sudo()
    found = tokens.search([("instance_id", "in", runs.ids), ("state", "=", "open")])
    return found.sudo(False)


def _complete(tokens):
    # a dialogue would mean that nothing has moved
    assert tokens.action_complete() is True
    _finish(tokens.env)


def _write(leads, stage):
    leads.write({"stage_id": stage.id})
    _finish(leads.env)


def _finish(env):
    """What a request does at its end; the next one begins with nothing in memory."""
    env.flush_all()
    env.cr.precommit.run()
    env.flush_all()
    env.invalidate_all()


def _build_user(env, group):
    user = env["res.users"].create(
        {
            "name": "Bench",
            "login": f"bench_{group}",
            "email": "bench@example.com",
            "group_ids": [(4, env.ref(group).id)],
        }
    )
    env.cr.commit()
    return user


class Spiff:
    """The same line of automatic stages in SpiffWorkflow."""

    BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"

    def __init__(self, env):
        from SpiffWorkflow.bpmn.parser import BpmnParser
        from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
        from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
        from SpiffWorkflow.util.task import TaskState

        self.env, self.make, self.ready = env, BpmnWorkflow, TaskState.READY
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(self.get_xml()))
        self.spec = parser.get_spec("line")
        self.serializer = BpmnWorkflowSerializer()
        env.cr.execute("CREATE TABLE bench_spiff (id serial PRIMARY KEY, state jsonb)")
        env.cr.commit()

    def get_xml(self):
        keys = ["start", *(f"s{number}" for number in range(AUTOMATIC)), "end"]
        tags = ["startEvent", *["scriptTask"] * AUTOMATIC, "endEvent"]
        root = etree.Element(
            f"{{{self.BPMN}}}definitions", id="all", targetNamespace="bench"
        )
        process = etree.SubElement(
            root, f"{{{self.BPMN}}}process", id="line", isExecutable="true"
        )
        for key, tag in zip(keys, tags, strict=True):
            stage = etree.SubElement(process, f"{{{self.BPMN}}}{tag}", id=key)
            if tag == "scriptTask":
                etree.SubElement(stage, f"{{{self.BPMN}}}script").text = "pass"
        for source, target in zip(keys, keys[1:], strict=False):
            etree.SubElement(
                process,
                f"{{{self.BPMN}}}sequenceFlow",
                id=f"to_{target}",
                sourceRef=source,
                targetRef=target,
            )
        return etree.tostring(root)

    def run(self, count, read=False):
        for _number in range(count):
            workflow = self.make(self.spec)
            self.env.cr.execute(
                "INSERT INTO bench_spiff (state) VALUES ('{}') RETURNING id"
            )
            [row_id] = self.env.cr.fetchone()
            while not workflow.is_completed():
                workflow.get_next_task(state=self.ready).run()
                state = self.serializer.serialize_json(workflow)
                self.env.cr.execute(
                    "UPDATE bench_spiff SET state = %s WHERE id = %s", [state, row_id]
                )
                if read:
                    workflow = self.serializer.deserialize_json(state)
