"""The set of a request: made, changed, required, handed over, passed on."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import requirement
from .common_documents import DocumentsCommon


class TestDocumentSets(DocumentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.act.in_set = True
        cls.minutes.in_set = True
        cls.request = cls.build_agreed_request()
        cls.visit = cls.build_visit(cls.request, "in_progress")

    def make(self, request=None, role="dispatcher"):
        request = request or self.request
        request.with_user(self.users[role]).action_make_documents()
        return request.document_ids

    @requirement("R64")
    def test_one_press_makes_the_set_as_filled_drafts(self):
        documents = self.make()
        self.assertEqual(documents.type_id, self.act | self.minutes)
        self.assertEqual(set(documents.mapped("state")), {"draft"})
        self.assertFalse(any(documents.mapped("name")))
        for document in documents:
            self.assertEqual(document.partner_id, self.customer)
            self.assertEqual(document.order_id, self.request.order_ids)
            self.assertEqual(document.company_id, self.env.company)
        act = documents.filtered(lambda d: d.type_id == self.act)
        self.assertEqual(act.work_order_id, self.visit)
        self.assertEqual(act.performer_id, self.performer)
        self.assertEqual(act.responsible_id, self.user_dispatcher)
        minutes = documents - act
        self.assertFalse(minutes.work_order_id)
        self.assertEqual(minutes.responsible_id, self.user_manager)
        self.assertEqual(self.make(), documents, "a second press doubles nothing")

    def test_a_new_visit_gets_what_it_lacks(self):
        first = self.make()
        second_visit = self.build_visit(self.request, "assigned")
        added = self.make() - first
        self.assertEqual(added.type_id, self.act)
        self.assertEqual(added.work_order_id, second_visit)

    def test_a_cancelled_document_is_made_again(self):
        documents = self.make()
        act = documents.filtered(lambda d: d.type_id == self.act)
        act._action_cancel("Ошибка")
        again = self.make() - documents
        self.assertEqual(again.type_id, self.act)

    def test_drafts_are_issued_from_the_request(self):
        request = self.request.with_user(self.user_dispatcher)
        with self.assertRaisesRegex(UserError, "no drafts"):
            request.action_issue_documents()
        self.assertEqual(request.document_checklist["next"], "Next: make 2 more.")
        documents = self.make()
        self.request.invalidate_recordset()
        self.assertEqual(request.document_checklist["next"], "Next: issue 2.")
        documents[0].partner_id = False
        answer = request.action_issue_documents()
        self.assertEqual(documents.mapped("state"), ["draft", "issued"])
        self.assertIn(documents[0].display_name, answer["params"]["message"])
        with self.assertRaisesRegex(UserError, "choose the customer"):
            request.action_issue_documents()

    def test_papers_of_merged_requests_go_along(self):
        twice = self.build_request(partner_id=self.customer.id)
        paper = self.build_paper(self.minutes, request_id=twice.id)
        paper._action_issue()
        archived = self.build_paper(request_id=twice.id, active=False)
        merged = (self.request | twice).with_user(self.user_dispatcher)
        merged = merged.merge_opportunity()
        self.assertEqual((paper | archived).request_id, merged)

    def test_invoices_stand_among_the_documents(self):
        request = self.build_agreed_request()
        self.build_visit(request)
        self.close_works(request)
        invoice = request.order_ids.invoice_ids
        row = request.with_user(self.user_manager).document_checklist["rows"][-1]
        self.assertEqual((row["model"], row["id"]), ("account.move", invoice.id))
        self.assertEqual((row["name"], row["state"]), ("Customer Invoice", "draft"))

    def test_several_requests_at_once(self):
        others = self.build_agreed_request() | self.build_agreed_request()
        for request in others:
            self.build_visit(request, "assigned")
        requests = (self.request | others).with_user(self.user_manager)
        requests.action_make_documents()
        for request in requests:
            self.assertEqual(len(request.document_ids), 2)

    def test_queries_do_not_grow_with_the_requests(self):
        def count(number):
            requests = self.env["crm.lead"]
            for _index in range(number):
                request = self.build_agreed_request()
                self.build_visit(request, "assigned")
                requests |= request
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            requests.sudo()._get_missing_documents()
            requests.sudo()._get_document_rows()
            return self.env.cr.sql_log_count - before

        self.act.is_required = self.minutes.is_required = True
        count(1)
        self.assertLessEqual(count(6), count(2) + 1)

    def test_kinds_for_services_teams_and_companies(self):
        category = self.build_category("Эскалаторы")
        branch = self.env["service.category"].create(
            {"name": "Ступени", "parent_id": category.id}
        )
        product = self.build_product("Ступень", service_category_id=branch.id)
        other_team = self.team.copy({"name": "Другие"})
        other_company = self.env["res.company"].create({"name": "Бета"})
        by_category = self.build_kind(
            "Паспорт", category_ids=[Command.set(category.ids)]
        )
        by_product = self.build_kind(
            "Гарантия", product_ids=[Command.set(product.product_tmpl_id.ids)]
        )
        by_team = self.build_kind("Лист", team_ids=[Command.set(other_team.ids)])
        by_company = self.build_kind("Бланк", company_id=other_company.id)
        plain = self.request._get_document_sets()[self.request]
        for kind in (by_category, by_product, by_team, by_company):
            self.assertNotIn(kind.id, plain)
        self.build_line(self.request, product)
        with_product = self.request._get_document_sets()[self.request]
        self.assertIn(by_category.id, with_product)
        self.assertIn(by_product.id, with_product)
        self.assertNotIn(by_team.id, with_product)

    def test_without_a_customer_nothing_is_made(self):
        request = self.build_request()
        with self.assertRaisesRegex(UserError, "no customer yet"):
            self.make(request)
        self.assertFalse(request.document_ids)

    @requirement("R39")
    def test_manager_changes_the_set_of_one_request(self):
        extra = self.build_kind("Доверенность", in_set=False)
        request = self.request.with_user(self.user_manager)
        action = request.action_change_document_set()
        self.assertEqual(action["res_id"], request.id)
        self.assertEqual(request.document_need_ids.type_id, self.act | self.minutes)
        request.write(
            {
                "document_need_ids": [
                    Command.delete(
                        request.document_need_ids.filtered(
                            lambda n: n.type_id == self.minutes
                        ).id
                    ),
                    Command.create({"type_id": extra.id, "is_required": True}),
                ]
            }
        )
        rows = request.document_checklist["rows"]
        self.assertEqual([row["name"] for row in rows], ["Акт", "Доверенность"])
        self.assertEqual([row["required"] for row in rows], [False, True])
        self.assertEqual(self.make().type_id, self.act | extra)
        # The default stays, for all other requests.
        self.assertTrue(self.minutes.in_set)
        self.assertFalse(extra.in_set)
        self.assertFalse(extra.is_required)
        other = self.build_agreed_request()
        self.assertEqual(
            set(other._get_document_sets()[other]), {self.act.id, self.minutes.id}
        )
        with self.assertRaises(AccessError):
            request.with_user(self.user_dispatcher).action_change_document_set()
        request.action_reset_document_set()
        self.assertEqual(
            set(request._get_document_sets()[request]),
            {self.act.id, self.minutes.id},
        )

    @requirement("R38")
    def test_work_is_not_handed_in_without_its_documents(self):
        self.act.is_required = True
        self.visit.report = "Смазал"
        visit = self.visit.with_user(self.user_performer)
        with self.assertRaisesRegex(UserError, f"“Акт for {visit.name}” is missing"):
            visit.action_done()
        visit.action_make_documents()
        act = self.visit.document_ids
        self.assertEqual(act.type_id, self.act)
        with self.assertRaisesRegex(UserError, "“Акт for .*” is not issued yet"):
            visit.action_done()
        act.with_user(self.user_dispatcher).action_issue()
        self.assertEqual(act.holder, "performer")
        with self.assertRaisesRegex(UserError, "neither signed nor scanned"):
            visit.action_hand_over_documents()
        with self.assertRaisesRegex(UserError, "neither signed nor scanned"):
            visit.action_done()
        self.assertEqual(self.visit.state, "in_progress")
        scan = self.build_scan(user=self.user_performer)
        act.with_user(self.user_performer).scan_ids = scan
        self.assertEqual(scan.res_id, act.id)
        visit.action_done()
        self.assertEqual(self.visit.state, "done")
        self.assertEqual(act.holder, "dispatcher")

    def test_optional_documents_stop_nothing(self):
        self.visit.report = "Смазал"
        self.visit.with_user(self.user_performer).action_done()
        self.assertEqual(self.visit.state, "done")

    @requirement("R178")
    def test_request_is_not_closed_without_its_documents(self):
        self.minutes.is_required = True
        self.act.write({"is_required": True, "needed_by": "request_close"})
        request = self.build_agreed_request()
        visit = self.build_visit(request)
        self.close_works(request)
        closer = request.with_user(self.user_dispatcher)
        with self.assertRaises(UserError) as refused:
            closer.action_close()
        self.assertIn("“Протокол” is missing", str(refused.exception))
        self.assertIn(f"“Акт for {visit.name}” is missing", str(refused.exception))
        self.assertEqual(request.service_phase, "closing")
        documents = self.make(request)
        with self.assertRaisesRegex(UserError, "“Протокол” is not issued yet"):
            closer.action_close()
        documents.with_user(self.user_dispatcher).action_issue()
        with self.assertRaisesRegex(UserError, "neither signed nor scanned"):
            closer.action_close()
        act = documents.filtered(lambda d: d.type_id == self.act)
        act.with_user(self.user_dispatcher).action_sign(
            signed_by="Анна Петрова",
            scan_ids=self.build_scan(user=self.user_dispatcher).ids,
        )
        closer.action_close()
        self.assertEqual(request.service_phase, "done")

    @requirement("R40")
    def test_passed_on_the_manager_has_one_to_do_and_the_order_the_files(self):
        documents = self.make()
        documents.with_user(self.user_dispatcher).action_issue()
        act = documents.filtered(lambda d: d.type_id == self.act)
        act.with_user(self.user_dispatcher).scan_ids = self.build_scan(
            user=self.user_dispatcher
        )
        request = self.request.with_user(self.user_dispatcher)
        with self.assertRaisesRegex(UserError, "You hold no issued documents"):
            request.action_pass_documents()
        self.visit.with_user(self.user_dispatcher).action_hand_over_documents()
        self.assertEqual(act.holder, "dispatcher")
        request.action_pass_documents()
        self.assertEqual(set(documents.mapped("holder")), {"manager"})
        kind = self.env.ref("service_crm.mail_activity_documents")
        to_do = self.request.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertEqual(len(to_do), 1)
        self.assertEqual(to_do.user_id, self.user_manager)
        self.assertIn(act.name, to_do.note)
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "sale.order"),
                ("res_id", "=", self.request.order_ids.id),
            ]
        )
        names = set(files.mapped("name"))
        self.assertEqual(names, {*documents.attachment_id.mapped("name"), "скан.png"})
        # Something comes later: the same to-do, no file twice.
        late = self.build_paper(
            self.minutes, request_id=self.request.id, order_id=act.order_id.id
        )
        late._action_issue()
        late.holder = act.holder = "dispatcher"
        request.action_pass_documents()
        to_do = self.request.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertEqual(len(to_do), 1)
        self.assertIn(late.name, to_do.note)
        after = self.env["ir.attachment"].search_count(
            [
                ("res_model", "=", "sale.order"),
                ("res_id", "=", self.request.order_ids.id),
            ]
        )
        self.assertEqual(after, len(files) + 1)

    def test_missing_documents_are_not_passed_on(self):
        self.minutes.is_required = True
        with self.assertRaisesRegex(UserError, "“Протокол” is missing"):
            self.request.with_user(self.user_dispatcher).action_pass_documents()

    def test_paper_goes_from_hand_to_hand(self):
        documents = self.make()
        documents._action_issue()
        act = documents.filtered(lambda d: d.type_id == self.act)
        with self.assertRaises(AccessError):
            act.with_user(self.user_manager).action_hand_over()
        act.with_user(self.user_performer).action_hand_over()
        self.assertEqual(act.holder, "dispatcher")
        with self.assertRaises(AccessError):
            act.with_user(self.user_performer).action_hand_over()
        act.with_user(self.user_dispatcher).action_hand_over()
        act.with_user(self.user_manager).action_hand_over()
        self.assertEqual(act.holder, "customer")
        with self.assertRaisesRegex(UserError, "the customer has it already"):
            act.with_user(self.user_manager).action_hand_over()

    def test_an_expired_paper_is_not_handed_over(self):
        act = self.make().filtered(lambda d: d.type_id == self.act)
        act.valid_until = "2020-01-01"
        act._action_issue()
        with self.assertRaisesRegex(UserError, "expired"):
            act.with_user(self.user_performer).action_hand_over()
        self.assertEqual(
            self.env["service.document"].search([("is_expired", "=", True)]), act
        )
        self.assertNotIn(
            act, self.env["service.document"].search([("is_expired", "=", False)])
        )

    def test_an_agreed_offer_does_not_expire(self):
        order = self.build_agreed_request().order_ids
        kind = self.build_kind("КП", kind="offer")
        agreed, open_offer = (
            self.build_paper(kind, valid_until="2020-01-01", order_id=order_id)
            for order_id in (order.id, False)
        )
        self.assertEqual((agreed + open_offer).mapped("is_expired"), [False, True])
        documents = self.env["service.document"].with_user(self.user_performer)
        for expired in (True, False):
            documents.search([("is_expired", "=", expired)])  # without any order
        found = self.env["service.document"].search([("is_expired", "=", True)])
        self.assertIn(open_offer, found)
        self.assertNotIn(agreed, found)

    def test_list_names_what_is_there_and_what_is_missing(self):
        self.act.is_required = True
        row, other = self.request.document_checklist["rows"]
        self.assertEqual((row["state"], row["there"]), ("missing", False))
        self.assertEqual(row["needed_by"], "Work Done")
        self.assertFalse(other["required"])
        act = self.make().filtered(lambda d: d.type_id == self.act)
        act._action_issue()
        self.request.invalidate_recordset()
        row = self.request.document_checklist["rows"][0]
        self.assertEqual(
            (row["id"], row["state"], row["number"], row["holder"]),
            (act.id, "issued", act.name, "Performer"),
        )
        stray = self.build_paper(self.minutes, request_id=self.request.id)
        stray_too = stray.copy()
        self.request.invalidate_recordset()
        ids = [row["id"] for row in self.request.document_checklist["rows"]]
        self.assertIn(stray.id, ids)
        self.assertIn(stray_too.id, ids)
        visit = self.visit.with_user(self.user_performer)
        self.assertEqual(
            [row["id"] for row in visit.document_checklist["rows"]], [act.id]
        )
