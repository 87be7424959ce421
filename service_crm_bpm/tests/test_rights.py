"""Role × model × operation and role × step, for robots and their journal."""

from odoo.addons.service_crm.tests.common_rights import RightsCommon

from .common_run_rights import CARD_RIGHTS, CARD_STEPS, RunRightsCommon

RIGHTS = {
    "robot": "admin rwcd",
    "field set by a robot": "admin rwcd",
    "journal": "admin r",
    "dry run": "admin rwcd",
    "run": "operator manager dispatcher admin rw",
    "stage of a run": "operator manager dispatcher admin r",
    "protocol": "operator manager dispatcher admin r",
    "timer": "operator manager dispatcher admin r",
    "wait": "admin r",
    "webhook": "admin r",
    "address of webhooks": "admin rwcd",
    "incoming webhook": "admin r",
    "stored test": "admin rwcd",
    "field of a test": "admin rwcd",
    "line of a test": "admin rwcd",
    "move": "admin rwcd",
    "stage of a move": "admin rwcd",
    "moved run": "admin r",
    "replay": "admin rwcd",
    "document of a replay": "admin rwcd",
    "dialogue of a step": "operator manager dispatcher performer admin user rwc",
    "approval of a stage": "operator manager dispatcher admin r",
    **CARD_RIGHTS,
}
STEPS = [
    *CARD_STEPS,
    ("bpm.robot", "action_take_over", "robot", "admin"),
    ("bpm.robot", "action_open_logs", "robot", "admin"),
    ("bpm.robot", "action_test", "robot", "admin"),
    ("bpm.robot.log", "action_retry", "failed", "admin"),
    ("bpm.robot.log", "action_run_now", "planned", "admin"),
    ("bpm.robot.log", "action_cancel", "planned", "admin"),
    ("bpm.robot.log", "action_open_document", "failed", "admin"),
    ("bpm.robot.log", "action_open_made", "failed", "admin"),
    ("bpm.robot.test", "action_run", "dry_run", "admin"),
    ("bpm.process", "action_publish", "draft", "admin"),
    ("bpm.process", "action_draft", "published", "admin"),
    ("bpm.process", "action_retire", "published", "admin"),
    ("bpm.process", "action_new_version", "published", "admin"),
    ("bpm.process", "action_take_over", "published", "admin"),
    ("bpm.process", "action_open_versions", "draft", "admin"),
    # the operator is responsible for the stage, the manager may become it
    ("bpm.token", "action_begin", "stage", "operator admin"),
    ("bpm.token", "action_check", "stage", "operator admin", ["@check"]),
    ("bpm.token", "action_complete", "stage", "operator admin"),
    ("bpm.token", "action_hand_over", "stage", "operator admin", ["@user"]),
    ("bpm.token", "action_set_next", "stage", "operator admin", ["@user"]),
    ("bpm.token", "action_take", "stage", "manager admin"),
    ("bpm.token", "action_skip", "stage", "admin", ["Не нужно"]),
    ("bpm.token", "action_back", "stage", "admin"),
    ("bpm.token", "action_retry", "stage", "admin"),
    ("bpm.token", "action_ask_again", "refused", "dispatcher admin"),
    # the dispatcher has started the run
    ("bpm.instance", "action_pause", "run_of_stage", "dispatcher admin", ["Ждём"]),
    ("bpm.instance", "action_resume", "run_of_stage", "dispatcher admin"),
    ("bpm.instance", "action_cancel", "run_of_stage", "dispatcher admin", ["Отказ"]),
    ("bpm.instance", "action_retry", "run_of_stage", "admin"),
    ("bpm.instance", "action_change_variables", "run_of_stage", "admin"),
    ("bpm.variable.change", "action_confirm", "changed_variables", "admin"),
    ("bpm.instance", "action_export", "run_of_stage", "admin"),
    ("service.approval", "action_delegate", "asked", "operator admin", ["@user"]),
    ("bpm.process", "action_run_tests", "tested", "admin"),
    ("bpm.process.test", "action_run", "test", "admin"),
    ("bpm.migration", "action_rehearse", "move", "admin"),
    ("bpm.migration", "action_apply", "move", "admin"),
    ("bpm.migration", "action_undo", "moved", "admin"),
    ("bpm.replay.wizard", "action_replay", "replay", "admin"),
    ("bpm.step", "action_confirm", "dialogue", "operator admin"),
    ("bpm.outbox", "action_resend", "sent_webhook", "admin"),
    (
        "bpm.process",
        "action_start_run",
        "startable",
        "operator manager dispatcher admin",
        ("@document",),
    ),
    ("bpm.process", "action_open_endpoint", "startable", "admin"),
    ("bpm.endpoint", "action_new_secret", "endpoint", "admin"),
    ("bpm.endpoint", "action_open_received", "endpoint", "admin"),
    ("bpm.webhook", "action_retry", "failed_webhook", "admin"),
]


