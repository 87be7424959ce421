"""What nobody gets at: other people's jobs and files, secrets, steps by hand."""

from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common_rights import VisitsCommon

# A picture of one dot.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
STAFF = "operator manager dispatcher admin"


class TestRightsLeaks(VisitsCommon):
    """Tried by RPC, as those who would like to."""

    def test_performers_own_and_others(self):
        """A performer finds the own jobs only, and nothing that hangs on others'."""
        own, other = self.own_visit, self.visit
        find = lambda model, domain=(): self.rpc(  # noqa: E731
            "performer", model, "search", list(domain)
        )
        self.assertEqual(find("service.work.order"), own.ids)
        self.assertEqual(find("service.work.order.line"), own.line_ids.ids)
        self.assertNotIn(self.request.id, find("crm.lead"))
        self.assertEqual(
            find("service.request.line"), self.own_request.request_line_ids.ids
        )
        for model in ("mail.message", "mail.activity", "ir.attachment"):
            for record in (other, self.request):
                on = [
                    (
                        "model" if model == "mail.message" else "res_model",
                        "=",
                        record._name,
                    ),
                    ("res_id", "=", record.id),
                ]
                self.assertTrue(
                    self.env[model].search_count(on) or model != "mail.message"
                )
                self.assertEqual(find(model, on), [])

    def test_files_of_others(self):
        """Photo, signature and the raw message of others are nobody's to fetch."""
        photo = self.env["ir.attachment"].create(
            {
                "name": "подъезд.jpg",
                "raw": b"photo",
                "res_model": "service.work.order",
                "res_id": self.visit.id,
            }
        )
        self.visit.write({"signature": PIXEL, "photo_ids": [Command.link(photo.id)]})
        raw = self.env["service.inbound"].create(
            {"channel": "mail", "name": "Письмо", "raw": "cmF3"}
        )
        field_files = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_field", "!=", False),
                    "|",
                    "&",
                    ("res_model", "=", "service.work.order"),
                    ("res_id", "=", self.visit.id),
                    "&",
                    ("res_model", "=", "service.inbound"),
                    ("res_id", "=", raw.id),
                ]
            )
        )
        self.assertEqual(len(field_files), 2)
        for file in photo | field_files:
            for role in ("performer", "user", "portal", "public"):
                with self.subTest(file=file.name, role=role):
                    self.assertEqual(
                        self.ask(role, "ir.attachment", "read", file.ids, ["raw"]), "no"
                    )
        colleague = self.colleague.user_id
        self.assertEqual(
            self.ask(colleague, "ir.attachment", "read", photo.ids, ["raw"]), "yes"
        )

    def test_a_file_of_another_is_not_taken_over(self):
        """A performer links a foreign attachment to the own order and still cannot
        read it."""
        foreign = self.env["ir.attachment"].create(
            {
                "name": "договор.pdf",
                "raw": b"secret",
                "res_model": "crm.lead",
                "res_id": self.request.id,
            }
        )
        self.ask(
            "performer",
            "service.work.order",
            "write",
            self.own_visit.ids,
            {"photo_ids": [Command.link(foreign.id)]},
        )
        self.own_visit.photo_ids = foreign
        self.assertEqual(
            self.ask("performer", "ir.attachment", "read", foreign.ids, ["raw"]), "no"
        )
        self.assertEqual(foreign.res_model, "crm.lead")

    def test_the_customers_link_is_a_secret(self):
        """Token unreadable, in a search too; the page opens for those who talk."""
        for record in (self.own_request, self.own_visit):
            record._portal_ensure_token()
            for role in (*STAFF.split(), "performer"):
                args = (role, record._name)
                with self.subTest(model=record._name, role=role):
                    self.assertEqual(
                        self.ask(*args, "read", record.ids, ["access_token"]), "no"
                    )
                    self.assertEqual(
                        self.ask(*args, "search", [("access_token", "=like", "a%")]),
                        "no",
                    )
                    self.assertEqual(
                        self.ask(*args, "write", record.ids, {"access_token": "a"}),
                        "no",
                    )
                    self.assertNotIn(
                        "access_token", self.rpc(*args, "fields_get") or {}
                    )
        with self.assertRaises(AccessError):
            self.rpc(
                "performer",
                "crm.lead",
                "action_open_customer_page",
                self.own_request.ids,
            )
        action = self.rpc(
            "operator", "crm.lead", "action_open_customer_page", self.own_request.ids
        )
        self.assertIn(self.own_request.access_token, action["url"])

    def test_no_template_shows_the_link(self):
        """Every employee may render and send templates; the link stays out of it."""
        template = self.env.ref("service_crm.mail_template_received")
        on = f"crm.lead,{self.own_request.id}"
        for role in ("performer", "operator"):
            with self.subTest(role=role), self.undone():
                may = role == "operator"
                try:
                    preview = self.rpc(
                        role,
                        "mail.template.preview",
                        "create",
                        {"mail_template_id": template.id, "resource_ref": on},
                    )
                    shown = self.rpc(
                        role, "mail.template.preview", "read", preview, ["body_html"]
                    )
                except UserError:
                    shown = ""
                self.assertEqual("/service/r/" in str(shown), may)
        answer = self.ask(
            "performer",
            "mail.template",
            "send_mail",
            template.ids,
            self.own_request.id,
            email_values={"email_to": "me@example.com"},
        )
        self.assertNotEqual(answer, "yes")

    def test_performer_reads_mails_without_the_link(self):
        """The mail to the customer is no message for the performer; others are."""
        self.own_visit.write(
            {
                "customer_confirmed": datetime(2026, 11, 20),
                "performer_confirmed": datetime(2026, 11, 20),
            }
        )
        self.send_messages()
        records = self.own_visit | self.visit
        note = self.own_visit.message_post(body="Ключ у консьержа")
        for record in (self.own_visit, self.own_request):
            reply = record.message_post(
                body=f"> {record._get_service_tracking_url()}", message_type="email"
            )
            found = self.rpc(
                "performer",
                "mail.message",
                "search_read",
                [("model", "=", record._name), ("res_id", "=", record.id)],
                ["body"],
            )
            self.assertNotIn(reply.id, [row["id"] for row in found])
            self.assertNotIn(self.own_request.access_token, str(found))
        self.assertTrue(
            self.env["mail.message"].search_count(
                [
                    ("model", "=", records._name),
                    ("body", "ilike", self.own_request.access_token),
                ]
            )
        )
        self.assertEqual(
            self.ask("performer", "mail.message", "read", note.ids, ["body"]), "yes"
        )

    def test_steps_are_not_forged(self):
        """What only steps write is refused as a value, whoever sends it."""
        cases = [
            (self.own_request, "operator manager dispatcher", values)
            for values in (
                {"stage_id": self.stages["done"].id},
                {"service_rating_state": "rated"},
                {"works_closed_at": "2026-12-01 00:00:00"},
                {"service_payment_state": "paid"},
                {"service_phase": "done"},
                {"is_service": False},
                {"rating_last_value": 5},
                {"service_number": "SR/1"},
                {"invoice_error": "x"},
            )
        ]
        cases += [
            (self.own_visit, "dispatcher performer", values)
            for values in (
                {"state": "closed"},
                {"customer_confirmed": "2026-12-01 00:00:00"},
                {"performer_user_id": self.user_performer.id},
                {"actual_end": "2026-12-01 00:00:00"},
            )
        ]
        order = self.request.service_quotation_id
        cases += [
            (order, "manager dispatcher", {"state": "sale"}),
            (order, "manager dispatcher", {"is_service": False}),
            (
                order,
                "manager dispatcher",
                {
                    "service_approval_ids": [
                        Command.update(
                            order.service_approval_ids[0].id, {"state": "approved"}
                        )
                    ]
                },
            ),
            (
                self.own_visit,
                "performer",
                {
                    "line_ids": [
                        Command.create({"name": "Ещё", "quantity_planned": 100}),
                        Command.delete(self.own_visit.line_ids.id),
                    ]
                },
            ),
        ]
        for record, roles, values in cases:
            for role in roles.split():
                with self.subTest(model=record._name, role=role, values=values):
                    answer = self.ask(role, record._name, "write", record.ids, values)
                    self.assertNotEqual(answer, "yes")

    def test_an_order_taken_from_its_request_is_not_confirmed(self):
        order = self.request.service_quotation_id
        order.with_user(self.user_manager).opportunity_id = False
        self.assertFalse(order.is_service)
        for method, values in (("action_confirm", ()), ("write", ({"state": "sale"},))):
            answer = self.ask("manager", "sale.order", method, order.ids, *values)
            self.assertIn("Approval is missing", answer)

    def test_nobody_rates_but_the_customer(self):
        self.own_request.service_rating_state = "asked"
        self.own_request._rating_get_access_token()
        token = self.own_request.rating_ids[:1].access_token
        for role in (*STAFF.split(), "performer"):
            ask = (role, "crm.lead")
            ids = self.own_request.ids
            with self.subTest(role=role):
                self.assertNotEqual(
                    self.ask(*ask, "message_post", ids, body="!", rating_value=5), "yes"
                )
                self.assertEqual(self.ask(*ask, "rating_apply", ids, 5, token), "no")
        self.assertEqual(
            self.rpc(
                "performer", "rating.rating", "search", [("res_model", "=", "crm.lead")]
            ),
            [],
        )

    def test_private_methods_are_refused(self):
        for model, method in (
            ("crm.lead", "_move_to_phase"),
            ("crm.lead", "_customer_confirm"),
            ("crm.lead", "_action_done"),
            ("crm.lead", "_portal_ensure_token"),
            ("service.work.order", "_action_close"),
            ("service.approval", "_decide"),
            ("service.inbound", "_process"),
            ("service.phase.log", "_log_entries"),
            ("service.rate.limit", "_allow"),
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                self.rpc("admin", model, method, [])

    def test_second_company(self):
        """Who works for another company sees nothing of this one."""
        company = self.env["res.company"].create({"name": "Филиал"})
        strangers = [
            new_test_user(
                self.env,
                f"branch_{role}",
                groups=f"service_crm.group_service_{role}",
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
            for role in ("operator", "manager", "dispatcher", "performer", "admin")
        ]
        ours = self.env.company
        inbound = self.env["service.inbound"].create(
            {"channel": "phone", "name": "Звонок", "company_id": ours.id}
        )
        entries = self.env["service.phase.log"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", self.request.id)]
        )
        self.assertEqual(entries.company_id, ours)
        note = self.visit.message_post(body="Ключ у консьержа")
        for records in (
            self.request,
            self.request.request_line_ids,
            self.request.service_quotation_id,
            self.request.service_quotation_id.order_line,
            self.request.service_quotation_id.service_approval_ids,
            self.visit,
            self.visit.line_ids,
            inbound,
            entries,
            note,
        ):
            self.assertTrue(records)
            for user in strangers:
                column = ["create_date"]
                with self.subTest(model=records._name, user=user.login):
                    answer = self.ask(
                        user, records._name, "read", records[:1].ids, column
                    )
                    self.assertEqual(answer, "no")
                    if self.env[records._name].with_user(user).has_access("read"):
                        found = self.rpc(
                            user,
                            records._name,
                            "search",
                            [("id", "in", records.ids)],
                        )
                        self.assertEqual(found, [])
        self.env.invalidate_all()
        dispatcher = strangers[2]
        for method in ("action_close", "action_create_work_order"):
            self.assertEqual(
                self.ask(dispatcher, "crm.lead", method, self.request.ids), "no"
            )
        self.assertEqual(
            self.ask(
                dispatcher, "service.work.order", "action_cancel", self.visit.ids, "x"
            ),
            "no",
        )
