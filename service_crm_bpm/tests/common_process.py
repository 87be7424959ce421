from odoo.addons.service_crm_bpm.tools.flow import Choice

from .common import RobotCommon


def build_process(env, model="crm.lead", stages=None, ways=None, **values):
    """A draft of a process; see :meth:`ProcessCommon.build_process`.

    It runs as the administrator unless told.
    """
    admin = env.ref("base.user_admin")
    values = {"user_id": admin.id, "owner_id": admin.id, **values}
    process = env["bpm.process"].create(
        {"name": "Процесс", "model_id": env["ir.model"]._get(model).id, **values}
    )
    build_parts(process, stages, ways)
    return process


def build_parts(process, stages=None, ways=None):
    """Stages and ways of a draft; see :meth:`ProcessCommon.build_process`."""
    env = process.env
    wanted = {
        key: {"kind": stage} if isinstance(stage, str) else stage
        for key, stage in (stages or {}).items()
    }
    kinds = {stage.get("kind") for stage in wanted.values()}
    if "start" not in kinds:
        wanted = {"start": {"kind": "start"}, **wanted}
    if not kinds & {"end", "terminate"}:
        wanted["end"] = {"kind": "end"}
    made = env["bpm.stage"].create(
        [
            {
                "process_id": process.id,
                "key": key,
                "name": key.capitalize(),
                "sequence": number,
                **stage,
            }
            for number, (key, stage) in enumerate(wanted.items())
        ]
    )
    keys = dict(zip(wanted, made, strict=True))
    if ways is None:
        ways = list(zip(wanted, [*wanted][1:], strict=False))
    env["bpm.transition"].create(
        [
            {
                "process_id": process.id,
                "source_id": keys[way[0]].id,
                "target_id": keys[way[1]].id,
                "key": f"{way[0]}-{way[1]}-{number}",
                "sequence": number,
                **_get_way_values(way[2:]),
            }
            for number, way in enumerate(ways)
        ]
    )


def _get_way_values(values):
    if not values:
        return {}
    return {"name": values[0]} if isinstance(values[0], str) else values[0]


class ProcessCommon(RobotCommon):
    """Builders of processes, and a look at where their runs stand. ::

        process = self.build_process(
            stages={"call": "work", "big": "decision", "visit": {"kind": "work"}},
            ways=[
                ("start", "call"),
                ("call", "big", "Agreed"),
                ("call", "end", "Refused"),
                ("big", "visit", {"condition": "expected_revenue > 1000"}),
                ("big", "end", {"is_default": True}),
                ("visit", "end"),
            ],
        )
        runs = self.start(self.publish(process), requests)
        self.complete(runs, "call", "Agreed")
        self.assertEqual(self.get_places(runs), ["visit"])

    Processes run as the service administrator unless told.
    """

    @classmethod
    def build_process(cls, model="crm.lead", stages=None, ways=None, **values):
        """A draft of a process.

        :param stages: ``{key: kind, or values of the stage}``; a start before them and
            an end after them are added when there is none
        :param ways: ``[(from, to[, result or values of the transition])]`` by keys;
            missing: one stage after the other
        """
        values.setdefault("user_id", cls.user_admin.id)
        values.setdefault("owner_id", cls.user_admin.id)
        return build_process(cls.env, model, stages, ways, **values)

    @classmethod
    def build_parts(cls, process, stages=None, ways=None):
        """Stages and ways of a draft; see :meth:`build_process`."""
        build_parts(process, stages, ways)

    @classmethod
    def publish(cls, process):
        """The process, published."""
        process._publish()
        return process

    @classmethod
    def change(cls, records, **values):
        """Change a published version all the same, as nobody can."""
        process = records
        if records._name != "bpm.process":
            process = records._get_definition_processes()
        process._set_state("draft")
        records.write(values)
        process._publish()

    def start_unchecked(self):
        """From here on also what cannot work is started: to see how it fails."""
        process_class = self.env.registry["bpm.process"]
        self.patch(process_class, "_is_broken", lambda *args: False)

    @classmethod
    def start(cls, process, records, user=None, **values):
        """One run for each document, started by a user (the dispatcher)."""
        process = process.with_user(user or cls.user_dispatcher).sudo()
        return process._start([{"res_id": record.id, **values} for record in records])

    def get_stage(self, process, key):
        """A stage by its key; of a run: of its version."""
        if process._name == "bpm.instance":
            process = process.process_id
        return process.stage_ids.filtered(lambda stage: stage.key == key)

    def get_way(self, process, source, name):
        """A way out of a stage by its result, or by the stage it leads to."""
        ways = self.get_stage(process, source).outgoing_ids
        return ways.filtered(lambda way: name in (way.name, way.target_id.key))

    def get_open(self, runs, key=None):
        """Tokens of runs that have not left their stage."""
        tokens = self.env["bpm.token"]
        domain = [
            ("instance_id", "in", runs.ids),
            ("state", "in", tokens._get_open_states()),
        ]
        if key:
            domain.append(("stage_id.key", "=", key))
        return tokens.search(domain)

    def get_places(self, run):
        """Keys of the stages where a run stands; several runs: all of theirs."""
        return sorted(token.stage_id.key for token in self.get_open(run))

    def get_path(self, run):
        """Keys of the stages that one run has visited, in the order of entering."""
        return [token.stage_id.key for token in run.token_ids.sorted("id")]

    def get_events(self, run, *events):
        """The protocol of one run: ``[(event, key of the stage)]``, oldest first."""
        rows = run.journal_ids.sorted("id")
        if events:
            rows = rows.filtered(lambda row: row.event in events)
        return [(row.event, row.stage_id.key) for row in rows]

    def complete(self, runs, key, result=None, user=None):
        """Leave a stage in all runs that stand there, with a result by its name."""
        tokens = self.get_open(runs, key)
        self.assertTrue(tokens, f"no run stands on “{key}”")
        choices = {}
        for process, own in tokens.grouped("process_id").items():
            way = self.get_way(process, key, result) if result else None
            choices |= {t.id: Choice(way.id) if way else Choice() for t in own}
        tokens.with_user(user or self.user_dispatcher).sudo()._complete(choices)
