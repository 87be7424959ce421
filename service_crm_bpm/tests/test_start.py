"""Start by hand, from every place, and what a run is linked with."""

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import Form

from odoo.addons.service_crm.tests.common import requirement

from .test_card import CardCommon


class TestStart(CardCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.free = cls.publish(
            cls.build_process(
                "bpm.instance",
                name="Поручение",
                stages={"do": {"kind": "work", **cls.build_responsible(cls.clerk)}},
            )
        )
        cls.request = cls.build_new(partner_id=cls.customer.id)
        # the shipped processes would be offered too
        shipped = cls.env["bpm.process"].search([]) - cls.process - cls.free
        shipped._write({"start_manual": False})
        cls.env.invalidate_all()

    def open_start(self, record=None, user=None, **context):
        """The start card as opened on a record, or from the menu."""
        if record:
            context |= {"active_model": record._name, "active_id": record.id}
        env = self.env(user=user or self.user_dispatcher, context=context)
        return Form(env["bpm.start"])

    @requirement("R107")
    def test_only_what_may_be_started_is_offered(self):
        """Drafts, retired ones, other roles' and other companies' are not."""
        draft = self.build_process(name="Черновик", stages={"a": "work"})
        retired = self.publish(self.build_process(name="Старый", stages={"a": "work"}))
        retired.action_retire()
        other = self.publish(
            self.build_process(
                name="Чужой",
                stages={"a": "work"},
                start_group_ids=[
                    Command.link(self.env.ref("service_crm.group_service_admin").id)
                ],
            )
        )
        company = self.env["res.company"].create({"name": "Второе ООО"})
        abroad = self.publish(
            self.build_process(
                name="Филиал", stages={"a": "work"}, company_id=company.id
            )
        )
        hidden = self.publish(
            self.build_process(name="Сам", stages={"a": "work"}, start_manual=False)
        )
        start = self.env["bpm.start"].with_user(self.user_dispatcher)
        offered = start.create({}).startable_ids
        self.assertLessEqual(self.process | self.free, offered)
        self.assertFalse(offered & (draft | retired | other | abroad | hidden))
        self.assertIn(other, start.with_user(self.user_admin).create({}).startable_ids)
        for process in (draft, retired, other, abroad, hidden):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                start.create(
                    {"process_id": process.id, "res_id": self.request.id}
                ).action_start()

    @requirement("R107")
    def test_customer_and_note_go_with_the_run(self):
        form = self.open_start()
        form.process_id = self.free
        form.partner_id = self.customer
        form.note = "Позвонить до 12"
        action = form.save().action_start()
        run = self.env["bpm.instance"].browse(action["res_id"])
        self.assertEqual(run.process_id, self.free)
        self.assertEqual(run.partner_id, self.customer)
        self.assertEqual(run.note, "Позвонить до 12")
        self.assertEqual(run.user_id, self.user_dispatcher)

    @requirement("R106")
    def test_started_from_a_record_the_record_goes_with_it(self):
        """From the document: about it; from any other record: linked with it."""
        form = self.open_start(self.request)
        self.assertEqual(form.process_id, self.process)
        self.assertEqual(form.res_id, self.request.id)
        self.assertEqual(form.partner_id, self.customer)
        run = self.env["bpm.instance"].browse(form.save().action_start()["res_id"])
        self.assertEqual((run.res_model, run.res_id), ("crm.lead", self.request.id))
        self.assertFalse(run.link_ids)
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "opportunity_id": self.request.id}
        )
        visit = self.build_work_order()
        for record in (order, visit, self.customer):
            form = self.open_start(record)
            self.assertEqual(form.process_id, self.free)
            self.assertEqual(form.partner_id, self.customer)
            run = self.env["bpm.instance"].browse(form.save().action_start()["res_id"])
            self.assertEqual(run.link_ids.mapped("document"), [record])
            found = record.with_user(self.user_dispatcher)
            self.assertEqual(found.process_count, 1)
            action = found.action_open_processes()
            self.assertEqual(self.env["bpm.instance"].search(action["domain"]), run)
            self.assertEqual(action["context"]["start_id"], record.id)

    def test_no_button_where_nothing_is_to_be_opened(self):
        """Neither a process, nor one that the user may start there."""
        visits = self.build_work_order() + self.build_work_order()
        run = self.build_run()
        run._link(visits[:1])
        group = self.env.ref("service_crm.group_service_admin")
        admins = self.publish(
            self.build_process(
                "bpm.instance",
                name="Чужой",
                stages={"do": {"kind": "work", **self.build_responsible(self.clerk)}},
                start_group_ids=[Command.link(group.id)],
            )
        )

        def read(user):
            self.env.invalidate_all()
            return visits.with_user(user).mapped("process_shown")

        self.assertEqual(read(self.user_dispatcher), [True, True])
        processes = self.env["bpm.process"].search([])
        processes._write({"start_manual": False})  # published ones are kept
        self.assertEqual(read(self.user_dispatcher), [True, False])
        admins._write({"start_manual": True})
        self.assertEqual(read(self.user_dispatcher), [True, False])
        self.assertEqual(read(self.user_admin), [True, True])
        self.free._write({"start_manual": True})
        self.assertEqual(read(self.user_dispatcher), [True, True])
        views = self.env["ir.ui.view"].search([("arch_db", "like", "process_count")])
        for view in views:
            count = view.arch.count('name="process_count"')
            self.assertEqual(view.arch.count("not process_shown"), count, view.name)

    @requirement("R106")
    def test_every_place_has_the_start(self):
        """Menu, journal, and the action menu of every kind of document."""
        menus = self.env["ir.ui.menu"].with_user(self.clerk).load_menus(False)
        for name in ("menu_bpm_start", "menu_bpm_my", "menu_bpm_journal"):
            self.assertIn(self.env.ref(f"service_crm_bpm.{name}").id, menus)
        journal = self.env.ref("service_crm_bpm.bpm_instance_view_list").arch
        self.assertIn("action_start_new", journal)
        start = self.env.ref("service_crm_bpm.action_bpm_start").id
        actions = self.env["ir.actions.actions"].with_user(self.user_dispatcher)
        for model in (
            "res.partner",
            "sale.order",
            "crm.lead",
            "account.move",
            "service.work.order",
            "service.contract",
            "service.document",
        ):
            bound = [a["id"] for a in actions.get_bindings(model).get("action", ())]
            self.assertIn(start, bound, model)
        bound = actions.with_user(self.clerk).get_bindings("res.users")
        self.assertNotIn(start, [a["id"] for a in bound.get("action", ())])

    def test_menu_leads_to_the_list_or_the_only_card(self):
        runs = self.env["bpm.instance"].with_user(self.user_dispatcher)
        action = runs.action_start_new()
        found = self.env["bpm.process"].search(action["domain"])
        self.assertLessEqual(self.process | self.free, found)
        (found - self.free).sudo()._write({"start_manual": False})
        self.env.invalidate_all()
        action = runs.action_start_new()
        self.assertEqual(action["res_model"], "bpm.start")
        self.assertEqual(action["context"]["default_process_id"], self.free.id)

    def test_refusals_say_what_to_do(self):
        start = self.env["bpm.start"].with_user(self.user_dispatcher)
        with self.assertRaisesRegex(UserError, "choose one"):
            start.create({"process_id": self.process.id}).action_start()
        values = {"process_id": self.process.id, "res_id": self.request.id}
        start.create(values).action_start()
        with self.assertRaisesRegex(RedirectWarning, "under way"):
            start.create(values).action_start()
        run = self.env["bpm.instance"].search([("res_id", "=", self.request.id)])
        run.write({"is_restricted": True})
        with self.assertRaisesRegex(UserError, "under way") as refused:
            start.create(values).action_start()
        self.assertNotIsInstance(refused.exception, RedirectWarning)

    def test_document_that_does_not_match_is_refused(self):
        process = self.publish(
            self.build_process(
                stages={"a": "work"}, start_domain="[('city', '=', 'Тверь')]"
            )
        )
        start = self.env["bpm.start"].with_user(self.user_dispatcher)
        values = {"process_id": process.id, "res_id": self.request.id}
        with self.assertRaisesRegex(UserError, "does not match"):
            start.create(values).action_start()
        self.request.city = "Тверь"
        self.assertTrue(start.create(values).action_start()["res_id"])

    def test_nobody_starts_on_what_he_may_not_read(self):
        start = self.env["bpm.start"].with_user(self.user_performer)
        with self.assertRaises(UserError):
            start.create(
                {"process_id": self.process.id, "res_id": self.request.id}
            ).action_start()

    def test_restricted_from_the_start(self):
        """The starter and the responsible see it, nobody else."""
        form = self.open_start()
        form.process_id = self.free
        form.is_restricted = True
        run = self.env["bpm.instance"].browse(form.save().action_start()["res_id"])
        self.assertEqual(run.member_ids, self.user_dispatcher | self.clerk)
        self.assertTrue(run.with_user(self.clerk).has_access("read"))
        self.assertFalse(run.with_user(self.user_operator).has_access("read"))


