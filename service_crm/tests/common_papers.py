"""Builders of papers: two Russian companies, a job with works and goods, PDF texts."""

import io
import re
from datetime import date, datetime

from odoo.fields import Command
from odoo.tools.pdf import PdfFileReader

from .common_documents import SIGNATURE
from .common_money import MoneyCommon

PASSPORT = {
    "passport_number": "45 10 123456",
    "passport_issued_by": "ОУФМС России по району Якиманка",
    "passport_issued_on": "2012-05-17",
    "passport_code": "770-001",
    "passport_birth_date": "1985-02-03",
    "passport_address": "Москва, ул. Шаболовка, д. 10, кв. 15",
}
KINDS = (
    "contract",
    "work_order",
    "act",
    "waybill",
    "delivery_order",
    "power_of_attorney",
    "minutes",
    "questionnaire",
)


class PapersCommon(MoneyCommon):
    """A finished visit of a company with requisites at a customer with a long name.

    Two works and two goods, 20 % tax; what is issued is really printed.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")
        cls.ours = cls.build_company(
            "ООО «Лифтсервис-Центр»",
            vat="7707083893",
            kpp="770701001",
            company_registry="1027700132195",
            account="40702810938000012345",
        )
        cls.house = cls.build_partner(
            "Товарищество собственников жилья «Ломоносовский проспект, дом 23»",
            is_company=True,
            lang="ru_RU",
            vat="7736050003",
            kpp="773601001",
            company_registry="1027700070518",
            street="Ломоносовский пр-т, д. 23",
            city="Москва",
        )
        cls.customer = cls.build_partner(
            "Преображенская Анна Вячеславовна",
            parent_id=cls.house.id,
            function="Председатель правления",
            phone="+7 916 120-81-15",
            lang="ru_RU",
        )
        cls.site = cls.build_partner(
            "Подъезд 2",
            parent_id=cls.house.id,
            type="other",
            street="Ломоносовский пр-т, д. 23, п. 2",
        )
        cls.person = cls.build_partner(
            "Орлов Сергей Дмитриевич", function="Электромеханик", **PASSPORT
        )
        cls.performer = cls.build_performer(
            name="Орлов Сергей Дмитриевич",
            partner_id=cls.person.id,
            company_id=cls.ours.id,
        )
        cls.tax = cls.build_tax(cls.ours)
        cls.works = cls.build_priced("Регулировка дверей", 4500.0) | cls.build_priced(
            "Замена привода с пробным пуском", 18750.5
        )
        cls.goods = cls.build_priced(
            "Привод дверей OTIS", 61340.0, "consu"
        ) | cls.build_priced("Ролик дверной 62 мм", 845.35, "consu")

    @classmethod
    def build_company(cls, name, account=None, **requisites):
        """A company in roubles with requisites, signatories and an account."""
        roubles = cls.env.ref("base.RUB")
        roubles.active = True
        company = cls.env["res.company"].create(
            {
                "name": name,
                "country_id": cls.env.ref("base.ru").id,
                "currency_id": roubles.id,
                "primary_color": "#0b5a7a",
                "service_signatory_name": "Константинопольский А. В.",
                "service_signatory_position": "Генеральный директор",
                "service_accountant_name": "Смирнова Е. П.",
            }
        )
        company.partner_id.write(
            {
                "street": "ул. Большая Полянка, д. 44/2",
                "city": "Москва",
                "lang": "ru_RU",
                "tz": "Europe/Moscow",
                **requisites,
            }
        )
        if account:
            cls.env["res.partner.bank"].create(
                {
                    "acc_number": account,
                    "partner_id": company.partner_id.id,
                    "bank_id": cls.env["res.bank"]
                    .create({"name": "ПАО Сбербанк", "bic": "044525225"})
                    .id,
                }
            )
        cls.env.user.company_ids |= company
        for role in ("manager", "dispatcher", "operator", "admin"):
            cls.users[role].company_ids |= company
        return company

    @classmethod
    def build_books(cls, company):
        """The accounts and the journal a company needs to invoice."""
        kinds = {"income": "Выручка", "asset_receivable": "Покупатели"}
        income, receivable = (
            cls.env["account.account"]
            .with_company(company)
            .create(
                [
                    {
                        "name": name,
                        "code": f"60{number}",
                        "account_type": kind,
                        "company_ids": [Command.set(company.ids)],
                    }
                    for number, (kind, name) in enumerate(kinds.items())
                ]
            )
        )
        cls.env["account.journal"].create(
            {
                "name": "Счета покупателям",
                "code": "СЧ",
                "type": "sale",
                "company_id": company.id,
                "default_account_id": income.id,
            }
        )
        cls.env["ir.default"].set(
            "res.partner",
            "property_account_receivable_id",
            receivable.id,
            company_id=company.id,
        )

    @classmethod
    def build_tax(cls, company, amount=20.0):
        """A tax of a company on what it sells."""
        values = {"company_id": company.id, "country_id": company.country_id.id}
        name = f"НДС {amount:g}%"
        group = cls.env["account.tax.group"].create({"name": name, **values})
        return cls.env["account.tax"].create(
            {
                "name": name,
                "amount": amount,
                "type_tax_use": "sale",
                "tax_group_id": group.id,
                **values,
            }
        )

    @classmethod
    def build_priced(cls, name, price, kind="service"):
        return cls.build_product(
            name, price, type=kind, taxes_id=[Command.set(cls.tax.ids)]
        )

    @classmethod
    def build_job(cls, products=None, quantity=2, state="done", **values):
        """The visit of a confirmed order of these products (works and goods)."""
        request = cls.build_request(
            partner_id=cls.customer.id,
            site_id=cls.site.id,
            type="opportunity",
            company_id=cls.ours.id,
            user_id=cls.user_manager.id,
            dispatcher_id=cls.user_dispatcher.id,
        )
        products = cls.works | cls.goods if products is None else products
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "opportunity_id": request.id,
                "company_id": cls.ours.id,
                "user_id": cls.user_manager.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                    for product in products
                ],
            }
        )
        order.order_line[:1].discount = 5
        order.action_confirm()
        return cls.build_visit(
            request,
            state,
            site_id=cls.site.id,
            **{
                "date_start": datetime(2026, 11, 24, 6),
                "date_end": datetime(2026, 11, 24, 10),
                "override_reason": "Так удобно клиенту",
                **values,
            },
        )

    @classmethod
    def build_paper(cls, kind, visit=None, **values):
        """A draft of a shipped kind about a visit."""
        if visit:
            values = {
                "request_id": visit.request_id.id,
                "order_id": visit.order_id.id,
                "partner_id": visit.partner_id.id,
                "company_id": visit.company_id.id,
                "performer_id": visit.performer_id.id,
                **(
                    {}
                    if kind in ("contract", "minutes", "questionnaire")
                    else {"work_order_id": visit.id}
                ),
                **values,
            }
        return cls.env["service.document"].create(
            {
                "type_id": cls.env.ref(f"service_crm.document_type_{kind}").id,
                "date": date(2026, 11, 24),
                "responsible_id": cls.user_manager.id,
                **values,
            }
        )

    @classmethod
    def build_papers(cls, visit):
        """One filled draft of each kind: ``{kind: document}``."""
        waybill = cls.build_paper("waybill", visit)
        papers = {
            kind: waybill if kind == "waybill" else cls.build_paper(kind, visit)
            for kind in KINDS
        }
        papers["delivery_order"].vehicle = "ГАЗель А123ВС 777"
        papers["power_of_attorney"].write(
            {
                "valid_until": date(2099, 12, 4),
                "supplier_id": cls.build_partner("АО «Отис Лифт»", is_company=True).id,
            }
        )
        papers["minutes"].write(
            {
                "meeting_start": datetime(2026, 11, 20, 11),
                "meeting_place": "Офис ТСЖ",
                "agenda": "Сроки замены\n\nОплата аванса",
                "participant_ids": [Command.set((cls.customer | cls.person).ids)],
                "body": "<p>Решили <b>заменить</b> привод.</p>",
                "decision_ids": [
                    Command.create(
                        {
                            "name": "Вывесить объявление",
                            "partner_id": cls.customer.id,
                            "date_due": date(2026, 11, 23),
                        }
                    )
                ],
            }
        )
        return papers

    @classmethod
    def draw_signature(cls, visit):
        visit.write({"signature": SIGNATURE, "signed_by": "Преображенская А. В."})

    def print_pages(self, papers, user=None):
        """Texts of the pages of a really printed PDF, and the PDF."""
        report = papers[:1].type_id.report_id.report_name
        model = self.env["ir.actions.report"].with_user(user or self.env.user)
        with self.allow_pdf_render():
            pdf, extension = model.with_context(
                force_report_rendering=True
            )._render_qweb_pdf(report, papers.ids)
        self.assertEqual(extension, "pdf")
        return self.read_pages(pdf), pdf

    def print_text(self, papers, user=None):
        """The text of a printed paper, white space made plain."""
        return " ".join(self.print_pages(papers, user)[0])

    @staticmethod
    def read_pages(pdf):
        return [
            re.sub(r"\s+", " ", page.extract_text()).replace(" ,", ",")
            for page in PdfFileReader(io.BytesIO(pdf)).pages
        ]

    def assertNothingOpen(self, text):
        """No hole, no placeholder, no technical word on a paper."""
        for word in ("False", "None", "{{", "}}", "t-out", "service.", "()"):
            self.assertNotIn(word, text)


class PrintedPapersCommon(PapersCommon):
    """A job with one paper of every kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls.build_job(
            instruction="Ключ у консьержа", report="Заменён привод, зазор отрегулирован"
        )
        cls.draw_signature(cls.visit)
        cls.papers = cls.build_papers(cls.visit)

    def assertWords(self, text, *words):
        for word in words:
            self.assertIn(word, text)
