"""Senders killed between sending and storing, 200 times: messages lost or doubled."""

import sms_faults

DATABASES = [["service_crm", "service_crm_sms"]]

ROUNDS = 200


def run(env, bench):
    faults = sms_faults.SmsFaults(env)
    wrong = faults.run(ROUNDS)
    bench.note("messages lost or doubled, 200 rounds", len(wrong), limit=0)
    bench.note("messages that went out", faults.sent)
    for name, count in faults.told.items():
        bench.note(name, count)
