"""Role × model × operation, for what processes wait for and send out."""

from odoo.tests import new_test_user

from odoo.addons.service_crm.tests.common_rights import RightsCommon

from .common_process import ProcessCommon

RIGHTS = {"timer": "admin r", "wait": "admin r", "outgoing webhook": "admin r"}


class TestRightsTime(RightsCommon, ProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rest = {"kind": "pause", "pause_amount": 1, "pause_unit": "days"}
        cls.process = cls.publish(cls.build_process(stages={"rest": rest}))
        cls.token = cls.start(cls.process, cls.build_new()).token_ids[-1]
        cls.timer = cls.token.timer_ids
        cls.wait = cls.env["bpm.wait"].create(
            {"token_id": cls.token.id, "kind": "signal", "key": "Оплачено"}
        )
        cls.outgoing = cls.env["bpm.outbox"].create(
            {"name": "Оплачено", "url": "https://1c.example.com/hook"}
        )

    def test_roles_models_operations(self):
        self.check_table(
            RIGHTS,
            {
                "timer": (
                    self.timer,
                    {"state": "failed"},
                    {
                        "token_id": self.token.id,
                        "instance_id": self.token.instance_id.id,
                        "kind": "pause",
                        "date_due": "2026-12-01 10:00:00",
                    },
                ),
                "wait": (
                    self.wait,
                    {"key": "Иное"},
                    {"token_id": self.token.id, "kind": "signal", "key": "Иное"},
                ),
                "outgoing webhook": (
                    self.outgoing,
                    {"state": "sent"},
                    {"name": "Иное", "url": "https://1c.example.com"},
                ),
            },
        )

    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Бета"})
        stranger = new_test_user(
            self.env,
            "beta_admin",
            groups="service_crm.group_service_admin",
            company_id=company.id,
            company_ids=[company.id],
        )
        self.assertEqual(self.timer.company_id, self.env.company)
        for record in (self.timer, self.wait, self.outgoing):
            record.sudo().company_id = self.env.company
            found = record.with_user(stranger).search([("id", "=", record.id)])
            self.assertFalse(found, record)
