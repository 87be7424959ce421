"""What people see of running processes: card, home, journal, protocol."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.service_crm.tests.common import requirement

from .common_process import ProcessCommon


class CardCommon(ProcessCommon):
    """A process with a call of the operator and an offer of the manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env, "clerk", name="Вера Клерк", groups="base.group_user"
        )
        cls.process = cls.publish(
            cls.build_process(
                name="Ремонт",
                calendar_id=cls.env.company.resource_calendar_id.id,
                stages={
                    "call": {
                        "kind": "work",
                        "name": "Позвонить",
                        "instruction": "<p>Спросить адрес</p>",
                        "planned_hours": 2,
                        "check_ids": [
                            Command.create({"name": "Адрес"}),
                            Command.create({"name": "Подъезд", "is_required": False}),
                        ],
                        **cls.build_responsible(cls.user_operator),
                    },
                    "offer": {
                        "kind": "work",
                        "name": "Предложить",
                        "planned_hours": 1,
                        **cls.build_responsible(cls.user_manager),
                    },
                },
                ways=[
                    ("start", "call"),
                    ("call", "offer", "Нужен выезд"),
                    ("call", "end", "Решено"),
                    ("offer", "end", "Принято"),
                ],
            )
        )

    @classmethod
    def build_responsible(cls, user):
        return {
            "responsible_mode": "first",
            "responsible_ids": [Command.create({"kind": "user", "user_id": user.id})],
        }

    @classmethod
    def build_run(cls, **values):
        """A run about a new request of the customer, started by the dispatcher."""
        request = cls.build_new(partner_id=cls.customer.id)
        run = cls.start(cls.process, request, **values)
        return cls.env["bpm.instance"].browse(run.id)

    def get_step(self, run, user):
        """What a user is shown of the only stage where a run stands."""
        (step,) = run.with_user(user).current_steps["steps"]
        return step

    def finish_call(self, run, result="Нужен выезд"):
        """The operator ticks off what is required and completes the call."""
        token = self.get_open(run, "call").with_user(self.user_operator)
        token.action_begin()
        token.action_check(token.stage_id.sudo().check_ids[:1].id)
        token.action_complete(self.get_way(run, "call", result).id)

    def get_sentences(self, run):
        """The protocol as read, oldest first, without marks."""
        rows = run.journal_ids.sorted("id")
        return [row.sentence.striptags() for row in rows]


