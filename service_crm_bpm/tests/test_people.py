"""Who is responsible for a stage, hears of it, and may take which step."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from odoo.addons.service_crm.tests.common import requirement

from .common_people import PeopleCommon


class TestResponsible(PeopleCommon):
    @requirement("R93")
    def test_upper_one_online_gets_it(self):
        process = self.build_call()
        for online, expected in (
            ((self.user_a, self.user_b), self.user_a),
            ((self.user_b,), self.user_b),
        ):
            self.set_online(*online)
            run = self.start(process, self.build_new())
            self.assertEqual(self.get_open(run).user_id, expected)

    @requirement("R91")
    def test_people_of_a_stage_have_it_in_their_area(self):
        self.set_online(self.user_a)
        run = self.start(self.build_call(), self.build_new())
        for user, mine in ((self.user_a, 1), (self.user_b, 0)):
            tokens = self.env["bpm.token"].with_user(user)
            domain = [("instance_id", "=", run.id)]
            area = tokens.search([*domain, ("in_my_area", "=", True)])
            self.assertEqual(area.stage_id.name, "Call")
            waiting = tokens.search([*domain, ("waiting_for_me", "=", True)])
            self.assertEqual(len(waiting), mine)
            self.assertEqual(area.waiting_for_me, bool(mine))
        stranger = self.env["bpm.token"].with_user(self.user_operator)
        self.assertFalse(stranger.search([("in_my_area", "=", True)]))

    @requirement("R92")
    def test_one_notice_for_the_chosen_one_and_batch(self):
        self.set_online(self.user_a, self.user_b)
        runs = self.start(self.build_call(), self.build_new(3))
        self.assertEqual(len(self.get_notices(self.user_a)), 1)
        self.assertFalse(self.get_notices(self.user_b))
        self.assertFalse(self.get_notices(self.user_dispatcher))
        self.assertEqual(self.get_open(runs).user_id, self.user_a)

    def test_all_people_of_a_stage_may_be_told(self):
        """Everybody in one notice for the batch; whoever is free takes it."""
        process = self.work(
            responsible_ids=self.build_people(self.user_a, self.user_b), tells_all=True
        )
        runs = self.start(process, self.build_new(2))
        self.assertEqual(self.get_open(runs).user_id, self.user_a)
        self.assertEqual(len(self.get_notices(self.user_a)), 1)
        self.assertEqual(len(self.get_notices(self.user_b)), 1)
        self.assertFalse(self.get_notices(self.user_manager))
        token = self.get_open(runs[0])
        token.with_user(self.user_b).sudo(False).action_take()
        self.assertEqual(token.user_id, self.user_b)

    @requirement("R94")
    def test_nobody_online_demands_a_choice(self):
        self.set_online(self.user_a)
        run = self.start(self.build_call(), self.build_new())
        token = self.get_open(run).with_user(self.user_a)
        self.set_online()
        action = token.action_complete()
        self.assertEqual(action["res_model"], "bpm.step")
        self.assertEqual(self.get_places(run), ["call"])
        dialogue = self.env["bpm.step"].with_user(self.user_a)
        dialogue = dialogue.with_context(**action["context"]).create({})
        dialogue.user_id = self.user_b
        dialogue.action_confirm()
        self.assertEqual(self.get_places(run), ["visit"])
        self.assertEqual(self.get_open(run).user_id, self.user_b)

    @requirement("R94")
    def test_no_people_demands_a_choice(self):
        process = self.publish(self.build_process(stages={"a": "work", "b": "work"}))
        run = self.start(process, self.build_new())
        token = self.get_open(run)
        self.assertEqual(token.user_id, self.user_admin)  # the process owner
        self.assertIsInstance(token.with_user(self.user_admin).action_complete(), dict)
        token.with_user(self.user_admin).action_complete(next_user_id=self.user_b.id)
        self.assertEqual(self.get_open(run).user_id, self.user_b)

    @requirement("R117")
    def test_chosen_by_hand_wins_also_through_automatic_stages(self):
        process = self.publish(
            self.build_process(
                stages={
                    "call": {"kind": "work", "responsible_ids": self.people},
                    "robot": "automatic",
                    "visit": {"kind": "work", "responsible_ids": self.people},
                }
            )
        )
        self.set_online(self.user_a)
        run = self.start(process, self.build_new())
        token = self.get_open(run).with_user(self.user_a)
        token.action_set_next(self.user_dispatcher.id)
        token.action_complete()
        self.assertEqual(self.get_open(run).user_id, self.user_dispatcher)

    def test_least_loaded_counts_the_batch(self):
        process = self.build_call(responsible_mode="least_loaded")
        busy = self.start(process, self.build_new())
        self.assertEqual(self.get_open(busy).user_id, self.user_a)
        runs = self.start(process, self.build_new(3))
        people = self.get_open(runs).mapped("user_id.name")
        self.assertEqual(sorted(people), ["Анна", "Борис"])
        loads = [len(t) for t in self.get_open(runs).grouped("user_id").values()]
        self.assertEqual(sorted(loads), [1, 2])

    def test_people_of_the_document_and_their_manager(self):
        self.team.user_id = self.user_b
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team.id, "user_id": self.user_a.id}
        )
        lines = {
            "path": ("user_id", self.user_a),
            "manager": ("user_id", self.user_b),
            "initiator": (False, self.user_dispatcher),
        }
        for kind, (path, expected) in lines.items():
            process = self.publish(
                self.build_process(
                    stages={
                        "call": {
                            "kind": "work",
                            "responsible_mode": "first",
                            "responsible_ids": [
                                Command.create({"kind": kind, "path": path})
                            ],
                        }
                    }
                )
            )
            run = self.start(process, self.build_new(user_id=self.user_a.id))
            self.assertEqual(self.get_open(run).user_id, expected, kind)

    def test_who_did_the_stage_before(self):
        previous = [Command.create({"kind": "previous"})]
        process = self.publish(
            self.build_process(
                stages={
                    "call": {"kind": "work", "responsible_ids": self.people},
                    "robot": "automatic",
                    "visit": {
                        "kind": "work",
                        "responsible_mode": "first",
                        "responsible_ids": previous,
                    },
                }
            )
        )
        self.set_online(self.user_b)
        run = self.start(process, self.build_new())
        self.get_open(run).with_user(self.user_b).action_complete()
        self.assertEqual(self.get_open(run).user_id, self.user_b)

    def test_deputy_while_away(self):
        self.user_a.deputy_id = self.user_b
        self.user_a.out_of_office_from = fields.Datetime.now() - timedelta(days=1)
        run = self.start(
            self.build_call(
                responsible_mode="first", responsible_ids=self.build_people(self.user_a)
            ),
            self.build_new(),
        )
        token = self.get_open(run)
        self.assertEqual(token.user_id, self.user_b)
        token.user_id = self.user_a  # had it before the leave
        deputy = token.with_user(self.user_b)
        self.assertTrue(deputy.waiting_for_me)
        deputy.action_begin()
        self.user_a.out_of_office_from = False
        self.env.invalidate_all()
        self.assertFalse(deputy.waiting_for_me)
        with self.assertRaises(AccessError):
            deputy.action_complete(next_user_id=self.user_b.id)

    def test_people_of_another_company_get_nothing(self):
        company = self.env["res.company"].create({"name": "Бета"})
        self.user_a.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        self.set_online(self.user_a, self.user_b)
        run = self.start(self.build_call(), self.build_new())
        self.assertEqual(self.get_open(run).user_id, self.user_b)


class TestSteps(PeopleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = cls.publish(
            cls.build_process(
                stages={
                    "call": {
                        "kind": "work",
                        "makes_task": False,
                        "responsible_mode": "first",
                        "responsible_ids": cls.people,
                    },
                    "visit": {
                        "kind": "work",
                        "responsible_mode": "first",
                        "responsible_ids": cls.people,
                        "planned_hours": 4,
                    },
                    "end": "end",
                },
                ways=[
                    ("start", "call"),
                    ("call", "visit", "Agreed"),
                    ("call", "end", "Refused"),
                    ("visit", "end"),
                ],
            )
        )

    def start_call(self, count=1):
        runs = self.start(self.process, self.build_new(count))
        return runs, self.get_open(runs).with_user(self.user_a)

    @requirement("R115")
    def test_states_and_times_of_a_stage(self):
        run, token = self.start_call()
        self.assertEqual((token.state, token.date_start), ("open", False))
        token.action_begin()
        self.assertEqual(token.state, "progress")
        self.assertTrue(token.date_start)
        token.action_complete(self.get_way(run, "call", "Agreed").id)
        self.assertEqual(token.state, "done")
        self.assertTrue(token.date_done)
        self.assertEqual(
            self.get_events(run, "begin", "leave")[-2:],
            [("begin", "call"), ("leave", "call")],
        )

    @requirement("R116")
    def test_result_decides_the_next_stage(self):
        for result, expected in (("Agreed", ["visit"]), ("Refused", [])):
            run, token = self.start_call()
            with self.assertRaisesRegex(UserError, "Agreed, Refused"):
                token.action_complete()
            self.assertEqual(self.get_places(run), ["call"])
            token.action_complete(self.get_way(run, "call", result).id)
            self.assertEqual(self.get_places(run), expected)
            self.assertEqual(token.result_id.name, result)

    def test_result_of_another_stage_is_refused(self):
        run, token = self.start_call()
        with self.assertRaisesRegex(UserError, "no result of the stage"):
            token.action_complete(self.get_way(run, "visit", "end").id)

    @requirement("R112", "R150")
    def test_hand_over(self):
        runs, tokens = self.start_call(2)
        agreed = self.get_way(runs[0], "call", "Agreed")
        tokens.action_complete(agreed.id)
        tokens = self.get_open(runs).with_user(self.user_a)
        tasks = tokens.sudo().activity_id
        self.assertEqual(tasks.user_id, self.user_a)
        tokens.action_hand_over(self.user_dispatcher.id, "Знает адрес")
        self.assertEqual(tokens.user_id, self.user_dispatcher)
        self.assertEqual(tasks.user_id, self.user_dispatcher)
        rows = runs[0].journal_ids.filtered(lambda row: row.event == "assign")
        self.assertEqual(
            (rows.value_from, rows.value_to, rows.text),
            ("Анна", self.user_dispatcher.name, "Знает адрес"),
        )
        self.assertEqual(len(self.get_notices(self.user_dispatcher)), 1)
        with self.assertRaises(AccessError):
            tokens.action_hand_over(self.user_a.id)
        for run in runs:  # one and only one is accountable
            self.assertEqual(len(self.get_open(run).user_id), 1)

    def test_take(self):
        _runs, token = self.start_call()
        token.with_user(self.user_b).action_take()
        self.assertEqual(token.user_id, self.user_b)
        with self.assertRaises(AccessError):
            token.with_user(self.user_operator).action_take()
        token.with_user(self.user_b).action_begin()
        with self.assertRaisesRegex(AccessError, "begun already"):
            token.with_user(self.user_a).action_take()

    def test_others_do_not_step(self):
        _runs, token = self.start_call()
        stranger = token.with_user(self.user_dispatcher)
        for method in ("action_begin", "action_complete", "action_hand_over"):
            with self.assertRaisesRegex(AccessError, "Анна is responsible"):
                getattr(stranger, method)()
        self.assertFalse(stranger.may_work)
        self.assertTrue(token.may_work)
        self.assertTrue(token.with_user(self.user_admin).may_manage)

    def test_a_completed_stage_is_not_completed_again(self):
        run, token = self.start_call()
        refused = self.get_way(run, "call", "Refused").id
        token.action_complete(refused)
        with self.assertRaisesRegex(UserError, "not open any more"):
            token.action_complete(refused)

    def test_paused_runs_wait(self):
        run, token = self.start_call()
        run.state = "paused"
        with self.assertRaisesRegex(UserError, "resume it first"):
            token.action_begin()
        token.action_hand_over(self.user_b.id)

    @requirement("R44")
    def test_role_that_completes(self):
        process = self.publish(
            self.build_process(
                stages={
                    "call": {
                        "kind": "work",
                        "responsible_ids": self.build_people(self.user_dispatcher),
                        "closing_group_id": self.env.ref(
                            "service_crm.group_service_manager"
                        ).id,
                    }
                }
            )
        )
        run = self.start(process, self.build_new())
        token = self.get_open(run)
        with self.assertRaisesRegex(AccessError, "completed by"):
            token.with_user(self.user_dispatcher).action_complete()
        token.with_user(self.user_manager).action_complete()
        self.assertEqual(run.state, "done")
        # a service order is closed by dispatchers
        with self.assertRaises(AccessError):
            run._get_record().with_user(self.user_manager).action_close()

    @requirement("R154")
    def test_level_of_service_is_the_same_for_every_manager(self):
        seen = []
        for user in (self.user_a, self.user_b):
            run, token = self.start_call()
            token.action_hand_over(user.id)
            token = token.with_user(user)
            token.action_complete(self.get_way(run, "call", "Agreed").id)
            visit = self.get_open(run)
            seen.append(
                (
                    self.get_path(run),
                    visit.date_deadline.replace(second=0, microsecond=0),
                    visit.activity_id.summary,
                )
            )
        self.assertEqual(seen[0], seen[1])


class TestNotices(PeopleCommon):
    def test_begun_stages_need_no_notice(self):
        self.set_online(self.user_a)
        runs = self.start(self.build_call(), self.build_new(2))
        self.get_open(runs)[0].with_user(self.user_a).action_begin()
        notice = self.get_notices(self.user_a)
        self.assertIn("Call", notice.subject)  # only one stage is told
        self.assertFalse(self.get_open(runs).filtered("notice_pending"))

    def test_who_moves_the_process_is_not_told(self):
        self.set_online(self.user_a)
        run = self.start(self.build_call(), self.build_new(), user=self.user_a)
        self.assertEqual(self.get_open(run).user_id, self.user_a)
        self.assertFalse(self.get_notices(self.user_a))

    def test_one_who_cannot_be_told_stops_nobody(self):
        self.set_online(self.user_a)
        runs = self.start(self.build_call(), self.build_new())
        self.set_online(self.user_b)
        runs |= self.start(self.build_call(), self.build_new())
        notify = type(self.env["bpm.token"])._notify_user

        def fail(tokens, user, subject):
            if user == self.user_a:
                raise ValueError("Почта сломана")
            return notify(tokens, user, subject)

        with patch.object(type(self.env["bpm.token"]), "_notify_user", fail):
            self.assertEqual(len(self.get_notices(self.user_b)), 1)
        texts = runs[0].journal_ids.mapped("text")
        self.assertIn("ValueError: Почта сломана", texts)

    def test_the_job_runs_to_the_end(self):
        self.set_online(self.user_a)
        self.start(self.build_call(), self.build_new(3))
        with self.enter_registry_test_mode():
            self.env.ref("service_crm_bpm.cron_notices").method_direct_trigger()
        self.assertEqual(len(self.get_notices(self.user_a)), 1)