class TestRights(RightsCommon, RunRightsCommon):
    def test_roles_models_operations(self):
        log = self._build_failed()
        robot = self._build_robot()
        values = self.build_lines({"city": "Тверь"})[0][2]
        self.check_table(
            RIGHTS,
            {
                "robot": (
                    robot,
                    {"name": "Город"},
                    {
                        "phase": "new",
                        "user_id": self.user_admin.id,
                        "value_ids": [(0, 0, values)],
                    },
                ),
                "field set by a robot": (
                    robot.value_ids,
                    {"value": "Тверь"},
                    {
                        "robot_id": robot.id,
                        "field_id": self.get_field("crm.lead", "street").id,
                        "value": "Ленина",
                    },
                ),
                "journal": (
                    log,
                    {"state": "done"},
                    {"robot_id": robot.id, "state": "done"},
                ),
                "dry run": (
                    self._build_dry_run(),
                    {"robot_id": robot.id},
                    {"robot_id": robot.id},
                ),
                **self._get_run_subjects(),
                **self._get_test_subjects(),
                **self._get_card_subjects(),
            },
        )

    def test_roles_steps(self):
        with self.enter_registry_test_mode():
            self.check_steps(STEPS, "service_crm_bpm")

    def _get_run_subjects(self):
        """A run of the dispatcher about a request, and what hangs on it."""
        process = self.publish(self.build_process(stages={"call": "work"}))
        run = self.start(process, self.build_new()).sudo(False)
        token = self.get_open(run)
        on_run = {"instance_id": run.id}
        on_token = {"token_id": token.id, "kind": "deadline", **on_run}
        timer = self.env["bpm.timer"].create(
            {**on_token, "date_due": "2026-12-01 09:00:00"}
        )
        wait = self.env["bpm.wait"].create(
            {"token_id": token.id, "kind": "signal", "key": "готово"}
        )
        webhook = self.env["bpm.outbox"].create(
            {"name": "Склад", "url": "https://example.com", **on_run}
        )
        return {
            "run": (run, {"note": "Звонить"}, {"process_id": process.id}),
            "stage of a run": (
                token,
                {"state": "done"},
                {"stage_id": token.stage_id.id, **on_run},
            ),
            "protocol": (
                run.journal_ids[:1],
                {"text": "Не я"},
                {"event": "note", "date": "2026-12-01", **on_run},
            ),
            "timer": (
                timer,
                {"state": "done"},
                {**on_token, "date_due": "2026-12-01 09:00:00"},
            ),
            "wait": (wait, {"key": "иное"}, {"token_id": token.id, "key": "иное"}),
            "webhook": (webhook, {"url": "https://example.org"}, {"name": "Склад"}),
            "approval of a stage": (
                self._build_asked(),
                {"state": "approved"},
                {"role": "employee", "res_model": "bpm.token", "res_id": token.id},
            ),
            "address of webhooks": (
                self._build_endpoint(),
                {"per_minute": 5},
                {"family_id": self.build_process().id},
            ),
            "incoming webhook": (
                self._build_failed_webhook(),
                {"state": "done"},
                {"endpoint_id": self._build_endpoint().id},
            ),
            "dialogue of a step": (
                self._build_dialogue(),
                {"reason": "Отпуск"},
                {"step": "hand_over"},
            ),
        }

    def _get_test_subjects(self):
        """What designers try versions with."""
        test, move, replay = (
            self._build_test(),
            self._build_moved(),
            self._build_replay(),
        )
        process = test.process_id
        on_test, on_move = {"test_id": test.id}, {"migration_id": move.id}
        line = self.env["bpm.replay.line"].create({"wizard_id": replay.id})
        stage = process.stage_ids[:1]
        return {
            "stored test": (
                test,
                {"name": "Отказ"},
                {"name": "Отказ", "process_id": process.id},
            ),
            "field of a test": (
                test.given_ids,
                {"value": "Тверь"},
                {**on_test, "field_id": self.get_field("crm.lead", "city").id},
            ),
            "line of a test": (
                test.line_ids,
                {"value": "x"},
                {**on_test, "kind": "at"},
            ),
            "move": (
                self._build_move(),
                {"target_id": move.target_id.id},
                {"family_id": move.family_id.id},
            ),
            "stage of a move": (
                move.line_ids[:1],
                {"target_id": move.target_id.stage_ids[:1].id},
                {**on_move, "source_id": stage.id},
            ),
            "moved run": (
                move.item_ids[:1],
                {"error": "Нет"},
                {**on_move, "instance_id": move.item_ids.instance_id.id},
            ),
            "replay": (replay, {"count": 5}, {"process_id": process.id}),
            "document of a replay": (line, {"name": "Я"}, {"wizard_id": replay.id}),
        }

    def _build_tested(self):
        return self._build_test().process_id

    def _build_test(self):
        process = self._build_draft()
        city = self.get_field("crm.lead", "city")
        return self.env["bpm.process.test"].create(
            {
                "name": "Согласие",
                "process_id": process.id,
                "given_ids": [(0, 0, {"field_id": city.id, "value": "Тверь"})],
                "line_ids": [
                    (
                        0,
                        0,
                        {"kind": "at", "stage_id": self.get_stage(process, "call").id},
                    )
                ],
            }
        )

    def _build_move(self):
        """A run of a version that has a newer one."""
        old = self._build_published()
        self.start(old, self.build_new())
        self.publish(old.family_id._make_version(old))
        return self.env["bpm.migration"].create({"family_id": old.family_id.id})

    def _build_moved(self):
        move = self._build_move()
        move.action_apply()
        return move

    def _build_replay(self):
        process = self._build_published()
        self.start(process, self.build_new())
        return self.env["bpm.replay.wizard"].create({"process_id": process.id})

    def _build_draft(self):
        return self.build_process(stages={"call": "work"})

    def _build_published(self):
        return self.publish(self._build_draft())

    def _build_stage(self):
        """A stage of the operator with a point to tick, listed for the manager."""
        listed = {"kind": "user", "user_id": self.user_manager.id}
        process = self.build_process(
            stages={
                "call": {
                    "kind": "work",
                    "responsible_ids": [(0, 0, listed)],
                    "check_ids": [(0, 0, {"name": "Адрес", "is_required": False})],
                }
            }
        )
        token = self.get_open(self.start(self.publish(process), self.build_new()))
        token.user_id = self.user_operator
        self.known["@check"] = token.stage_id.check_ids.id
        self.known["@user"] = self.user_dispatcher.id
        return token

    def _build_run_of_stage(self):
        return self._build_stage().instance_id

    def _build_asked(self):
        """An approval asked of the operator."""
        asked = {"kind": "user", "user_id": self.user_operator.id}
        process = self.build_process(
            stages={
                "visa": {
                    "kind": "approval",
                    "responsible_mode": "first",
                    "responsible_ids": [(0, 0, asked)],
                }
            }
        )
        run = self.start(self.publish(process), self.build_new())
        self.known = {"@user": self.user_manager.id}
        return self.get_open(run).approval_ids

    def _build_refused(self):
        """A stage that stays because the operator has refused."""
        approval = self._build_asked()
        approval.with_user(self.user_operator).action_reject("Дорого")
        return approval.token_id

    def _build_dialogue(self):
        self.known = {}
        return self.env["bpm.step"].create(
            {
                "token_ids": [(6, 0, self._build_stage().ids)],
                "step": "hand_over",
                "user_id": self.user_dispatcher.id,
            }
        )

    def _build_changed_variables(self):
        return self.env["bpm.variable.change"].create(
            {"instance_id": self._build_run_of_stage().id}
        )

    def _build_robot(self):
        return self.build_field_robot({"city": "Смоленск"})

    def _build_log(self, state):
        robot = self._build_robot()
        self.move(self.build_new())
        log = self.get_logs(robot)
        log.sudo().state = state
        return log

    def _build_startable(self):
        process = self.publish(self.build_process(stages={"call": "work"}))
        self.known["@document"] = self.build_new().id
        return process

    def _build_endpoint(self):
        return self.env["bpm.endpoint"].create({"family_id": self.build_process().id})

    def _build_failed_webhook(self):
        return self.env["bpm.webhook"].create(
            {"endpoint_id": self._build_endpoint().id, "state": "failed"}
        )

    def _build_sent_webhook(self):
        return self.env["bpm.outbox"].create(
            {"name": "Оплачено", "url": "https://1c.example.com/hook", "state": "sent"}
        )

    def _build_failed(self):
        return self._build_log("failed")

    def _build_planned(self):
        return self._build_log("planned")

    def _build_dry_run(self):
        return self.env["bpm.robot.test"].create(
            {
                "robot_id": self._build_robot().id,
                "record_ref": f"crm.lead,{self.build_new().id}",
            }
        )
