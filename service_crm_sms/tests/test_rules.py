from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from .common import MessagesCommon


class TestRules(MessagesCommon):
    def build_rule(self, **values):
        return self.rules.create(
            {
                "event": "slot_fixed",
                "audience": "customer",
                "channel": "sms",
                "template_id": self.text("slot_fixed").id,
                **values,
            }
        )

    def test_a_rule_reads_as_a_sentence(self):
        self.assertEqual(
            self.rule("assigned").sentence,
            "A performer is assigned → tell the performer as the person prefers",
        )
        self.assertIn("with a condition", self.rule("low_rating").sentence)
        rule = self.build_rule(team_id=self.team.id)
        self.assertEqual(
            rule.sentence,
            f"The time of a visit is fixed ({self.team.name}) → "
            "tell the customer by SMS",
        )

    def test_every_event_has_a_model_and_every_audience_a_name(self):
        for key, event in self.rules._get_events().items():
            with self.subTest(key):
                if "model" in event:
                    field = event.get("field", "id")
                    self.assertIn(field, self.env[event["model"]]._fields)
                else:
                    self.assertIn(key, ("called", "date_field"))
        for key, _label in self.rules._get_audience_selection():
            for model in ("crm.lead", "service.work.order"):
                with self.subTest(key, model=model):
                    name = f"_get_{key}_recipients"
                    known = hasattr(self.env[model], name) or hasattr(self.rules, name)
                    self.assertTrue(known)

    def test_templates_must_fit(self):
        with self.assertRaisesRegex(ValidationError, "no text of the SMS"):
            self.build_rule(
                event="request_ready", template_id=self.text("low_rating").id
            )
        mail_less = self.text("slot_fixed").copy({"mail_template_id": False})
        with self.assertRaisesRegex(ValidationError, "no text of the e-mail"):
            self.build_rule(channel="both", template_id=mail_less.id)
        with self.assertRaisesRegex(ValidationError, "another kind of record"):
            self.build_rule(template_id=self.text("rate").id)
        with self.assertRaisesRegex(ValidationError, "stage"):
            self.build_rule(event="request_stage", template_id=self.text("rate").id)

    def test_wrong_condition(self):
        for condition in ("[('no_such_field', '=', 1)]", "[(", "__import__('os')"):
            with (
                self.subTest(condition),
                self.assertRaisesRegex(ValidationError, "cannot be read"),
            ):
                self.build_rule(condition=condition)

    def test_used_template_is_kept(self):
        text = self.text("slot_fixed")
        for template in (text, text.sms_template_id, text.mail_template_id):
            with (
                self.subTest(template),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
            ):
                template.unlink()
                self.env.flush_all()

    def test_rights(self):
        rule = self.rule("assigned")
        for role in ("operator", "manager", "dispatcher"):
            user = getattr(self, f"user_{role}")
            self.assertTrue(rule.with_user(user).sentence)
            with self.assertRaises(AccessError):
                rule.with_user(user).active = False
        with self.assertRaises(AccessError):
            rule.with_user(self.user_performer).read(["event"])
        rule.with_user(self.user_admin).active = False
        texts = self.env["sms.template"].with_user(self.user_admin)
        text = texts.create(
            {
                "name": "Short",
                "model_id": self.env["ir.model"]._get_id("service.work.order"),
                "body": "{{ object.name }}: {{ object.partner_id.name }}",
            }
        )
        text.body = "{{ object.name }}"
        with self.assertRaisesRegex(AccessError, "Template Editor"):
            text.body = "{{ object.env.user.sudo().login }}"
