"""Role × model × operation: every cell is tried by RPC as a user of the role."""

from datetime import datetime

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common_rights import RightsCommon

# A picture of one dot.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
STAFF = "operator manager dispatcher admin"

# Subject: who may read (r), write (w), create (c) and delete (d); others nothing.
RIGHTS = {
    "request": "operator manager dispatcher rwc, performer c, admin rwcd",
    "request of the own visit": (
        "operator manager dispatcher rw, performer r, admin rwd"
    ),
    "request filed by the performer": (
        "operator manager dispatcher rw, performer r, admin rwd"
    ),
    "lead of another team": "",
    "requested service": f"{STAFF} rwcd",
    "requested service of the own visit": f"{STAFF} rwcd, performer r",
    "quotation": "operator r, manager dispatcher admin rwc",
    "quotation line": "operator r, manager dispatcher admin rwcd",
    "order of another team": "",
    "approval": f"{STAFF} r",
    "work order": "operator manager r, dispatcher rwc, performer , admin rwcd",
    "own work order": "operator manager r, dispatcher admin performer rw",
    "work order line": "operator manager r, dispatcher admin rwcd",
    "own work order line": ("operator manager r, dispatcher admin rwcd, performer rwc"),
    "inbound message": f"{STAFF} r",
    "phase entry": "admin r",
    "customer": "manager dispatcher admin rwc, operator performer user r",
    "further phone": ("operator dispatcher rwc, manager admin rwcd, performer user r"),
    "service": "operator manager dispatcher performer user r, admin rwcd",
    "category": "operator manager dispatcher performer user r, admin rwcd",
    "price list": "operator manager dispatcher performer user r, admin rwcd",
    "performer": "operator manager performer user r, dispatcher admin rwc",
    "skill": "operator manager performer user r, dispatcher rwc, admin rwcd",
    "held skill": "operator manager performer user r, dispatcher admin rwcd",
    "absence of a colleague": "dispatcher admin rwcd",
    "team": "operator manager dispatcher performer user r, admin rwcd",
    "stage": "operator manager dispatcher performer user r, admin rwcd",
    "loss reason": "operator manager dispatcher performer user r, admin rwcd",
    "rate limit": "admin r",
    "rating of the request": f"{STAFF} r",
    "message with the customer's link": "operator manager dispatcher r, admin rd",
    "note on the own work order": "operator manager dispatcher performer r, admin rwd",
    "reason of a step": "dispatcher performer admin rwc",
    "decision on an approval": f"{STAFF} rwc",
    "decision on a message": f"{STAFF} rwcd",
    "opening again": "dispatcher admin rwc",
}


