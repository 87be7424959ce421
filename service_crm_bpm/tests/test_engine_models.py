from odoo.fields import Command

from odoo.addons.service_crm.tests.common import requirement

from .common_process import ProcessCommon

STAGES = {
    "call": "work",
    "urgent": "decision",
    "visit": "work",
}


class TestEngineModels(ProcessCommon):
    """A process goes on any kind of document as it does on deals."""

    def check_case(self, records, field):
        """Two documents of a kind: stages, people's tasks, results and conditions.

        :param field: tells the urgent document from the other one
        """
        ways = [
            ("start", "call"),
            ("call", "urgent", "Согласен"),
            ("call", "end", "Отказ"),
            ("urgent", "visit", {"domain": f"[('{field}', 'ilike', 'срочно')]"}),
            ("urgent", "end", {"is_default": True}),
            ("visit", "end"),
        ]
        responsible = {"kind": "user", "user_id": self.user_dispatcher.id}
        stages = {
            key: {"kind": kind, "responsible_ids": [(0, 0, responsible)]}
            if kind == "work"
            else kind
            for key, kind in STAGES.items()
        }
        process = self.publish(
            self.build_process(
                records._name,
                stages,
                ways,
                user_id=self.env.ref("base.user_admin").id,
            )
        )
        hot, cold = self.start(process, records)
        tokens = self.get_open(hot + cold, "call")
        self.assertEqual(tokens.user_id, self.user_dispatcher)
        self.assertEqual(len(tokens.activity_id), 2)
        self.complete(hot + cold, "call", "Согласен")
        self.assertEqual(self.get_places(hot), ["visit"])
        self.assertEqual(cold.state, "done")
        self.complete(hot, "visit")
        self.assertEqual(hot.state, "done")
        self.assertFalse(tokens.activity_id.filtered("active"))
        return hot

    @requirement("R189")
    def test_tenders_contracts_and_customers_go_as_deals_do(self):
        partner = self.build_partner(name="Заказчик")
        for model, field, values in (
            ("crm.lead", "name", {"team_id": self.team.id}),
            ("service.tender", "subject", {"partner_id": partner.id}),
            ("service.contract", "subject", {"partner_id": partner.id}),
            ("res.partner", "name", {}),
        ):
            with self.subTest(model=model):
                records = self.env[model].create(
                    [{field: name, **values} for name in ("Срочно!", "Подождёт")]
                )
                run = self.check_case(records, field)
                self.assertEqual(run._get_record(), records[0])

    @requirement("R189")
    def test_a_section_that_the_company_made_itself(self):
        self.addCleanup(self.registry.reset_changes)
        self.env["ir.model"].create(
            {
                "name": "Мониторинг цен",
                "model": "x_price_monitoring",
                "is_mail_thread": True,
                "is_mail_activity": True,
                "field_id": [
                    Command.create(
                        {
                            "name": "x_name",
                            "field_description": "Название",
                            "ttype": "char",
                        }
                    )
                ],
            }
        )
        self.env["ir.model.access"].create(
            {
                "name": "Мониторинг цен",
                "model_id": self.env["ir.model"]._get_id("x_price_monitoring"),
                "group_id": self.env.ref("base.group_user").id,
                "perm_read": True,
                "perm_write": True,
            }
        )
        records = self.env["x_price_monitoring"].create(
            [{"x_name": "Срочно: кабель"}, {"x_name": "Труба"}]
        )
        self.check_case(records, "x_name")
