from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import NotNullViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user
from odoo.tools import config, mute_logger

from ..models.service_plan import MOST_WORKDAYS
from .common_board import MONDAY, at
from .common_plan import PlanVisitsCommon


class TestPlanAttack(PlanVisitsCommon):
    """Plans and what must not go wrong with them: strangers, changes, mere size."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")

    def run_with(self, plan, between):
        """Plan, and do something in the moment between reading and writing."""
        write = type(plan)._write_proposal

        def do_and_write(plans, *answer):
            between()
            self.env.flush_all()
            return write(plans, *answer)

        with patch.object(type(plan), "_write_proposal", do_and_write):
            self.make(plan)

    # Who may

    def test_what_the_steps_write(self):
        """By no door: values, defaults of the context, commands, import, copies."""
        plan = self.make(self.build_plan())
        job = self.build_job()
        for values in (
            {"state": "proposed"},
            {"user_id": self.user_manager.id},
            {"figures": {"rows": []}},
            {"line_ids": [Command.clear()]},
            {"note": "…"},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                plan.write(values)
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.build_plan(**values)
        line = {"kind": "new", "order_id": job.id}
        with self.assertRaises(AccessError), self.cr.savepoint():
            plan.write({"change_ids": [Command.create(line)]})
        with self.assertRaises(AccessError), self.cr.savepoint():
            plan.line_ids.create({**line, "plan_id": plan.id})
        forged = self.plans.with_context(
            default_state="proposed", default_user_id=self.user_manager.id
        ).create({"performer_ids": [Command.set(self.second.ids)]})
        self.assertEqual(forged.state, "draft")
        self.assertEqual(forged.user_id, self.user_dispatcher)
        result = self.plans.load(["date_start", "state"], [["2030-01-07", "done"]])
        self.assertFalse(result["ids"])

    def test_a_copy_is_a_new_plan(self):
        self.build_job()
        plan = self.make(self.build_plan(days=2))
        copy = plan.copy()
        self.assertEqual(
            (copy.state, copy.progress, copy.figures, copy.line_ids.ids),
            ("draft", 0, False, []),
        )
        self.assertEqual(copy.date_end, plan.date_end)
        self.assertEqual(copy.performer_ids, plan.performer_ids)

    def test_strangers(self):
        """Nobody else reads, runs, cancels or applies, by no method."""
        self.build_job()
        plan = self.make(self.build_plan())
        line = plan.change_ids
        strangers = [
            *(self.users[role] for role in ("operator", "manager", "performer")),
            new_test_user(self.env, login="plan_clerk", groups="base.group_user"),
            new_test_user(self.env, login="plan_guest", groups="base.group_portal"),
        ]
        for user in strangers:
            for name in ("run", "cancel", "discard", "poll", "apply", "apply_selected"):
                with self.subTest(user=user.login, name=name):
                    with self.assertRaises(AccessError):
                        getattr(plan.with_user(user), f"action_{name}")()
            self.assertTrue(line, plan.note)
            with self.assertRaises(AccessError):
                line.with_user(user).action_apply()
            with self.assertRaises(AccessError):
                line.with_user(user).action_open_visit()
            with self.assertRaises(AccessError):
                plan.with_user(user).read(["chart"])
        self.assertEqual(plan.state, "proposed")

    def test_another_dispatcher_goes_on_in_his_own_name(self):
        self.build_job()
        plan = self.make(self.build_plan())
        other = new_test_user(
            self.env,
            login="plan_other",
            groups="service_crm.group_service_dispatcher",
        )
        theirs = plan.with_user(other)
        self.make(theirs)
        self.assertEqual(plan.user_id, other)
        self.assertProposed(theirs)

    def test_who_asked_has_left(self):
        """Archived, another role or company, or deleted: nothing is read for him."""
        self.build_job()
        away = self.env["res.company"].create({"name": "Третья"})

        def lose_company(user):
            user.write({"company_ids": away.ids, "company_id": away.id})

        for number, leave in enumerate(
            (
                lambda user: user.write({"active": False}),
                lambda user: user.write(
                    {"group_ids": [Command.set([self.env.ref("base.group_user").id])]}
                ),
                lose_company,
                lambda user: self.env.cr.execute(
                    "UPDATE service_plan SET user_id = NULL WHERE user_id = %s",
                    (user.id,),
                ),
            )
        ):
            user = new_test_user(
                self.env,
                login=f"plan_leaver_{number}",
                groups="service_crm.group_service_dispatcher",
            )
            plan = self.build_plan()
            plan.with_user(user).action_run()
            self.env.flush_all()
            leave(user)
            self.env.invalidate_all()
            self.run_cron()
            self.assertEqual(plan.state, "failed")
            self.assertIn("does not dispatch any more", plan.note)

    def test_words_in_the_language_of_who_asked(self):
        self.user_dispatcher.lang = "ru_RU"
        plan = self.make(self.build_plan())
        self.assertRegex(plan.note, "[а-я]{4}")
        self.build_job()
        with (
            patch.object(type(plan), "_read_facts", side_effect=ValueError),
            self.assertLogs("odoo.addons.service_crm.models.service_plan_run"),
        ):
            self.make(plan)
        self.assertEqual(plan.state, "failed")
        self.assertRegex(plan.note, "[а-я]{4}")
        plan.sudo().write({"state": "running", "heartbeat": at(0)})
        self.env["service.plan"].browse(plan.id)._fail_killed()
        self.assertRegex(plan.note, "[а-я]{4}")

    # What others do meanwhile

    def test_what_changes_while_it_plans_is_left_alone(self):
        """A colleague plans a job, the customer confirms, a visit goes."""
        jobs = [self.build_job() for _number in range(4)]
        planned, confirmed, cancelled, gone = jobs
        confirmed.write({"performer_id": self.second.id, "date_start": at(16)})
        free = self.build_job()

        def change():
            planned.with_user(self.user_dispatcher).write(
                {"performer_id": self.second.id, "date_start": at(9, 1)}
            )
            confirmed.customer_confirmed = at(6)
            cancelled.state = "cancelled"
            gone.unlink()

        plan = self.build_plan()
        self.run_with(plan, change)
        self.assertEqual(plan.state, "proposed")
        self.assertEqual(plan.line_ids.order_id, free, plan.note)
        for job in (planned, confirmed, cancelled):
            self.assertIn(job.name, plan.note)
        plan.action_apply()
        self.assertEqual(plan.line_ids.result, "applied")
        self.assertEqual(planned.date_start, at(9, 1))
        self.assertEqual(confirmed.date_start, at(16))
        after = sum(row["after"]["visits"] for row in plan.figures["rows"])
        self.assertEqual(after, 2, "the free one, and the confirmed where it was")

    def test_a_plan_that_goes_away(self):
        """Deleted with its team while it was planned: that is all."""
        self.build_job()
        team = self.env["crm.team"].create({"name": "Новая", "is_service": True})
        self.build_job().team_id = team
        plan = self.build_plan(team_id=team.id)
        self.assertFalse(self.make(plan).left_ids)
        other = self.build_plan(team_id=team.id)

        def remove():
            self.env["service.work.order"].search([("team_id", "=", team.id)]).unlink()
            stages = self.env["crm.stage"].search([("team_ids", "in", team.ids)])
            shared = stages.filtered(lambda stage: stage.team_ids - team)
            shared.write({"team_ids": [Command.unlink(team.id)]})
            (stages - shared).unlink()
            team.unlink()

        self.run_with(other, remove)
        self.assertFalse((plan + other).exists(), "not one for all teams instead")

    def test_performers_who_left(self):
        job = self.build_job()
        plan = self.build_plan()
        self.second.active = False
        self.make(plan)
        self.assertEqual(self.line(plan, job).to_performer_id, self.performer)
        plan.action_run()
        self.performer.active = False
        self.run_cron()
        self.assertEqual(self.line(plan, job).kind, "left")
        with self.assertRaisesRegex(UserError, "choose performers"):
            plan.action_run()

    # Wrong input

    def test_days_that_are_none(self):
        with Form(self.plans) as form:
            form.date_start = False
            form.date_start = MONDAY.date()
            form.date_start = MONDAY.date() + timedelta(days=3)
            self.assertEqual(form.date_end, form.date_start)
        plan = self.build_plan()
        with mute_logger("odoo.sql_db"), self.assertRaises(NotNullViolation):
            with self.cr.savepoint():
                plan.date_start = False

    def test_more_than_can_be_planned(self):
        many = self.env["resource.resource"].create(
            [
                {"name": f"П{number}", "is_performer": True, "calendar_id": False}
                for number in range(MOST_WORKDAYS // 30 + 1)
            ]
        )
        plan = self.build_plan(days=1, performer_ids=many.ids)
        plan.date_end = MONDAY.date() + timedelta(days=29)
        with self.assertRaisesRegex(UserError, "too much for one plan"):
            plan.action_run()
        plan.date_end = MONDAY.date() + timedelta(days=27)
        plan.action_run()
        self.assertEqual(plan.state, "queued")

    # The server's time

    def test_no_longer_than_the_server_lets_a_job_run(self):
        plans = self.env["service.plan"]
        threads = {"workers": 0, "limit_time_cpu": 50}
        for limits, most in (
            ({"limit_time_real_cron": -1, "limit_time_real": 100}, 60),
            ({"limit_time_real_cron": 0, "limit_time_real": 100}, 60),
            ({"limit_time_real_cron": 200, "limit_time_real": 100}, 120),
            ({"limit_time_real_cron": -1, "limit_time_real": 0}, float("inf")),
            ({"limit_time_real_cron": -1, "limit_time_real": 100, "workers": 2}, 30),
            ({"limit_time_real_cron": -1, "limit_time_real": 0, "workers": 2}, 30),
            ({"limit_time_real_cron": 40, "workers": 2}, 24),
        ):
            options = {**threads, **limits}
            with self.subTest(limits), patch.dict(config.options, options):
                self.assertEqual(plans._get_time_to_plan(), (most, most))

    def test_what_is_planned_just_now_is_not_changed(self):
        self.build_job()
        plan = self.build_plan()
        plan.action_run()
        for name, value in (("date_end", "2030-02-01"), ("team_id", False)):
            with self.assertRaisesRegex(UserError, "Cancel the planning first"):
                plan[name] = value
        plan.invalidate_recordset()
        self.run_cron()
        self.assertProposed(plan)

    def test_what_does_not_fit_waits_for_the_next_job(self):
        self.build_job()
        plan = self.build_plan()
        plan.action_run()
        with (
            patch.object(type(plan), "_get_time_to_plan", lambda plans: (60, -9)),
            mute_logger("odoo.addons.base.models.ir_cron"),  # “processed no record”
        ):
            self.run_cron()
        self.assertEqual(plan.state, "queued")
        self.run_cron()
        self.assertProposed(plan)

    # Many

    def test_the_most_urgent_of_very_many(self):
        """What is not looked at is told, and is not what comes first."""
        jobs = [self.build_job() for _number in range(3)]
        late = self.build_job()
        late.request_id = self.build_request(
            partner_id=self.north.id, wished_start=at(9), wished_end=at(10)
        )
        plan = self.build_plan()
        with patch("odoo.addons.service_crm.models.service_plan_problem.MOST_JOBS", 2):
            self.make(plan)
        self.assertEqual(plan.state, "proposed")
        self.assertIn("4 jobs wait: the 2 most urgent", plan.note)
        self.assertEqual(set(plan.line_ids.order_id), {late, jobs[0]})

    def test_too_much_is_refused_before_it_takes_the_memory(self):
        for number in range(3):
            self.build_job(self.build_partner(partner_latitude=50 + number))
        plan = self.build_plan()
        problem = "odoo.addons.service_crm.models.service_plan_problem"
        for name in ("MOST_PLACES", "MOST_TOGETHER"):
            with self.subTest(name), patch(f"{problem}.{name}", 2):
                self.make(plan)
                self.assertEqual(plan.state, "failed")
                self.assertIn("too much for one plan", plan.note)

    def test_a_list_of_plans_reads_no_lines(self):
        self.build_job()
        counts = []
        plans = self.plans
        for _round in range(3):
            for _number in range(3):
                plans += self.make(self.build_plan())
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            plans.read(["name", "changed_count", "left_count", "state"])
            counts.append(self.env.cr.sql_log_count - before)
        # the first time settings are read that are kept in memory then
        self.assertEqual(counts[1], counts[2])
        self.assertEqual(set(plans.mapped("changed_count")), {1})
        self.assertEqual(set(plans.mapped("open_count")), {1})

    def test_one_that_is_refused_does_not_stop_the_others(self):
        """A rule of its own in one visit: the others are planned, by halves."""
        jobs = [self.build_job() for _number in range(6)]
        plan = self.make(self.build_plan())
        bad = jobs[2]
        step = type(bad).write

        def write(orders, vals):
            if bad in orders and "performer_id" in vals:
                raise UserError(bad.display_name)
            return step(orders, vals)

        with patch.object(type(bad), "write", write):
            plan.action_apply()
        self.assertEqual(self.line(plan, bad).result, "refused")
        self.assertIn(bad.display_name, self.line(plan, bad).message)
        others = plan.change_ids - self.line(plan, bad)
        self.assertEqual(set(others.mapped("result")), {"applied"})
