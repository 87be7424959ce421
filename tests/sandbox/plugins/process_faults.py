"""Workers that are killed in the middle of a batch, lost connections, races.

In each round two cron workers and a user are at the same runs; one worker is killed
(SIGKILL), then all connections are lost, as when PostgreSQL is restarted. Runs inside
Odoo's shell, on a database of its own that it commits to. The workers are processes of
the operating system with connections of their own; whatever happens to them, each run
has to take each step once: by its protocol, and by what the steps did.
"""

import random
import time
from collections import Counter

from workers import Workers

from odoo import SUPERUSER_ID, api
from odoo.service.model import retrying

RUNS = 12  # per round
BATCH = 4  # timers per transaction, so that a kill finds some done and some not
STEPS = ("Start", "Rest", "Mark", "Split", "Left", "Right", "Join", "End")


class Faults(Workers):
    """Rounds of trouble; ``wrong`` tells what was lost or doubled."""

    def __init__(self, env, seed=20261122):
        super().__init__(env.registry, seed)
        self.process_id = self._build(env)
        env.cr.commit()

    def _build(self, env):
        """Pause, a robot that leaves a note, two pauses at once, their join."""
        model = env["ir.model"]._get("res.partner")
        admin = env.ref("base.user_admin").id
        process = env["bpm.process"].create(
            {
                "name": "Faults",
                "model_id": model.id,
                "user_id": admin,
                "owner_id": admin,
            }
        )
        pause = {"kind": "pause", "pause_amount": 1, "pause_unit": "minutes"}
        kinds = {
            "Start": {"kind": "start"},
            "Rest": pause,
            "Mark": {"kind": "automatic"},
            "Split": {"kind": "split"},
            "Left": pause,
            "Right": pause,
            "Join": {"kind": "join"},
            "End": {"kind": "end"},
        }
        stages = env["bpm.stage"].create(
            [
                {"process_id": process.id, "name": name, **values}
                for name, values in kinds.items()
            ]
        )
        named = {stage.name: stage.id for stage in stages}
        ways = [(a, b) for a, b in zip(STEPS, STEPS[1:], strict=False) if b != "Right"]
        ways = [*ways, ("Split", "Right"), ("Left", "Join")]
        env["bpm.transition"].create(
            [
                {
                    "process_id": process.id,
                    "source_id": named[source],
                    "target_id": named[target],
                }
                for source, target in dict.fromkeys(ways)
            ]
        )
        env["bpm.robot"].create(
            {
                "trigger": "process",
                "process_stage_id": named["Mark"],
                "kind": "note",
                "user_id": admin,
                "text": "marked once",
            }
        )
        process._publish()
        return process.id

    def run(self, rounds):
        for number in range(rounds):
            runs = self._start()
            workers = [self._fork(self._work), self._fork(self._work)]
            workers.append(self._fork(self._be_user, runs))
            time.sleep(self.random.uniform(0.05, 0.6))
            self._kill(workers[number % 2])
            time.sleep(self.random.uniform(0.0, 0.4))
            self._disconnect()
            self._wait(workers)
            for _call in range(5):  # the next crons, as often as something is due
                if self._is_something_due():
                    self._wait([self._fork(self._work)], must_end_well=True)
            self._check(number, runs)
        return self.wrong

    def _start(self):
        """New runs, whose pauses are over."""
        with self._env() as env:
            partners = env["res.partner"].create(
                [{"name": f"Faults {number}"} for number in range(RUNS)]
            )
            process = env["bpm.process"].browse(self.process_id)
            runs = process._start([{"res_id": partner.id} for partner in partners])
            env.flush_all()
            self._make_due(env)
            return runs.ids

    def _make_due(self, env):
        """Time passes; what another worker has in hands is due already."""
        env.cr.execute(
            """
            UPDATE bpm_timer SET date_due = '2020-01-01'
             WHERE id IN (SELECT id FROM bpm_timer
                           WHERE state = 'waiting' AND date_due > '2020-01-01'
                             FOR UPDATE SKIP LOCKED)
            """
        )

    def _is_something_due(self):
        with self._env() as env:
            return env["bpm.timer"].search_count([("state", "=", "waiting")], limit=1)

    def _work(self):
        """A cron worker: what is due, batch by batch, each in its transaction."""
        from odoo.addons.service_crm_bpm.models import bpm_timer_due

        bpm_timer_due.BATCH = BATCH
        for _call in range(2):  # pauses that begin meanwhile are due at once
            with self._env() as env:
                retrying(lambda env=env: self._make_due(env), env)
                env["bpm.timer"]._cron_run_due()

    def _be_user(self, run_ids):
        """A user who ends pauses by hand, one request after the other."""
        for run_id in random.sample(run_ids, len(run_ids) // 2):
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})

                def complete(env=env, run_id=run_id):
                    env["bpm.token"].search(
                        [("instance_id", "=", run_id), ("state", "=", "waiting")]
                    ).filtered(lambda token: token.kind == "pause")._complete()

                retrying(complete, env)

    # ---------------------------------------------------------------- the truth

    def _check(self, number, run_ids):
        """Every run has taken every step once, and left one note."""
        with self._env() as env:
            runs = env["bpm.instance"].browse(run_ids)
            stages = env["bpm.process"].browse(self.process_id).stage_ids
            names = {stage.id: stage.name for stage in stages}
            visited, left = Counter(), Counter()
            for token in runs.token_ids:
                visited[token.instance_id.id, names[token.stage_id.id]] += 1
            for row in env["bpm.journal"].search(
                [("instance_id", "in", run_ids), ("event", "=", "leave")]
            ):
                left[row.instance_id.id, names[row.stage_id.id]] += 1
            notes = Counter(
                env["mail.message"]
                .search(
                    [
                        ("model", "=", "res.partner"),
                        ("res_id", "in", runs.mapped("res_id")),
                        ("body", "ilike", "marked once"),
                    ]
                )
                .mapped("res_id")
            )
            for run in runs:
                found = []
                for name in STEPS:
                    # two tokens come to a join, one goes on
                    wanted = 2 if name == "Join" else 1
                    if visited[run.id, name] != wanted:
                        found.append(f"{name} entered {visited[run.id, name]} times")
                    if left[run.id, name] != 1:
                        found.append(f"{name} left {left[run.id, name]} times")
                if run.state != "done":
                    found.append(f"the run is {run.state}")
                if notes[run.res_id] != 1:
                    found.append(f"{notes[run.res_id]} notes")
                if found:
                    self.wrong.append(
                        f"round {number}, run {run.id}: {', '.join(found)}"
                    )


def check(env, rounds):
    """Raise when a step was lost or doubled, or when there was hardly any trouble."""
    start = time.monotonic()
    faults = Faults(env)
    wrong = faults.run(rounds)
    told = ", ".join(f"{count} {name}" for name, count in faults.told.items())
    print(f"{rounds} rounds: {told} in {time.monotonic() - start:.0f} s")
    assert not wrong, "\n".join(wrong[:20])
    assert faults.told["killed"] >= rounds / 2, told
    return told
