from odoo.exceptions import AccessError, UserError, ValidationError

from .common_process import ProcessCommon


class TestRobotProcess(ProcessCommon):
    """Robots of the stages of a process."""

    def build_stage_robot(self, process, key, **values):
        return self.build_robot(
            trigger="process",
            process_stage_id=self.get_stage(process, key).id,
            **{"user_id": process.user_id.id, **values},
        )

    def build_city_robot(self, process, key, city, **values):
        return self.build_stage_robot(
            process,
            key,
            kind="fields",
            value_ids=self.build_lines({"city": city}),
            **values,
        )

    def test_on_entering_and_leaving_a_stage(self):
        process = self.build_process(stages={"call": "work", "visit": "work"})
        entered = self.build_city_robot(process, "visit", "Тула")
        self.build_stage_robot(
            process, "call", kind="note", text="Позвонили", trigger_on="leave"
        )
        requests = self.build_new(3)
        runs = self.start(self.publish(process), requests)
        self.assertFalse(self.get_logs(entered))
        self.complete(runs, "call")
        self.assertEqual(requests.mapped("city"), ["Тула"] * 3)
        for request, run in zip(requests, runs, strict=True):
            notes = request.message_ids.filtered(lambda m: "Позвонили" in m.body)
            self.assertEqual(len(notes), 1)
            self.assertEqual(notes.author_id, self.user_admin.partner_id)
            self.assertEqual(
                self.get_events(run, "robot"), [("robot", "call"), ("robot", "visit")]
            )
        log = self.get_logs(entered)
        self.assertEqual(log.instance_id, runs)
        self.assertEqual(log.user_id, self.user_admin)

    def test_a_stage_without_robots_writes_no_entry(self):
        process = self.build_process(stages={"call": "work"})
        self.start(self.publish(process), self.build_new())
        self.assertFalse(
            self.env["service.phase.log"].search([("field_name", "=", "bpm.stage")])
        )

    def test_the_next_stage_sees_what_the_robots_did(self):
        process = self.build_process(
            stages={"set": "automatic", "where": "decision", "tula": "work"},
            ways=[
                ("start", "set"),
                ("set", "where"),
                ("where", "tula", {"domain": "[('city', '=', 'Тула')]"}),
                ("where", "end", {"is_default": True}),
                ("tula", "end"),
            ],
        )
        self.build_city_robot(process, "set", "Тула")
        runs = self.start(self.publish(process), self.build_new(2))
        self.assertEqual(self.get_places(runs), ["tula", "tula"])

    def test_a_failed_robot_stops_an_automatic_stage(self):
        process = self.build_process(stages={"set": "automatic"})
        good = self.build_city_robot(process, "set", "Тула", sequence=1)
        robot = self.build_stage_robot(
            process,
            "set",
            sequence=2,
            kind="activity",
            todo_type_id=self.env.ref("mail.mail_activity_data_todo").id,
            todo_summary="Сделать",
            todo_user_path="dispatcher_id",
        )
        requests = self.build_new(3, dispatcher_id=self.user_dispatcher.id)
        requests[1].dispatcher_id = False
        runs = self.start(self.publish(process), requests)
        self.assertEqual(runs.mapped("state"), ["done", "failed", "done"])
        token = self.get_open(runs)
        self.assertIn("Dispatcher", token.error)
        self.assertEqual(self.get_logs(robot, state="failed").res_id, requests[1].id)
        requests[1].dispatcher_id = self.user_dispatcher
        token._retry()
        self.assertEqual(runs.mapped("state"), ["done"] * 3)
        self.assertEqual(len(self.get_logs(robot, state="done")), 3)
        self.assertEqual(len(self.get_logs(good)), 3, "what was done is not repeated")

    def test_a_way_for_failures(self):
        process = self.build_process(
            stages={"set": "automatic", "mend": "work"},
            ways=[
                ("start", "set"),
                ("set", "end"),
                ("set", "mend", {"outcome": "error"}),
                ("mend", "end"),
            ],
        )
        self.build_stage_robot(
            process,
            "set",
            kind="fields",
            value_ids=self.build_lines(
                {"user_id": {"source": "copy", "path": "partner_id.user_id"}}
            ),
        )
        self.patch(type(self.env["crm.lead"]).user_id, "groups", "base.group_system")
        self.start_unchecked()
        runs = self.start(self.publish(process), self.build_new())
        self.assertEqual(self.get_places(runs), ["mend"])

    def test_a_delay_ends_with_the_stage(self):
        process = self.build_process(stages={"call": "work", "visit": "work"})
        robot = self.build_city_robot(process, "call", "Тула", delay=1)
        requests = self.build_new(2)
        runs = self.start(self.publish(process), requests)
        self.complete(runs[0], "call")
        logs = self.get_logs(robot)
        self.assertEqual(logs.mapped("state"), ["planned"] * 2)
        logs._run_again()
        self.assertEqual(logs.mapped("state"), ["skipped", "done"])
        self.assertEqual(requests.mapped("city"), [False, "Тула"])
        self.assertEqual(self.get_events(runs[1], "robot"), [("robot", "call")])

    def test_runs_with_the_rights_of_the_process(self):
        process = self.build_process(
            stages={"call": "work"}, user_id=self.user_manager.id
        )
        self.patch(type(self.env["crm.lead"]).city, "groups", "base.group_system")
        robot = self.build_city_robot(process, "call", "Тула")
        request = self.build_new()
        self.start_unchecked()
        self.start(self.publish(process), request)
        self.assertEqual(self.get_logs(robot).state, "failed")
        self.assertFalse(request.city)

    def test_the_robot_follows_the_user_of_its_process(self):
        process = self.build_process(
            stages={"call": "work"}, user_id=self.user_performer.id
        )
        robot = self.build_city_robot(process, "call", "Тула")
        with self.assertRaises(ValidationError):
            robot.user_id = self.user_admin
        process.user_id = self.user_admin
        self.assertEqual(robot.user_id, self.user_admin)

    def test_robots_of_a_published_version_stay_and_go_with_the_next_one(self):
        process = self.build_process(stages={"call": "work"})
        robot = self.build_city_robot(process, "call", "Тула")
        self.publish(process)
        attempts = [
            lambda: robot.write({"condition": "[('id', '>', 0)]"}),
            lambda: robot.value_ids.write({"value": "Тверь"}),
            lambda: robot.value_ids.unlink(),
            lambda: robot.unlink(),
            lambda: self.build_city_robot(process, "call", "Тверь"),
        ]
        for attempt in attempts:
            with self.assertRaises(UserError):
                attempt()
        robot.active = False
        robot.active = True
        process.action_new_version()
        version = process.family_id.search(
            [("family_id", "=", process.family_id.id), ("state", "=", "draft")]
        )
        copied = version.stage_ids.robot_ids
        self.assertEqual(copied.process_id, version)
        self.assertEqual(copied.value_ids.value, "Тула")
        copied.value_ids.value = "Тверь"

    def test_designers_do_not_borrow_the_rights_of_a_process(self):
        theirs = self.build_process(
            stages={"call": "work"}, user_id=self.user_manager.id
        )
        own = self.build_process(stages={"call": "work"})
        robots = self.robots.with_user(self.user_admin)
        values = {
            "trigger": "process",
            "kind": "note",
            "text": "a",
            "process_stage_id": self.get_stage(own, "call").id,
        }
        robot = robots.create(values)
        self.assertEqual(robot.user_id, self.user_admin)
        stage = self.get_stage(theirs, "call")
        with self.assertRaises(AccessError):
            robots.create({**values, "process_stage_id": stage.id})
        with self.assertRaises(AccessError):
            robot.process_stage_id = stage

    def test_a_batch_costs_as_many_queries_as_one(self):
        process = self.build_process(stages={"call": "work"})
        robot = self.build_city_robot(process, "call", "Тула", active=False)
        self.publish(process)
        few, many = self.build_new(5), self.build_new(50)
        runs = self.start(process, few), self.start(process, many)
        process._set_state("draft")
        robot.active = True
        self.publish(process)

        def cost(tokens):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            tokens._run_robots("enter")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        with_context = self.env["bpm.token"].with_context(tracking_disable=True)
        tokens = [with_context.browse(self.get_open(part).ids).sudo() for part in runs]
        cost(self.get_open(self.start(process, self.build_new())).sudo())
        few_cost, many_cost = cost(tokens[0]), cost(tokens[1])
        self.assertLessEqual(many_cost, few_cost)
        self.assertEqual((few + many).mapped("city"), ["Тула"] * 55)
