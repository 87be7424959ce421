"""The public form of one service: its questions, team and deadline."""

from odoo.fields import Command
from odoo.tests import tagged

from ..tools import web_form
from .common import requirement
from .common_web_form import WebFormCommon

FORM = "/service/request"


@tagged("post_install", "-at_install")
class TestWebFormService(WebFormCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["crm.team"].create(
            {"name": "Кинопоказ", "is_service": True}
        )
        catalogue = cls.env["service.category"].create(
            {
                "name": "Услуги филиала",
                "service_team_id": cls.branch.id,
                "service_sla_hours": 8,
            }
        )
        parameters = cls.env["service.parameter"]
        cls.seats, cls.urgent, cls.kind = parameters.create(
            [
                {
                    "name": "Билетов",
                    "code": "seats",
                    "question": "Сколько билетов?",
                    "kind": "number",
                    "minimum": 1,
                    "maximum": 50,
                },
                {"name": "Срочно", "code": "is_urgent", "kind": "boolean"},
                {
                    "name": "Сеанс",
                    "code": "show_kind",
                    "kind": "choice",
                    "scope": "request",
                    "option_ids": [
                        Command.create({"name": "Утренний", "code": "morning"}),
                        Command.create({"name": "Вечерний", "code": "evening"}),
                    ],
                },
            ]
        )
        cls.items = cls.env["product.template"].create(
            [
                {
                    "name": name,
                    "type": "service",
                    "service_category_id": catalogue.id,
                    "service_form": True,
                    "service_sla_hours": hours,
                    "description_sale": f"Описание: {name}",
                    "kit_parameter_ids": [Command.set(asked.ids)],
                }
                for name, hours, asked in (
                    ("Возврат билета", 4, cls.seats + cls.urgent + cls.kind),
                    ("Показ контента", 0, cls.kind),
                    ("Загрузка кинозала", 0, parameters),
                )
            ]
        )
        cls.refund = cls.items[0]

    @requirement("R248")
    def test_each_service_has_deadline_team_and_a_form_of_its_own(self):
        for item in self.items:
            with self.subTest(item=item.name):
                self.assertEqual(item.service_effective_team_id, self.branch)
                self.assertTrue(item.service_effective_sla_hours)
                page = self.url_open(f"{FORM}?service={item.id}").text
                self.assertIn(f"Описание: {item.name}", page)
                self.assertIn(f'name="team_id" value="{self.branch.id}"', page)
                asked = "Сколько билетов?" in page
                self.assertEqual(asked, item == self.refund)
        response = self.post(
            service=self.refund.id,
            team_id=self.branch.id,
            **{
                f"answer_{self.seats.id}": "2,0",
                f"answer_{self.urgent.id}": "1",
                f"answer_{self.kind.id}": str(self.kind.option_ids[1].id),
            },
        )
        self.assertTrue(response.json()["ok"], response.text)
        request = self.inbound().request_id
        self.assertEqual(request.team_id, self.branch)
        self.assertEqual(
            request.request_line_ids.product_id.product_tmpl_id, self.refund
        )
        self.assertEqual(request.service_sla_hours, 4)
        self.assertTrue(request.service_due)
        answers = {
            row.parameter_id: row._get_answer() for row in request.service_value_ids
        }
        self.assertEqual(
            answers,
            {self.seats: 2, self.urgent: True, self.kind: self.kind.option_ids[1]},
        )
        line = request.service_value_ids.filtered(
            lambda r: r.parameter_id == self.seats
        )
        self.assertEqual(line.line_id, request.request_line_ids)

    def test_wrong_answers_are_named_and_nothing_is_made(self):
        before = self.env["crm.lead"].search_count([])
        seats, urgent, kind = (
            f"answer_{p.id}" for p in (self.seats, self.urgent, self.kind)
        )
        for values, wrong in (
            ({seats: "много"}, {seats}),
            ({seats: "51"}, {seats}),
            ({seats: "1e400"}, {seats}),
            ({urgent: "да"}, {urgent}),
            ({kind: "999999"}, {kind}),
        ):
            with self.subTest(values=values):
                response = self.post(service=self.refund.id, **values)
                self.assertEqual(response.status_code, 422)
                self.assertEqual(set(response.json()["errors"]), wrong)
        self.assertEqual(self.env["crm.lead"].search_count([]), before)

    def test_unknown_services_open_the_plain_form(self):
        hidden = self.refund.copy({"service_form": False})
        archived = self.refund.copy({"active": False, "service_form": True})
        for service in (hidden.id, archived.id, 0, 10**12, "x", "1 OR 1=1", "", "-1"):
            with self.subTest(service=service):
                page = self.url_open(f"{FORM}?service={service}")
                self.assertEqual(page.status_code, 200)
                self.assertIn("What can we do for you?", page.text)
                self.assertNotIn("Сколько билетов?", page.text)
        response = self.post(service=hidden.id, **{f"answer_{self.seats.id}": "2"})
        self.assertTrue(response.json()["ok"])
        self.assertFalse(self.inbound().request_id.request_line_ids)

    def test_a_service_of_another_company_is_not_ordered_here(self):
        company = self.env["res.company"].create({"name": "Филиал"})
        self.refund.company_id = company
        page = self.url_open(f"{FORM}?service={self.refund.id}").text
        self.assertNotIn("Описание: Возврат", page)

    def test_answers_without_a_price(self):
        """Questions nobody answered stay open for the dispatcher."""
        response = self.post(service=self.refund.id, **{f"answer_{self.seats.id}": ""})
        self.assertTrue(response.json()["ok"])
        rows = self.inbound().request_id.service_value_ids
        self.assertEqual(rows.parameter_id, self.seats + self.urgent + self.kind)
        open_rows = rows.filtered(lambda row: row._get_answer() in (None, False))
        self.assertEqual(open_rows, rows)

    def test_answers_are_cleaned(self):
        form = {"service": "7", "answer_1": " 2\x00 ", "answer_x": "1", "answer_²": "1"}
        form |= {f"answer_{n}": "1" for n in range(100, 200)}
        cleaned = web_form.clean_fields(form)["answers"]
        self.assertEqual(cleaned["1"], "2")
        self.assertEqual(len(cleaned), web_form.MAX_ANSWERS)
        self.assertNotIn("answers", web_form.clean_fields({"answer_1": "2"}))
        for text, number in (
            ("1 200,5", 1200.5),
            ("-3", -3),
            ("nan", None),
            ("1_0", None),
            ("", None),
        ):
            self.assertEqual(web_form.read_number(text), number)
