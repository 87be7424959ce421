from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common_process import ProcessCommon

VARIABLES = [
    ("Скидка, %", "discount", "number", "5"),
    ("Причина", "cause", "text", False),
    ("Срочно", "urgent", "bool", False),
    ("Обещано", "promised", "date", "2026-12-01"),
]


@tagged("post_install", "-at_install")
class TestVariables(ProcessCommon):
    """What a run carries along: shown, changed by who manages it, in the protocol."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = cls.publish(
            cls.build_process(
                stages={
                    "call": "work",
                    "wait": {
                        "kind": "pause",
                        "pause_mode": "condition",
                        "pause_condition": "discount > 10 and urgent",
                    },
                },
                variable_ids=[
                    Command.create(
                        {
                            "name": name,
                            "key": key,
                            "kind": kind,
                            "default_value": value,
                            "sequence": number,
                        }
                    )
                    for number, (name, key, kind, value) in enumerate(VARIABLES)
                ],
            )
        )
        cls.run_ = cls.start(cls.process, cls.build_new())
        cls.own = cls.run_.with_user(cls.user_admin).sudo(False)

    def open_dialogue(self, run):
        action = run.action_change_variables()
        model = self.env[action["res_model"]].with_user(run.env.user)
        return Form(model.with_context(**action["context"]))

    def test_shown_with_labels_in_the_order_of_the_definition(self):
        self.run_._set_variables({"cause": "<b>Дорого</b>"})
        self.assertEqual(
            self.run_._get_variable_texts(),
            [
                ("Скидка, %", "5"),
                ("Причина", "<b>Дорого</b>"),
                ("Срочно", "No"),
                ("Обещано", "12/01/2026"),
            ],
        )
        table = self.run_.with_user(self.user_operator).sudo(False).variable_table
        self.assertIn("<dt>Скидка, %</dt><dd>5</dd>", table)
        self.assertIn("&lt;b&gt;Дорого", table)
        plain = self.start(self.publish(self.build_process()), self.build_new())
        self.assertFalse(plain.variable_table)

    def test_changed_in_fields_of_their_types_and_logged(self):
        with self.open_dialogue(self.own) as form:
            self.assertTrue(form.has_value and form.has_bool and form.has_date)
            names = [form.line_ids.edit(i).name for i in range(len(VARIABLES))]
            self.assertEqual(names, [name for name, *_rest in VARIABLES])
            for number, name, value in (
                (0, "value", "12,5"),
                (2, "value_bool", True),
                (3, "value_date", "2026-12-24"),
            ):
                with form.line_ids.edit(number) as line:
                    line[name] = value
        form.record.action_confirm()
        self.assertEqual(
            self.run_.variables,
            {"discount": 12.5, "cause": None, "urgent": True, "promised": "2026-12-24"},
        )
        rows = self.run_.journal_ids.filtered(lambda row: row.event == "change")
        self.assertEqual(
            rows.sorted("id").mapped(lambda r: (r.text, r.value_from, r.value_to)),
            [
                ("Скидка, %", "5", "12.5"),
                ("Срочно", "No", "Yes"),
                ("Обещано", "12/01/2026", "12/24/2026"),
            ],
        )
        self.assertEqual(rows.user_id, self.user_admin)

    def test_what_is_no_value_is_refused(self):
        with self.open_dialogue(self.own) as form, form.line_ids.edit(0) as line:
            line.value = "много"
        with self.assertRaisesRegex(UserError, "“много” is no value of “Скидка, %”"):
            form.record.action_confirm()
        with self.assertRaisesRegex(UserError, "no variable “price”"):
            self.own.action_change_variables({"price": 1})

    def test_a_pause_looks_at_them_at_once(self):
        runs = self.start(self.process, self.build_new(2))
        self.complete(runs, "call")
        self.assertEqual(self.get_places(runs), ["wait", "wait"])
        runs[0].with_user(self.user_admin).sudo(False).action_change_variables(
            {"discount": 20, "urgent": True}
        )
        self.assertEqual([run.state for run in runs], ["done", "running"])

    def test_who_works_on_it_sets_what_is_meant_for_that(self):
        cause = self.process.variable_ids.filtered(lambda v: v.key == "cause")
        self.change(cause, by_people=True)
        self.get_open(self.run_).user_id = self.user_operator
        own = self.run_.with_user(self.user_operator).sudo(False)
        self.assertTrue(own.may_change_variables)
        with self.open_dialogue(own) as form:
            self.assertEqual(len(form.line_ids), 1)
            with form.line_ids.edit(0) as line:
                line.value = "Нет запаса"
        form.record.action_confirm()
        self.assertEqual(self.run_.variables["cause"], "Нет запаса")
        with self.assertRaisesRegex(AccessError, "Скидка, %"):
            own.action_change_variables({"cause": "Иное", "discount": 90})
        other = self.run_.with_user(self.user_manager).sudo(False)
        self.assertFalse(other.may_change_variables)
        with self.assertRaises(AccessError):
            other.action_change_variables({"cause": "Иное"})
        self.complete(self.run_, "call")
        with self.assertRaises(AccessError):
            own.action_change_variables({"cause": "Поздно"})

    def test_only_who_manages_the_process_changes_them(self):
        owner = new_test_user(
            self.env, "owner", groups="service_crm.group_service_manager"
        )
        self.process.owner_id = owner
        values = {"discount": 7}
        for user in (self.user_dispatcher, self.user_operator, self.user_manager):
            run = self.run_.with_user(user).sudo(False)
            with self.assertRaises(AccessError):
                run.action_change_variables()
            with self.assertRaises(AccessError):
                run.action_change_variables(values)
            change = self.env["bpm.variable.change"].with_user(user)
            change = change.create({"instance_id": run.id})
            with self.assertRaises(AccessError):
                change.action_confirm()
            with self.assertRaises(AccessError):
                run.write({"variables": values})
        self.run_.with_user(owner).sudo(False).action_change_variables(values)
        self.assertEqual(self.run_.variables["discount"], 7)
        hidden = self.start(self.process, self.build_new(), user=owner)
        hidden.is_restricted = True
        change = self.env["bpm.variable.change"].with_user(self.user_operator)
        with self.assertRaises(AccessError):
            change.create({"instance_id": hidden.id})
