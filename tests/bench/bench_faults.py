"""Killed workers, lost connections and races, 200 times over: steps lost or doubled."""

import process_faults

DATABASES = [["service_crm", "service_crm_bpm"]]

ROUNDS = 200


def run(env, bench):
    faults = process_faults.Faults(env)
    wrong = faults.run(ROUNDS)
    bench.note("steps lost or doubled, 200 rounds", len(wrong), limit=0)
    for name, count in faults.told.items():
        bench.note(f"workers {name}", count)
