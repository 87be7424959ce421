from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.service_crm.tests.common import requirement

from .test_event import WatchCommon

CITY = {"name": "В Твери", "auto_domain": "[('city', '=', 'Тверь')]"}
STAGES = {"call": "work", "visit": "work"}
WAYS = [
    ("start", "call"),
    ("call", "visit", CITY),
    ("call", "end", {"name": "Отказ", "auto_domain": "[('active', '=', False)]"}),
    ("visit", "end"),
]


@tagged("post_install", "-at_install")
class TestAutoWays(WatchCommon):
    """Stages of persons that are left by what the document says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = cls.publish(cls.build_process(stages=STAGES, ways=WAYS))

    def setUp(self):
        super().setUp()
        self.robots._update_watched_models()  # taken away after each test

    def count_queries(self, step):
        self.finish()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        step()
        self.finish()
        return self.env.cr.sql_log_count - before

    def test_the_document_says_how_the_stage_is_left(self):
        requests = self.build_new(3)
        runs = self.start(self.process, requests)
        requests[0].city = "Тверь"
        requests[1].active = False
        requests[2].city = "Тула"
        self.finish()
        self.assertEqual(
            [self.get_places(run) for run in runs], [["visit"], [], ["call"]]
        )
        left = runs[0].token_ids.filtered(lambda token: token.stage_id.key == "call")
        self.assertEqual(left.result_id.name, "В Твери")
        rows = runs[0].journal_ids.filtered(lambda row: row.event == "event")
        self.assertEqual(rows.mapped("text"), ["The document says so"])

    def test_a_document_that_matches_already_does_not_wait(self):
        run = self.start(self.process, self.build_new(city="Тверь"))
        self.assertEqual(self.get_places(run), ["visit"])

    def test_left_by_hand_it_is_not_followed_any_more(self):
        request = self.build_new()
        run = self.start(self.process, request)
        self.complete(run, "call", "В Твери")
        request.active = False
        self.finish()
        self.assertEqual(self.get_places(run), ["visit"])

    def test_one_write_of_many_documents(self):
        """200 documents take the queries of 20; who does not match costs nothing."""
        counts = []
        for number in (20, 20, 200):  # the first time something is read once
            requests = self.build_new(number)
            runs = self.start(self.process, requests)
            other = self.count_queries(lambda some=requests: self.set_note(some))
            counts.append(
                (
                    self.count_queries(
                        lambda some=requests: some.write({"city": "Тверь"})
                    ),
                    self.count_queries(
                        lambda some=requests: some.write({"city": "Тула"})
                    ),
                    other,
                )
            )
            self.assertEqual(self.get_places(runs), ["visit"] * number)
        few, many = counts[1], counts[2]
        # rows are inserted and updated by the hundred
        self.assertLessEqual(many[0], few[0] + 25, counts)
        self.assertLessEqual(many[1], few[1] + 4, counts)
        self.assertLessEqual(many[2], few[2] + 1, counts)

    def set_note(self, requests):
        """A field that nobody watches."""
        requests.write({"referred": "Сосед"})

    def test_a_field_that_no_way_reads_costs_nothing(self):
        """Not one query more than without any process."""
        requests = self.build_new(20)
        self.start(self.process, requests)
        self.set_note(requests)
        watched = self.count_queries(lambda: requests.write({"referred": "Дочь"}))
        self.robots._unregister_hook()
        plain = self.count_queries(lambda: requests.write({"referred": "Сын"}))
        self.assertEqual(watched, plain)

    def test_a_document_the_process_may_not_see(self):
        """A process of one company follows nothing that another company hides."""
        company = self.env["res.company"].create({"name": "Филиал"})
        identity = new_test_user(
            self.env,
            "auto_identity",
            groups="service_crm.group_service_admin",
            company_id=self.env.company.id,
        )
        process = self.publish(
            self.build_process(stages=STAGES, ways=WAYS, user_id=identity.id)
        )
        requests = self.build_new(2)
        runs = self.start(process, requests)
        requests[0].write({"company_id": company.id, "team_id": False})
        self.finish()
        requests.write({"city": "Тверь"})
        self.finish()
        self.assertEqual([self.get_places(r) for r in runs], [["call"], ["visit"]])

    def test_second_company(self):
        """Documents of several companies in one write, each in its own."""
        company = self.env["res.company"].create({"name": "Филиал"})
        self.user_admin.company_ids = [Command.link(company.id)]
        self.team.company_id = False
        requests = self.build_new(2)
        requests[1].company_id = company
        runs = self.start(self.process, requests)
        requests.write({"city": "Тверь"})
        self.finish()
        self.assertEqual(self.get_places(runs), ["visit", "visit"])
        self.assertEqual(runs[1].company_id, company)

    def test_lines_of_the_document_count(self):
        way = {**CITY, "auto_domain": "[('child_ids.city', '=', 'Тверь')]"}
        process = self.publish(
            self.build_process(
                "res.partner",
                stages={"call": "work", "visit": "work"},
                ways=[("start", "call"), ("call", "visit", way), ("visit", "end")],
            )
        )
        company = self.build_partner(name="ООО «Бета»", is_company=True)
        run = self.start(process, company)
        person = self.build_partner(name="Иван", parent_id=company.id)
        self.finish()
        self.assertEqual(self.get_places(run), ["call"])
        person.city = "Тверь"
        self.finish()
        self.assertEqual(self.get_places(run), ["visit"])

    @requirement("R77")
    def test_a_task_of_a_robot_has_the_number_and_is_waited_for(self):
        """The stage is left when nothing is to be done on the document any more."""
        process = self.build_process(
            stages={
                "task": "automatic",
                "wait": {"kind": "work", "makes_task": False},
                "after": "work",
            },
            ways=[
                ("start", "task"),
                ("task", "wait"),
                ("wait", "after", {"auto_domain": "[('activity_ids', '=', False)]"}),
                ("after", "end"),
            ],
        )
        self.build_robot(
            trigger="process",
            process_stage_id=self.get_stage(process, "task").id,
            kind="activity",
            todo_type_id=self.env.ref("mail.mail_activity_data_todo").id,
            todo_summary="Service {{service_number}}",
            todo_user_type="user",
            todo_user_id=self.user_manager.id,
        )
        request = self.build_request()
        run = self.start(self.publish(process), request)
        todo = request.activity_ids
        self.assertEqual(todo.summary, f"Service {request.service_number}")
        self.assertEqual(todo.user_id, self.user_manager)
        self.finish()
        self.assertEqual(self.get_places(run), ["wait"])
        todo.with_user(self.user_manager).action_feedback("Сделано")
        self.finish()
        self.assertEqual(self.get_places(run), ["after"])

    def test_runs_moved_to_another_version_are_followed(self):
        first = self.publish(self.build_process(stages=STAGES))
        requests = self.build_new(3)
        runs = self.start(first, requests)
        requests[2].city = "Тверь"
        second = first._make_version(first)
        second.stage_ids.unlink()
        self.build_parts(second, stages=STAGES, ways=WAYS)
        self.publish(second)
        migration = (
            self.env["bpm.migration"]
            .with_user(self.user_admin)
            .create({"family_id": first.family_id.id})
        )
        migration.action_apply()
        self.assertEqual(
            [self.get_places(run) for run in runs], [["call"], ["call"], ["visit"]]
        )
        requests[0].city = "Тверь"
        self.finish()
        self.assertEqual(self.get_places(runs[0]), ["visit"])
        migration.action_undo()
        self.assertEqual(runs[1].process_id, first)
        requests[1].city = "Тверь"
        self.finish()
        self.assertEqual(self.get_places(runs[1]), ["call"], "as it was defined before")

    def test_undone_to_a_version_that_follows_documents(self):
        """The old version is watched again, though no run was left there."""
        run = self.start(self.process, request := self.build_new())
        second = self.process._make_version(self.process)
        second.transition_ids.write({"auto_domain": "[]"})
        self.publish(second)
        migration = (
            self.env["bpm.migration"]
            .with_user(self.user_admin)
            .create({"family_id": self.process.id})
        )
        migration.action_apply()
        request.city = "Тверь"
        self.env.registry.clear_cache()
        self.finish()
        self.assertEqual(self.get_places(run), ["call"])
        request.city = False
        self.finish()
        migration.action_undo()
        request.city = "Тверь"
        self.finish()
        self.assertEqual(self.get_places(run), ["visit"])
