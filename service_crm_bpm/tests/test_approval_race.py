from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.service_crm.tests.common_race import RaceCommon

from .common_process import build_process

APPROVERS = 3


@tagged("post_install", "-at_install")
class TestProcessApprovalRace(RaceCommon):
    """Several people decide about the same stage at the same moment."""

    def make(self, env):
        # those of an earlier test, since their processes keep them
        users = env["res.users"].with_context(active_test=False)
        users = users.search([("login", "=like", "race_approver_%")], order="login")
        users.active = True
        for number in range(len(users), APPROVERS):
            users |= new_test_user(
                env,
                f"race_approver_{number}",
                groups="service_crm.group_service_operator",
                notification_type="inbox",
                context={"no_reset_password": True},
            )
        self.ids = {"res.users": users.ids, "bpm.process": [], "bpm.instance": []}

    def remove(self, env):
        runs = self.get(env, "bpm.instance")
        (runs.token_ids.approval_ids.activity_id | runs.activity_ids).unlink()
        runs.unlink()
        processes = self.get(env, "bpm.process")
        processes.action_retire()
        processes.active = False
        self.get(env, "res.users").active = False

    def ask(self, **stage):
        """A run that asks all three for their approval."""
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            people = [
                Command.create({"kind": "user", "user_id": user_id})
                for user_id in self.ids["res.users"]
            ]
            visa = {"kind": "approval", "responsible_ids": people, **stage}
            process = build_process(
                env,
                "bpm.instance",
                {"visa": visa, "yes": "work", "no": "work"},
                [
                    ("start", "visa"),
                    ("visa", "yes", {"outcome": "approved"}),
                    ("visa", "no", {"outcome": "rejected"}),
                    ("yes", "end"),
                    ("no", "end"),
                ],
            )
            process._publish()
            self.ids["bpm.process"] = process.ids
            self.ids["bpm.instance"] = process._start([{}]).ids

    def decide(self, *decisions):
        """Each of the first ones decides, all at the same moment.

        :return: what each was told
        """

        def work(env, number):
            runs = self.get(env, "bpm.instance").sudo()
            approval = runs.token_ids.approval_ids.filtered(
                lambda a: a.user_id.id == self.ids["res.users"][number]
            )
            getattr(approval.sudo(False), decisions[number])(comment="Так надо")

        return self.run_at_once(work, len(decisions), self.ids["res.users"])

    def check(self, place, **states):
        """Where the run stands, once, and how many approvals are in which state."""
        with self.registry.cursor() as cr:
            run = self.get(self.environment(cr), "bpm.instance")
            self.assertEqual(run._get_open_tokens().mapped("stage_id.key"), [place])
            left = run.journal_ids.filtered(
                lambda row: row.event == "leave" and row.stage_id.key == "visa"
            )
            self.assertEqual(len(left), place != "visa", "left once")
            found = run.token_ids.approval_ids.mapped("state")
            self.assertEqual({s: found.count(s) for s in set(found)}, states)
            rows = run.journal_ids.filtered(lambda row: row.event == "approval")
            decided = states.get("approved", 0) + states.get("rejected", 0)
            self.assertEqual(len(rows.filtered("result")), decided)
            open_tasks = run.token_ids.approval_ids.activity_id.filtered("active")
            self.assertEqual(len(open_tasks), states.get("pending", 0))

    def test_one_is_enough_and_one_decides(self):
        self.ask(approval_mode="one")
        told = self.decide("action_approve", "action_approve", "action_approve")
        self.assertEqual(told.count(""), 1, told)
        self.assertIn("does not wait for a decision any more", max(told))
        self.check("yes", approved=1, reset=2)

    def test_two_of_three(self):
        self.ask(approval_mode="count", approval_count=2)
        told = self.decide("action_approve", "action_approve", "action_approve")
        self.assertEqual(told.count(""), 2, told)
        self.check("yes", approved=2, reset=1)

    def test_two_of_three_have_not_decided_after_one(self):
        self.ask(approval_mode="count", approval_count=2)
        told = self.decide("action_approve", "action_reject")
        self.assertEqual(told, ["", ""])
        self.check("visa", approved=1, rejected=1, pending=1)

    def test_all_of_them(self):
        self.ask(approval_mode="all")
        told = self.decide("action_approve", "action_approve", "action_approve")
        self.assertEqual(told, ["", "", ""])
        self.check("yes", approved=3)

    def test_a_refusal_and_an_approval_lead_one_way(self):
        self.ask(approval_mode="all")
        told = self.decide("action_reject", "action_approve", "action_reject")
        self.assertEqual(told[0] and told[2], "", told)
        with self.registry.cursor() as cr:
            run = self.get(self.environment(cr), "bpm.instance")
            states = run.token_ids.approval_ids.mapped("state")
        self.assertEqual(states.count("rejected"), 1)
        self.check("no", **{state: states.count(state) for state in set(states)})
