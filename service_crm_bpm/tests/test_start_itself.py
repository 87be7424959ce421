from odoo.tests import new_test_user, tagged

from odoo.addons.service_crm.tests.common import requirement

from .test_event import WatchCommon


@tagged("post_install", "-at_install")
class TestStartItself(WatchCommon):
    """Processes that start when a document is made or begins to match."""

    def build_starting(self, mode="create", model="crm.lead", domain="[]", **values):
        process = self.build_process(
            model,
            {"call": "work"},
            start_mode=mode,
            start_domain=domain,
            **values,
        )
        return self.publish(process)

    def get_runs(self, process):
        self.finish()
        return self.env["bpm.instance"].search([("process_id", "=", process.id)])

    @requirement("R73")
    def test_off_means_by_hand(self):
        process = self.build_starting("none")
        request = self.build_new()
        self.assertFalse(self.get_runs(process))
        self.start(process, request)
        self.assertEqual(self.get_runs(process).res_id, request.id)

    def test_when_a_document_is_made(self):
        process = self.build_starting(domain="[('city', '=', 'Тула')]")
        other, *matching = self.build_new(3, city="Тула")
        other.city = "Омск"  # before the end of the request that made it
        runs = self.get_runs(process)
        self.assertEqual(sorted(runs.mapped("res_id")), [r.id for r in matching])
        self.assertEqual(self.get_places(runs), ["call", "call"])
        other.city = "Тула"
        self.assertEqual(len(self.get_runs(process)), 2, "only when it is made")

    def test_when_it_begins_to_match(self):
        process = self.build_starting(
            "condition", domain="[('city', '=', 'Тула')]", start_once=False
        )
        requests = self.build_new(3)
        requests[0].city = "Омск"
        self.assertFalse(self.get_runs(process))
        requests[:2].city = "Тула"
        self.assertEqual(len(self.get_runs(process)), 2)
        requests[:2].write({"street": "Ленина", "city": "Тула"})
        self.assertEqual(len(self.get_runs(process)), 2, "it matched before")
        requests[0].city = "Омск"
        self.finish()
        requests[0].city = "Тула"
        self.assertEqual(len(self.get_runs(process)), 3, "it begins again")
        self.build_new(city="Тула")
        self.assertEqual(len(self.get_runs(process)), 4, "made so")

    def test_not_a_second_time_while_one_is_under_way(self):
        process = self.build_starting("condition", domain="[('city', '=', 'Тула')]")
        request = self.build_new(city="Тула")
        self.assertEqual(len(self.get_runs(process)), 1)
        request.city = "Омск"
        self.finish()
        request.city = "Тула"
        self.assertEqual(len(self.get_runs(process)), 1)
        self.complete(self.get_runs(process), "call")
        request.city = "Омск"
        self.finish()
        request.city = "Тула"
        self.assertEqual(len(self.get_runs(process)), 2)

    def test_a_computed_field_begins_to_match(self):
        process = self.build_starting(
            "condition", domain="[('email_normalized', '=', 'anna@alfa.example.com')]"
        )
        request = self.build_new()
        self.finish()
        request.email_from = "Анна <anna@alfa.example.com>"
        self.assertEqual(self.get_runs(process).res_id, request.id)

    @requirement("R80")
    def test_on_every_kind_of_document(self):
        files = self.env["service.document.type"].search([], limit=1)
        made = {
            "res.partner": {"name": "ООО «Ромашка»"},
            "crm.lead": {"name": "Сделка", "team_id": self.team.id},
            "sale.order": {"partner_id": self.customer.id},
            "account.move": {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
            },
            "service.document": {"type_id": files.id, "partner_id": self.customer.id},
            "service.work.order": {"partner_id": self.customer.id},
        }
        everything = self.env.ref("base.user_admin").id
        processes = {
            model: self.build_starting(model=model, user_id=everything)
            for model in made
        }
        for model, values in made.items():
            document = self.env[model].create(values)
            runs = self.get_runs(processes[model])
            self.assertIn(document.id, runs.mapped("res_id"), model)
            self.assertEqual(set(runs.mapped("state")), {"running"})

    def test_only_what_the_process_may_see(self):
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman"
        )
        process = self.build_starting(user_id=seller.id)
        self.build_new(user_id=self.user_manager.id)
        self.assertFalse(self.get_runs(process))

    def test_a_process_of_one_company_leaves_the_others_alone(self):
        other = self.env["res.company"].create({"name": "Бета"})
        process = self.build_starting(company_id=other.id)
        self.user_admin.company_ids += other
        request = self.build_new(company_id=self.env.company.id)
        self.assertNotIn(request.id, self.get_runs(process).mapped("res_id"))

    def test_one_that_starts_itself_again_and_again_is_stopped(self):
        process = self.build_process(
            "res.partner",
            {"set": "automatic", "back": "automatic"},
            start_mode="condition",
            start_domain="[('city', 'in', ('Тула', 'Омск'))]",
            start_once=False,
        )
        for key, city in (("set", "Орёл"), ("back", "Тула")):
            self.build_field_robot(
                {"city": city},
                "res.partner",
                trigger="process",
                process_stage_id=self.get_stage(process, key).id,
            )
        self.publish(process)
        partner = self.build_partner(name="Вечный")
        self.finish()
        partner.city = "Омск"
        for _round in range(8):
            partner.flush_recordset()
            self.finish()
        runs = self.get_runs(process)
        self.assertLessEqual(len(runs), 5)

    def test_a_failed_start_stops_nobody_and_is_said(self):
        process = self.build_starting()
        origin = type(process)._prepare_document_values

        def prepare(process, document):
            if document.name == "Заявка 1":
                raise ValueError("сломано")
            return origin(process, document)

        self.patch(type(process), "_prepare_document_values", prepare)
        requests = self.build_new(4)
        self.assertEqual(len(self.get_runs(process)), 3)
        self.assertEqual(len(requests.exists()), 4)
        said = process.message_ids.filtered(lambda m: "сломано" in (m.body or ""))
        self.assertEqual(len(said), 1)
        self.assertIn("Заявка 1", said.body)
        self.assertEqual(said.notified_partner_ids, self.user_admin.partner_id)
        self.build_new(2)
        self.finish()
        again = process.message_ids.filtered(lambda m: "сломано" in (m.body or ""))
        self.assertEqual(len(again), 2)
        self.assertFalse((again - said).notified_partner_ids, "told once a day")

    def test_a_retired_process_does_not_start(self):
        process = self.build_starting()
        process.with_user(self.user_admin).action_retire()
        self.build_new()
        self.assertFalse(self.get_runs(process))