class TestCard(CardCommon):
    @requirement("R111")
    def test_customer_and_initiator_are_shown_and_searched(self):
        run, other = self.build_run(), self.build_run()
        other.sudo().partner_id = self.build_partner("Бета")
        other.sudo().user_id = self.user_manager
        runs = self.env["bpm.instance"].with_user(self.user_operator)
        self.assertEqual(run.partner_id, self.customer)
        self.assertEqual(run.user_id, self.user_dispatcher)
        for domain in (
            [("partner_id", "ilike", "Anna Petrova")],
            [("user_id", "=", self.user_dispatcher.id)],
        ):
            found = runs.search([*domain, ("process_id", "=", self.process.id)])
            self.assertEqual(found, run)
        self.assertIn("Заявка 0", run.with_user(self.user_operator).document_name)

    @requirement("R130")
    def test_the_stage_says_what_to_do(self):
        """Script and checklist; ticks stay, what is missing is named."""
        run = self.build_run()
        step = self.get_step(run, self.user_operator)
        self.assertIn("Спросить адрес", step["instruction"])
        self.assertEqual([c["name"] for c in step["checks"]], ["Адрес", "Подъезд"])
        self.assertEqual([c["required"] for c in step["checks"]], [True, False])
        self.assertEqual(len(step["obstacles"]), 1)
        self.assertIn("Адрес", step["obstacles"][0])
        token = self.get_open(run).with_user(self.user_operator)
        token.action_check(step["checks"][0]["id"])
        step = self.get_step(run, self.user_operator)
        self.assertEqual([c["done"] for c in step["checks"]], [True, False])
        self.assertFalse(step["obstacles"])

    @requirement("R218")
    def test_next_steps_are_named(self):
        """Each result with the stage it leads to; a stage without a choice too."""
        run = self.build_run()
        step = self.get_step(run, self.user_operator)
        self.assertEqual(
            [(result["name"], result["next"]) for result in step["results"]],
            [("Нужен выезд", "Предложить"), ("Решено", "End")],
        )
        self.assertTrue(all(result["id"] for result in step["results"]))
        self.finish_call(run)
        step = self.get_step(run, self.user_manager)
        self.assertEqual(step["results"][0]["next"], "End")
        self.assertFalse(step["results"][0]["id"])
        self.assertEqual(len(step["results"]), 1)

    def test_steps_of_others_are_shown_without_buttons(self):
        step = self.get_step(self.build_run(), self.user_manager)
        self.assertEqual(step["user"]["name"], self.user_operator.name)
        for flag in ("mine", "may_work", "may_complete", "may_manage"):
            self.assertFalse(step[flag], flag)
        step = self.get_step(self.build_run(), self.user_operator)
        self.assertTrue(step["mine"] and step["may_work"] and step["may_complete"])
        self.assertFalse(step["may_manage"])

    def test_steps_of_many_runs_cost_the_same(self):
        """The journal and “My Processes” with 3 runs and with 30."""
        counts = []
        for number in (3, 27):
            for _i in range(number):
                self.build_run()
            tokens = self.env["bpm.token"].with_user(self.user_operator)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            tokens.search([("waiting_for_me", "=", True)]).mapped("step")
            tokens.env["bpm.instance"].search([("is_mine", "=", True)]).mapped(
                "is_late"
            )
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    @requirement("R113")
    def test_the_note_goes_through_the_stages(self):
        run = self.build_run(note="Ключ у консьержа")
        run.with_user(self.user_operator).note = "Ключ у охраны"
        self.finish_call(run)
        self.assertEqual(run.with_user(self.user_manager).note, "Ключ у охраны")
        row = run.journal_ids.filtered(lambda row: row.event == "change")
        self.assertEqual(row.user_id, self.user_operator)
        self.assertEqual(
            (row.value_from, row.value_to), ("Ключ у консьержа", "Ключ у охраны")
        )

    @requirement("R114")
    def test_files_are_there_at_every_stage_for_who_sees_the_run(self):
        run = self.build_run()
        run.with_user(self.user_operator).message_post(
            body="Шильдик", attachments=[("шильдик.txt", b"4711")]
        )
        self.finish_call(run)
        files = self.env["ir.attachment"]
        domain = [("res_model", "=", "bpm.instance"), ("res_id", "=", run.id)]
        found = files.with_user(self.user_manager).search(domain)
        self.assertEqual(found.raw, b"4711")
        self.assertFalse(files.with_user(self.clerk).search(domain))
        with self.assertRaises(AccessError):
            found.with_user(self.clerk).read(["raw"])
        run.sudo().write(
            {"is_restricted": True, "member_ids": [Command.set(self.clerk.ids)]}
        )
        self.assertEqual(files.with_user(self.clerk).search(domain), found)
        self.assertFalse(files.with_user(self.user_operator).search(domain))

    @requirement("R120")
    def test_protocol_is_told_in_sentences_and_only_grows(self):
        run = self.build_run()
        self.finish_call(run)
        self.get_open(run).with_user(self.user_manager).action_complete()
        sentences = self.get_sentences(run)
        who = self.user_operator.name
        self.assertIn(f"{self.user_dispatcher.name} started the process", sentences)
        self.assertIn(f"{who} began Позвонить", sentences)
        self.assertTrue(
            any(s.startswith(f"{who} finished Позвонить with Нужен") for s in sentences)
        )
        self.assertEqual(sentences[-1], "The process ended")
        row = run.journal_ids.filtered(
            lambda row: row.event == "leave" and row.stage_id.key == "call"
        )
        self.assertEqual(row.user_id, self.user_operator)
        self.assertTrue(row.date)
        for user in (self.user_operator, self.user_admin):
            for method, args in (("write", [{"text": "иное"}]), ("unlink", [])):
                with self.assertRaises(AccessError):
                    getattr(row.with_user(user), method)(*args)

    def test_protocol_tells_time_as_people_do(self):
        journal = self.env["bpm.journal"]
        for hours, text in ((0.5, "30 min"), (2, "2 h"), (2.1667, "2 h 10 min")):
            self.assertEqual(journal.new({"hours": hours})._get_hours_text(), text)

    def test_facts_are_not_written_by_hand(self):
        run = self.build_run()
        for values in (
            {"state": "done"},
            {"res_id": 1},
            {"user_id": self.user_operator.id},
            {"variables": {"a": 1}},
            {"token_ids": [Command.clear()]},
        ):
            with self.assertRaises(AccessError):
                run.with_user(self.user_operator).write(values)

    @requirement("R153", "R108")
    def test_home_lists_what_waits_with_the_next_action(self):
        """My stages, orange until seen; the notice opens the journal at the run."""
        run = self.build_run()
        tokens = self.env["bpm.token"].with_user(self.user_operator)
        waiting = tokens.search([("waiting_for_me", "=", True)])
        self.assertEqual(waiting.instance_id, run)
        self.assertTrue(waiting.date_deadline)
        self.assertEqual(waiting.step["results"][0]["name"], "Нужен выезд")
        notice = tokens.action_get_waiting()
        self.assertEqual((notice["open"], notice["new"]), (1, 1))
        (row,) = notice["rows"]
        self.assertEqual((row["name"], row["seen"]), ("Позвонить", False))
        self.assertTrue(run.with_user(self.user_operator).is_new)
        arch = self.env.ref("service_crm_bpm.bpm_instance_view_list").arch
        self.assertIn('decoration-warning="is_new"', arch)
        action = tokens.browse(row["id"]).action_open_journal()
        self.assertEqual(action["res_model"], "bpm.instance")
        found = self.env["bpm.instance"].with_user(self.user_operator)
        self.assertEqual(found.search(action["domain"]), run)
        notice = tokens.action_get_waiting()
        self.assertEqual((notice["open"], notice["new"]), (1, 0))
        self.assertFalse(run.with_user(self.user_operator).is_new)
        self.assertEqual(
            self.env["bpm.token"].with_user(self.user_manager).action_get_waiting(),
            {"open": 0, "new": 0, "rows": []},
        )

    def test_looking_by_somebody_else_leaves_it_new(self):
        run = self.build_run()
        self.get_open(run).with_user(self.user_manager).action_seen()
        self.assertFalse(self.get_open(run).is_seen)
        self.get_open(run).with_user(self.user_operator).action_seen()
        self.assertTrue(self.get_open(run).is_seen)

    @requirement("R109")
    def test_journal_holds_all_and_filters(self):
        open_runs = self.build_run() | self.build_run()
        done, paused = self.build_run(), self.build_run()
        self.finish_call(done, "Решено")
        paused._pause("Отпуск")
        late = open_runs[0]
        self.get_open(late).sudo().date_deadline = "2020-01-01 10:00:00"
        journal = self.env["bpm.instance"].with_user(self.user_operator)
        ours = [("process_id", "=", self.process.id)]
        find = lambda *domain: journal.search([*ours, *domain])  # noqa: E731
        self.assertEqual(find(), open_runs | done | paused)
        self.assertEqual(find(("state", "=", "running")), open_runs)
        self.assertEqual(find(("state", "=", "done")), done)
        self.assertEqual(find(("state", "=", "paused")), paused)
        self.assertEqual(find(("is_late", "=", True)), late)
        self.assertEqual(
            find(("is_late", "=", False)), open_runs - late | done | paused
        )
        self.assertEqual(find(("is_mine", "=", True)), open_runs | paused)
        self.assertEqual(
            find(("present_stage_id", "ilike", "Позвон")), open_runs | paused
        )
        self.assertFalse(find(("present_stage_id", "ilike", "Предлож")))

    def test_an_approval_names_who_is_asked(self):
        process = self.publish(
            self.build_process(
                stages={
                    "agree": {
                        "kind": "approval",
                        "approval_mode": "all",
                        **self.build_responsible(self.user_manager),
                    },
                },
                ways=[
                    ("start", "agree"),
                    ("agree", "end", {"outcome": "approved"}),
                ],
            )
        )
        run = self.start(process, self.build_new())
        run = self.env["bpm.instance"].browse(run.id)
        step = self.get_step(run, self.user_operator)
        self.assertIn(self.user_manager.name, step["waits"])
        self.assertFalse(step["person"] or step["refused"])
        approval = run.with_user(self.user_manager).approval_ids
        self.assertEqual(approval.user_id, self.user_manager)
        approval.action_approve()
        self.assertEqual(run.state, "done")