class TestLinks(CardCommon):
    @requirement("R119")
    def test_links_open_and_lead_back(self):
        """Invoice, order, contract, waybill; project and delivery when installed."""
        run = self.build_run()
        records = [
            self.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_user_id": False,
                }
            ),
            self.env["sale.order"].create(
                {
                    "partner_id": self.customer.id,
                    "opportunity_id": run._get_record().id,
                }
            ),
            self.env["service.contract"].create(
                {
                    "subject": "Обслуживание",
                    "partner_id": self.company_customer.id,
                    "date_start": "2026-01-01",
                }
            ),
            self.env["service.document"].create(
                {
                    "type_id": self.env["service.document.type"]
                    .search([("kind", "=", "waybill")], limit=1)
                    .id,
                    "partner_id": self.customer.id,
                }
            ),
        ]
        if "project.project" in self.env:
            records.append(self.env["project.project"].create({"name": "Проект"}))
        fields_of = self.env["bpm.instance"]._get_link_count_fields()
        for record in records:
            self.env["bpm.instance.link"].with_user(self.user_admin).create(
                {"instance_id": run.id, "document": f"{record._name},{record.id}"}
            )
            button = fields_of[record._name]
            with self.subTest(button=button):
                self.assertEqual(run[button], 1)
                seen = run.with_user(self.user_admin).with_context(link_field=button)
                action = seen.action_open_links()
                self.assertEqual(action["res_model"], record._name)
                self.assertEqual(action["res_id"], record.id)
                if "process_count" in record:
                    action = record.with_user(self.user_admin).action_open_processes()
                    found = self.env["bpm.instance"].search(action["domain"])
                    self.assertEqual(found, run)
                else:
                    self.assertIn(str(run.id), record.message_ids[0].body)
        changes = run.journal_ids.filtered(lambda row: row.event == "change")
        self.assertEqual(len(changes), len(records))

    def test_several_links_of_a_kind_open_as_a_list(self):
        run = self.build_run()
        run._link(self.customer | self.company_customer)
        run._link(self.customer)  # already
        self.assertEqual(len(run.link_ids), 2)
        self.assertEqual(run.other_link_count, 2)
        action = run.with_context(link_field="other_link_count").action_open_links()
        found = self.env["res.partner"].search(action["domain"])
        self.assertEqual(found, self.customer | self.company_customer)

    def test_links_need_both_sides(self):
        """The run visible, the record readable; a link is not bent elsewhere."""
        run = self.build_run()
        secret = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.customer.id}
        )
        links = self.env["bpm.instance.link"]
        values = {"instance_id": run.id, "document": f"account.move,{secret.id}"}
        with self.assertRaises(AccessError):
            links.with_user(self.user_operator).create(values)
        with self.assertRaises(AccessError):
            links.with_user(self.clerk).create(
                {**values, "document": f"res.partner,{self.customer.id}"}
            )
        link = links.create(values)
        with self.assertRaises(AccessError):
            link.with_user(self.user_admin).write({"instance_id": self.build_run().id})
        with self.assertRaises(ValueError), self.env.cr.savepoint():
            links.create({**values, "document": "res.users,1"})