class TestRights(RightsCommon):
    """Who may what; a cell that changes in the code has to change in the table."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.build_performer(
            new_test_user(
                cls.env, "colleague", groups="service_crm.group_service_performer"
            )
        )
        cls.inspection = cls.build_product()
        cls.request = cls.build_priced_request()
        cls.own_request = cls.build_priced_request()
        cls.request.with_user(cls.user_dispatcher).action_ask_approvals()
        cls.own_visit = cls.build_visit(cls.own_request, cls.performer)
        cls.visit = cls.build_visit(cls.request, cls.colleague)
        cls.subjects = cls.build_subjects()

    @classmethod
    def build_priced_request(cls):
        request = cls.build_request(
            type="opportunity",
            partner_id=cls.customer.id,
            stage_id=cls.stages["dispatch"].id,
            user_id=cls.user_manager.id,
            dispatcher_id=cls.user_dispatcher.id,
            service_need="Шумит дверь",
        )
        cls.build_line(request, cls.inspection)
        return request

    @classmethod
    def build_visit(cls, request, performer):
        visit = cls.build_work_order(
            request_id=request.id,
            performer_id=performer.id,
            date_start=datetime(2026, 12, 1, 9),
            date_end=datetime(2026, 12, 1, 10),
            line_ids=[Command.create({"name": "Осмотр", "quantity_planned": 1})],
        )
        visit.write({"state": "assigned"})
        return visit

    @classmethod
    def build_subjects(cls):
        """``{subject: (record, values to write, values to create)}``."""
        env = cls.env
        order = cls.request.service_quotation_id
        other_team = env["crm.team"].create({"name": "Продажи домов"})
        other_lead = env["crm.lead"].create(
            {
                "name": "Дом",
                "team_id": other_team.id,
                "user_id": env.ref("base.user_admin").id,
            }
        )
        other_order = env["sale.order"].create(
            {
                "partner_id": cls.company_customer.id,
                "opportunity_id": other_lead.id,
                "user_id": env.ref("base.user_admin").id,
            }
        )
        filed = (
            env["crm.lead"]
            .with_user(cls.user_performer)
            .create({"name": "Перегорела лампа", "team_id": cls.team.id})
            .with_user(env.user)
        )
        draft_visit = cls.build_work_order(request_id=cls.request.id)
        leave = {
            "name": "Отпуск",
            "resource_id": cls.colleague.id,
            "date_from": datetime(2026, 12, 7),
            "date_to": datetime(2026, 12, 8),
        }
        skill = env["service.skill"].create({"name": "Сварка"})
        held = {"resource_id": cls.performer.id, "skill_id": skill.id}
        inbound = env["service.inbound"].create({"channel": "mail", "name": "Письмо"})
        return {
            "request": (
                cls.request,
                {"name": "Дверь"},
                {"name": "Дверь", "team_id": cls.team.id},
            ),
            "request of the own visit": (cls.own_request, {"name": "Дверь"}, None),
            "request filed by the performer": (filed, {"name": "Лампа"}, None),
            "lead of another team": (other_lead, {"name": "Дом 2"}, None),
            "requested service": cls.build_line_subject(cls.build_priced_request()),
            "requested service of the own visit": cls.build_line_subject(
                cls.own_request
            ),
            "quotation": (
                order,
                {"note": "Срочно"},
                {"partner_id": cls.customer.id, "opportunity_id": cls.request.id},
            ),
            "quotation line": cls.build_order_line_subject(),
            "order of another team": (other_order, {"note": "Срочно"}, None),
            "approval": (
                order.service_approval_ids[0],
                {"state": "approved"},
                {"res_model": order._name, "res_id": order.id, "role": "customer"},
            ),
            "work order": (
                draft_visit,
                {"instruction": "Код домофона 12"},
                {"partner_id": cls.customer.id, "team_id": cls.team.id},
            ),
            "own work order": (cls.own_visit, {"report": "Смазал"}, None),
            "work order line": (
                cls.visit.line_ids,
                {"quantity_done": 1},
                {"work_order_id": cls.visit.id, "name": "Смазка"},
            ),
            "own work order line": (
                cls.own_visit.line_ids,
                {"quantity_done": 1},
                {"work_order_id": cls.own_visit.id, "name": "Смазка"},
            ),
            "inbound message": (inbound, {"state": "done"}, {"channel": "mail"}),
            "phase entry": (
                env["service.phase.log"].search(
                    [("res_model", "=", "crm.lead")], limit=1
                ),
                {"value": "1"},
                {"res_model": "crm.lead", "res_id": 1, "field_name": "stage_id"},
            ),
            "customer": (
                cls.build_partner(name="Бета"),
                {"city": "Тверь"},
                {"name": "Гамма"},
            ),
            "further phone": (
                env["service.partner.phone"].create(
                    {"partner_id": cls.customer.id, "phone": "+7 495 120-81-16"}
                ),
                {"phone": "+7 495 120-81-17"},
                {"partner_id": cls.customer.id, "phone": "+7 495 120-81-18"},
            ),
            "service": (
                cls.build_product("Смазка").product_tmpl_id,
                {"list_price": 5},
                {"name": "Замена"},
            ),
            "category": (
                env["service.category"].create({"name": "Эскалаторы"}),
                {"name": "Лифты"},
                {"name": "Двери"},
            ),
            "price list": (
                env["product.pricelist"].create({"name": "Опт"}),
                {"name": "Розница"},
                {"name": "Опт 2"},
            ),
            "performer": (
                cls.build_performer(name="Бригада 2"),
                {"service_capacity": 2},
                {"name": "Бригада", "is_performer": True, "resource_type": "user"},
            ),
            "skill": (
                env["service.skill"].create({"name": "Пайка"}),
                {"name": "Сварка 2"},
                {"name": "Высота"},
            ),
            "held skill": (
                env["service.resource.skill"].create(held),
                {"date_expiry": "2027-01-01"},
                {**held, "resource_id": cls.colleague.id},
            ),
            "absence of a colleague": (
                env["resource.calendar.leaves"].create(leave),
                {"name": "Болезнь"},
                {
                    **leave,
                    "date_from": datetime(2026, 12, 9),
                    "date_to": datetime(2026, 12, 10),
                },
            ),
            "team": (
                env["crm.team"].create({"name": "Сервис 2", "is_service": True}),
                {"name": "Сервис 3"},
                {"name": "Сервис 4", "is_service": True},
            ),
            "stage": (
                env["crm.stage"].create({"name": "Ждём запчасти"}),
                {"name": "Запчасти"},
                {"name": "Ещё этап"},
            ),
            "loss reason": (
                env["crm.lost.reason"].create({"name": "Дорого"}),
                {"name": "Очень дорого"},
                {"name": "Долго"},
            ),
            "rate limit": (
                env["service.rate.limit"].create(cls.get_limit_values()),
                {"count": 0},
                {**cls.get_limit_values(), "key": "y"},
            ),
            "rating of the request": (
                env["rating.rating"].create(
                    {
                        "res_model_id": env["ir.model"]._get_id("crm.lead"),
                        "res_id": cls.own_request.id,
                    }
                ),
                {"rating": 5},
                {
                    "res_model_id": env["ir.model"]._get_id("crm.lead"),
                    "res_id": cls.own_request.id,
                    "rating": 5,
                },
            ),
            "message with the customer's link": (
                cls.own_visit.message_post(
                    body=cls.own_visit._get_service_tracking_url()
                ),
                None,
                None,
            ),
            "note on the own work order": (
                cls.own_visit.message_post(body="Ключ у консьержа"),
                {"body": "Ключа нет"},
                None,
            ),
            "reason of a step": (
                env["service.work.order.step"].create(
                    {
                        "step": "refuse",
                        "reason": "Болею",
                        "work_order_ids": cls.own_visit.ids,
                    }
                ),
                {"reason": "Отпуск"},
                {"step": "refuse", "reason": "Болею", "work_order_ids": []},
            ),
            "decision on an approval": (
                env["service.approval.wizard"].create(
                    {
                        "approval_id": order.service_approval_ids[0].id,
                        "decision": "approved",
                    }
                ),
                {"comment": "Да"},
                {
                    "approval_id": order.service_approval_ids[0].id,
                    "decision": "approved",
                },
            ),
            "decision on a message": (
                env["service.inbound.decision"].create(
                    {"inbound_ids": inbound.ids, "mode": "attach"}
                ),
                {"partner_id": cls.customer.id},
                {"inbound_ids": inbound.ids, "mode": "attach"},
            ),
            "opening again": (
                env["service.request.reopen"].create({"reason": "Снова шумит"}),
                {"reason": "Стучит"},
                {"reason": "Снова шумит"},
            ),
        }

    @classmethod
    def build_line_subject(cls, request):
        line = request.request_line_ids
        values = {"request_id": request.id, "name": "Что-то ещё"}
        return line, {"quantity": 2}, values

    @classmethod
    def build_order_line_subject(cls):
        request = cls.build_priced_request()
        request.with_user(cls.user_dispatcher).action_make_quotation()
        line = request.service_quotation_id.order_line
        values = {"order_id": line.order_id.id, "product_id": cls.inspection.id}
        return line, {"product_uom_qty": 2}, values

    @classmethod
    def get_limit_values(cls):
        return {"key": "x", "window_start": datetime(2026, 12, 1), "count": 1}

    def test_roles_models_operations(self):
        self.check_table(RIGHTS, self.subjects)

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

    def test_the_table_has_every_own_model(self):
        """A model of ours without a row would have rights nobody looked at."""
        own = {
            model._name
            for model in self.env.registry.values()
            if model._original_module == "service_crm" and model._auto
        }
        covered = {subject[0]._name for subject in self.subjects.values()}
        self.assertFalse(own - covered)
