from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common_process import ProcessCommon


class TestProcessVersion(ProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.designer = new_test_user(
            cls.env, "designer", groups="service_crm_bpm.group_bpm_designer"
        )

    def build_offer(self, **values):
        """A process with something in every part."""
        process = self.build_process(
            stages={
                "start": "start",
                "offer": {
                    "kind": "work",
                    "name": "Подготовка КП",
                    "check_ids": [Command.create({"name": "Цены проверены"})],
                    "responsible_ids": [
                        Command.create({"user_id": self.user_manager.id})
                    ],
                },
                "pause": {"kind": "pause", "pause_amount": 3},
                "end": "end",
            },
            ways=[
                ("start", "offer"),
                ("offer", "pause", "Думает"),
                ("offer", "end", "Согласен"),
                ("pause", "offer"),
            ],
            **values,
        )
        process.lane_ids = [Command.create({"name": "Менеджер"})]
        process.stage_ids[1].lane_id = process.lane_ids
        process.variable_ids = [Command.create({"name": "Скидка", "key": "discount"})]
        return process

    def test_new_version_has_everything(self):
        first = self.publish(self.build_offer())
        action = first.action_new_version()
        second = first.browse(action["res_id"])
        self.assertEqual((second.version, second.state), (2, "draft"))
        self.assertEqual(second.family_id, first)
        self.assertEqual(second.name, first.name)
        self.assertEqual(
            second.stage_ids.mapped(lambda s: (s.key, s.name, s.kind)),
            first.stage_ids.mapped(lambda s: (s.key, s.name, s.kind)),
        )
        self.assertFalse(second.stage_ids & first.stage_ids)
        self.assertEqual(
            second.transition_ids.mapped(
                lambda w: (w.key, w.name, w.source_id.key, w.target_id.key)
            ),
            first.transition_ids.mapped(
                lambda w: (w.key, w.name, w.source_id.key, w.target_id.key)
            ),
        )
        self.assertEqual(second.transition_ids.source_id.process_id, second)
        offer = self.get_stage(second, "offer")
        self.assertEqual(offer.lane_id, second.lane_ids)
        self.assertEqual(offer.check_ids.name, "Цены проверены")
        self.assertEqual(offer.responsible_ids.user_id, self.user_manager)
        self.assertEqual(second.variable_ids.key, "discount")
        self.assertEqual(
            first.action_new_version()["res_id"], second.id, "one draft at a time"
        )

    def test_texts_of_other_languages_go_with_a_version(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        first = self.build_offer()
        offer = self.get_stage(first, "offer")
        offer.update_field_translations(
            "name", {"en_US": "Prepare the offer", "ru_RU": "Подготовка КП"}
        )
        self.publish(first)
        second = first.browse(first.action_new_version()["res_id"])
        copied = self.get_stage(second, "offer")
        self.assertEqual(copied.with_context(lang="ru_RU").name, "Подготовка КП")
        self.assertEqual(copied.with_context(lang="en_US").name, "Prepare the offer")

    def test_publishing_retires_the_version_before(self):
        first = self.publish(self.build_offer())
        run = self.start(first, self.build_new())
        second = first.browse(first.action_new_version()["res_id"])
        second.action_publish()
        self.assertEqual((first.state, second.state), ("retired", "published"))
        with self.assertRaises(UserError):
            self.start(first, self.build_new())
        self.complete(run, "offer", "Согласен")
        self.assertEqual(run.state, "done")
        self.assertEqual(run.process_id, first)
        second.action_retire()
        with self.assertRaises(UserError):
            self.start(second, self.build_new())

    def test_a_copy_is_another_process(self):
        first = self.publish(self.build_offer())
        copied = first.copy()
        self.assertEqual(copied.family_id, copied)
        self.assertEqual((copied.version, copied.state), (1, "draft"))
        self.assertNotEqual(copied.name, first.name)
        self.assertEqual(len(copied.transition_ids), 4)

    def test_keys_are_given_once(self):
        process = self.env["bpm.process"].create(
            {
                "name": "Ключи",
                "stage_ids": [
                    Command.create({"name": "Начало", "kind": "start"}),
                    Command.create({"name": "Звонок"}),
                    Command.create({"name": "Выезд"}),
                ],
                "lane_ids": [Command.create({"name": "Оператор"})],
            }
        )
        self.assertEqual(
            process.stage_ids.mapped("key"), ["start_1", "work_1", "work_2"]
        )
        self.assertEqual(process.lane_ids.key, "lane_1")
        process._publish()
        second = process.browse(process.action_new_version()["res_id"])
        second.stage_ids[-1].unlink()
        stage = self.env["bpm.stage"].create(
            {"process_id": second.id, "name": "Другой", "kind": "work"}
        )
        self.assertEqual(stage.key, "work_3", "the key of another version's stage")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            stage.copy()

    def test_a_published_version_does_not_change(self):
        """By any door: form, part by part, translation, unlink; also as system."""
        process = self.publish(self.build_offer())
        offer = self.get_stage(process, "offer")
        other = self.build_offer()
        attempts = [
            lambda: process.write({"name": "Другое"}),
            lambda: process.write({"start_domain": "[('id', '=', 1)]"}),
            lambda: process.write({"stage_ids": [Command.clear()]}),
            lambda: process.write({"start_mode": "create"}),
            lambda: offer.write({"name": "Другое"}),
            lambda: offer.unlink(),
            lambda: offer.check_ids.write({"name": "Другое"}),
            lambda: offer.responsible_ids.unlink(),
            lambda: offer.outgoing_ids[:1].write({"condition": "1 = 1"}),
            lambda: offer.outgoing_ids.unlink(),
            lambda: process.variable_ids.write({"default_value": "1"}),
            lambda: process.lane_ids.write({"name": "Другое"}),
            lambda: self.env["bpm.stage"].create(
                {"process_id": process.id, "name": "Ещё"}
            ),
            lambda: other.stage_ids[1].write({"process_id": process.id}),
            lambda: offer.update_field_translations("name", {"en_US": "Other"}),
            lambda: process.update_field_translations("name", {"en_US": "Other"}),
            lambda: process.unlink(),
        ]
        for number, attempt in enumerate(attempts):
            with (
                self.subTest(number=number),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                attempt()
        process.write({"sequence": 3, "owner_id": self.user_manager.id})
        process.active = False
        self.assertEqual(process.owner_id, self.user_manager)

    def test_back_to_draft_before_the_first_run(self):
        process = self.publish(self.build_offer())
        process.action_draft()
        self.assertEqual(process.state, "draft")
        self.start(self.publish(process), self.build_new())
        with self.assertRaises(UserError):
            process.action_draft()

    def test_ways_stay_within_a_process(self):
        process, other = self.build_offer(), self.build_offer()
        with self.assertRaises(ValidationError):
            process.transition_ids[0].target_id = other.stage_ids[0]

    def test_names_of_variables(self):
        process = self.build_offer()
        for key in ("Скидка 1", "and", "a.b", "1a", "Discount"):
            with (
                self.subTest(key=key),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                process.variable_ids.key = key

    def test_no_process_about_what_has_no_history(self):
        for model in ("res.users", "ir.cron", "res.country"):
            with (
                self.subTest(model=model),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                self.build_process(model=model)

    def test_designer_makes_versions_with_own_rights(self):
        first = self.publish(self.build_offer())
        mine = first.with_user(self.designer)
        second = mine.browse(mine.action_new_version()["res_id"])
        self.assertEqual(second.user_id, self.designer)
        second.stage_ids[1].name = "Коммерческое предложение"
        second.name = "Моё"

    def test_designer_cannot_borrow_rights(self):
        """Each attempt to get more rights than the own ones is refused."""
        foreign = self.build_offer().with_user(self.designer)
        published = self.publish(self.build_offer()).with_user(self.designer)
        own = foreign.create({"name": "Своё"})
        own.stage_ids = [Command.create({"name": "Начало", "kind": "start"})]
        processes = self.env["bpm.process"].with_user(self.designer)
        stages = self.env["bpm.stage"].with_user(self.designer)
        admin_id = self.user_admin.id
        attempts = {
            "runs as another": lambda: processes.create(
                {"name": "Чужими руками", "user_id": admin_id}
            ),
            "gives itself the rights of another": lambda: own.write(
                {"user_id": admin_id}
            ),
            "changes what runs as another": lambda: foreign.write(
                {"start_mode": "create"}
            ),
            "adds a stage to it": lambda: stages.create(
                {"process_id": foreign.id, "name": "Ещё"}
            ),
            "adds it by the process": lambda: foreign.write(
                {"stage_ids": [Command.create({"name": "Ещё"})]}
            ),
            "moves a stage into it": lambda: own.stage_ids.write(
                {"process_id": foreign.id}
            ),
            "takes a stage out of it": lambda: foreign.stage_ids[0].write(
                {"process_id": own.id}
            ),
            "changes a condition of it": lambda: foreign.transition_ids[0].write(
                {"domain": "[]"}
            ),
            "makes itself responsible": lambda: foreign.stage_ids[
                1
            ].responsible_ids.write({"user_id": self.designer.id}),
            "publishes it": lambda: foreign.action_publish(),
            "retires it": lambda: published.action_retire(),
            "draws it back": lambda: published.action_draft(),
            "writes the state": lambda: own.write({"state": "published"}),
            "creates it published": lambda: processes.create(
                {"name": "Готово", "state": "published"}
            ),
            "takes the place of another process": lambda: own.write(
                {"family_id": published.id, "version": 7}
            ),
            "is born in its place": lambda: processes.create(
                {"name": "Подмена", "family_id": published.id, "version": 7}
            ),
            "copies it with its rights": lambda: foreign.copy({"user_id": admin_id}),
            "forges the context of a step": lambda: own.with_context(
                bpm_step=True
            ).write({"state": "published"}),
            "deletes it": lambda: foreign.unlink(),
            "deletes a stage of it": lambda: foreign.stage_ids[0].unlink(),
            "translates it": lambda: foreign.update_field_translations(
                "name", {"en_US": "Other"}
            ),
        }
        for attempt, call in attempts.items():
            with (
                self.subTest(attempt=attempt),
                mute_logger("odoo.models"),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                call()
        self.assertEqual(foreign.copy().user_id, self.designer, "a copy is one's own")

    def test_run_as_me(self):
        process = self.build_offer()
        process.with_user(self.designer).action_take_over()
        self.assertEqual(process.user_id, self.designer)
        process.with_user(self.designer).name = "Моё"
