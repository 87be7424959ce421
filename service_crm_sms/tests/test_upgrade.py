from odoo.addons.service_crm.tests.common_upgrade import UpgradeMixin
from odoo.addons.service_crm_sms.hooks import uninstall_hook

from .common import CONFIRMED, MessagesCommon


class TestUpgrade(UpgradeMixin, MessagesCommon):
    """Message rules and texts of databases from before rules pointed to texts."""

    def make_old(self, rule, mail=None, sms=None):
        """The rule as it was: a template of the e-mail, one of the SMS."""
        self.query(
            """
            ALTER TABLE service_notification_rule
                ADD COLUMN IF NOT EXISTS mail_template_id integer,
                ADD COLUMN IF NOT EXISTS sms_template_id integer,
                ALTER COLUMN template_id DROP NOT NULL
            """
        )
        self.query(
            """
            UPDATE service_notification_rule
               SET template_id = NULL, mail_template_id = %s, sms_template_id = %s
             WHERE id = %s
            """,
            mail.id if mail else None,
            sms.id if sms else None,
            rule.id,
        )

    def test_shipped_rules_have_the_shipped_texts(self):
        texts = {self.rule(name): self.text(name) for name in ("ready", "low_rating")}
        for rule, text in texts.items():
            self.make_old(rule, text.mail_template_id, text.sms_template_id)
        self.migrate("service_crm_sms", "post-rules")
        for rule, text in texts.items():
            self.assertEqual(rule.template_id, text)

    def test_own_words_are_still_sent(self):
        sms = self.env["sms.template"].create(
            {
                "name": "Мы едем",
                "model_id": self.env["ir.model"]._get_id("service.work.order"),
                "body": "Мастер выехал, {{ object.name }}",
            }
        )
        rule = self.only_rule("on_the_way", channel="sms")
        other = rule.copy({"active": False})
        for one in rule | other:
            self.make_old(one, sms=sms)
        self.migrate("service_crm_sms", "post-rules")
        self.assertEqual(rule.template_id, other.template_id)
        self.assertEqual(rule.template_id.name, "Мы едем")
        visit = self.build_visit(**CONFIRMED)
        visit.action_assign()
        visit.with_user(self.user_performer).action_on_the_way()
        message = self.sent(visit, rule_id=rule.id)
        self.assertIn(f"Мастер выехал, {visit.name}", message.text)

    def test_templates_can_be_deleted_afterwards(self):
        text = self.text("ready")
        rule = self.rule("ready")
        self.make_old(rule, text.mail_template_id, text.sms_template_id)
        self.migrate("service_crm_sms", "post-rules")
        self.migrate("service_crm_sms", "post-rules")  # nothing is left to do
        rule.unlink()
        mail = text.mail_template_id
        text.unlink()
        mail.unlink()
        self.assertFalse(mail.exists())

    def test_settings_have_the_shipped_values(self):
        columns = ("at_any_hour", "with_invitation", "merge_minutes")
        names = ("received", "on_the_way", "assigned", "cancelled", "slot_moved")
        rules = self.rules.union(*(self.rule(name) for name in names))
        own = self.rule("ready").copy({"merge_minutes": 5})
        shipped = rules.read(columns)
        for column in columns:
            self.query(f"ALTER TABLE service_notification_rule DROP COLUMN {column}")
        self.migrate("service_crm_sms", "pre-rules")
        self.assertEqual(rules.read(columns), shipped)
        self.assertEqual(own.merge_minutes, 0)
        self.rule("received").at_any_hour = False
        self.migrate("service_crm_sms", "pre-rules")
        self.assertFalse(self.rule("received").at_any_hour)

    def test_offers_go_to_who_is_named(self):
        rule = self.rule("offered")
        shipped = rule.condition
        for before, after in (
            ("[]", shipped),
            (False, shipped),
            ("[('id', '>', 0)]",) * 2,
        ):
            rule.condition = before
            self.migrate("service_crm_sms", "post-rules")
            self.assertEqual(rule.condition, after)

    def test_closed_teams(self):
        rule = self.env.ref("service_crm_sms.rule_notification_privacy")
        shipped = rule.domain_force
        rule.domain_force = shipped.partition(" + ")[0]
        self.assertNotEqual(rule.domain_force, shipped)
        self.migrate("service_crm_sms", "post-rules")
        self.assertEqual(rule.domain_force, shipped)

    def make_old_texts(self):
        """Texts of “on the way” as they were; returns those of today."""
        mail = self.env.ref("service_crm_sms.mail_template_on_the_way")
        sms = self.env.ref("service_crm_sms.sms_template_on_the_way")
        shipped = {mail: str(mail.body_html), sms: sms.body}
        mail.body_html = (
            shipped[mail]
            .replace(
                'object._get_arrival_text()">10:00–10:30</t>',
                'object._get_slot_text(object._get_customer_tz())">'
                "Monday, 23 November, 10:00–12:00</t>",
            )
            .replace(">Arrives<", ">Planned<")
        )
        sms.body = sms.body.replace(", arrives {{ object._get_arrival_text() }}", "")
        self.assertNotEqual(str(mail.body_html), shipped[mail])
        self.assertNotEqual(sms.body, shipped[sms])
        for table in ("mail_template", "sms_template"):
            self.query(f"UPDATE {table} SET write_date = create_date")
        return shipped

    def test_on_the_way_says_when_he_arrives(self):
        shipped = self.make_old_texts()
        self.migrate("service_crm_sms", "pre-texts")
        for template, text in shipped.items():
            field = "body" if template._name == "sms.template" else "body_html"
            self.assertEqual(str(template[field]), text)

    def test_texts_written_anew_stay(self):
        shipped = self.make_old_texts()
        for template in shipped:
            self.query(
                f"UPDATE {template._table} SET write_date = now() + interval '1 day'"
                " WHERE id = %s",
                template.id,
            )
        self.migrate("service_crm_sms", "pre-texts")
        for template, text in shipped.items():
            field = "body" if template._name == "sms.template" else "body_html"
            self.assertNotEqual(str(template[field]), text)

    def test_templates_go_with_their_addon_also_when_the_company_uses_them(self):
        text = self.text("ready")
        own = text.copy({"mail_template_id": text.mail_template_id.id})
        self.rule("ready").copy({"template_id": own.id})
        templates = (text.mail_template_id, text.sms_template_id)
        uninstall_hook(self.env)
        for template in templates:
            template.unlink()
            self.assertFalse(template.exists())
