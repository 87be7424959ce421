"""Printed papers: every kind is printed, read and compared with what it is about."""

from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import requirement
from .common_papers import KINDS, PrintedPapersCommon


@tagged("post_install", "-at_install")
class TestPapers(PrintedPapersCommon):
    def test_every_kind_is_printed_without_a_hole(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                paper = self.papers[kind]
                text = self.print_text(paper)
                self.assertNothingOpen(text)
                self.assertWords(text, "Draft".upper(), "ООО «Лифтсервис-Центр»")
                paper._action_issue()
                text = self.print_text(paper)
                self.assertNothingOpen(text)
                self.assertNotIn("DRAFT", text)
                self.assertWords(text, paper.name, "24 ноября 2026 г.")

    def test_empty_drafts_have_no_holes_either(self):
        bare = self.customer.create({"name": "Бета"})
        for kind in KINDS:
            with self.subTest(kind=kind):
                paper = self.build_paper(kind, partner_id=bare.id, date=False)
                self.assertNothingOpen(self.print_text(paper))

    def test_act_names_parties_works_sums_and_the_drawn_signature(self):
        act = self.papers["act"]
        text = self.print_text(act)
        lines = self.visit.line_ids.sale_line_id
        works = lines.filtered(lambda line: line.product_id in self.works)
        self.assertWords(
            text,
            "Act of completed work",
            "ООО «Лифтсервис-Центр»",
            "Товарищество собственников жилья",
            "7707083893",
            "770701001",
            "1027700132195",
            "7736050003",
            "773601001",
            "40702810938000012345",
            "044525225",
            self.visit.order_id.name,
            *works.mapped("name"),
            "8 550,00",  # 2 × 4 500 − 5 %
            "37 501,00",
            "46 051,00",
            "9 210,20",  # 20 %
            "НДС 20%",
            "55 261,20",
            "Пятьдесят пять тысяч двести шестьдесят один рубль 20 копеек",
            "Константинопольский А. В.",
            "Преображенская А. В.",
        )
        self.assertNotIn("Привод дверей OTIS", text, "goods are on the waybill")
        self.assertEqual(act.amount_untaxed, sum(works.mapped("price_subtotal")))
        self.assertEqual(act.amount_total, 55261.20)
        __, pdf = self.print_pages(act)
        self.assertIn(b"/Image", pdf, "the drawn signature")

    def test_papers_of_a_job_together_are_what_is_invoiced(self):
        order = self.visit.order_id
        papers = self.papers["act"] | self.papers["waybill"]
        self.assertEqual(sum(papers.mapped("amount_untaxed")), order.amount_untaxed)
        self.assertAlmostEqual(
            sum(papers.mapped("amount_total")), order.amount_total, 2
        )
        visit = self.build_job()
        act = self.build_paper("act", visit)
        self.assertEqual(act.amount_total, visit.order_id.amount_total)
        waybill = self.build_paper("waybill", visit)
        act._update_from_source()
        self.assertEqual(act.line_ids.product_id, self.works)
        waybill._action_cancel("Без накладной")
        act._update_from_source()
        self.assertEqual(act.line_ids.product_id, self.works | self.goods)

    @requirement("R60")
    def test_waybill_lists_used_materials_with_prices_and_signatures(self):
        roller = self.visit.line_ids.filtered(lambda li: li.product_id == self.goods[1])
        self.visit.state = "in_progress"
        roller.quantity_done = 7.5
        self.visit.state = "done"
        paper = self.papers["waybill"]
        paper.with_user(self.user_manager).action_issue()
        text = self.print_text(paper)
        self.assertWords(
            text,
            f"Waybill No. {paper.name}",
            "Привод дверей OTIS 2",
            "61 340,00 122 680,00",
            "Ролик дверной 62 мм 7,5",
            "845,35 6 340,13",
            "129 020,13",
            "25 804,03",
            "154 824,16",
            "Сто пятьдесят четыре тысячи восемьсот двадцать четыре рубля 16 копеек",
            "Goods released by",
            "Goods received by",
            "Смирнова Е. П.",
            "Орлов Сергей Дмитриевич",
        )
        for work in self.works:
            self.assertNotIn(work.name, text)
        self.assertNothingOpen(text)

    @requirement("R61")
    def test_confirmed_delivery_names_driver_address_and_window(self):
        other = self.build_performer(name="Зайцев Олег", company_id=self.ours.id)
        visit = self.build_job(state="assigned", performer_id=other.id)
        paper = self.build_paper("delivery_order", visit)
        visit.write(
            {
                "performer_id": self.performer.id,
                "date_start": "2026-11-25 07:00:00",
                "date_end": "2026-11-25 09:30:00",
            }
        )
        dispatcher = visit.with_user(self.user_dispatcher)
        dispatcher.action_confirm_customer()
        dispatcher.action_confirm_performer()
        self.env.cr.flush()
        self.assertEqual(visit.slot_state, "fixed")
        self.assertEqual(paper.performer_id, self.performer)
        self.assertEqual(paper.delivery_address_id, self.site)
        paper.vehicle = "ГАЗель А123ВС 777"
        paper.with_user(self.user_dispatcher).action_issue()
        text = self.print_text(paper)
        self.assertWords(
            text,
            "Орлов Сергей Дмитриевич",
            "ГАЗель А123ВС 777",
            "25 ноября 2026 г., 10:00–12:30",
            "Ломоносовский пр-т, д. 23, п. 2",
            "Привод дверей OTIS",
            "Преображенская Анна Вячеславовна",
            "+7 916 120-81-15",
        )
        self.assertNotIn("Регулировка", text)
        # what was issued stays, whatever becomes of the visit
        visit.sudo().write({"date_start": "2026-11-26 07:00:00"})
        self.assertIn("25 ноября", self.print_text(paper))

    def test_delivery_order_without_driver_address_window_is_refused(self):
        paper = self.build_paper(
            "delivery_order",
            partner_id=self.customer.id,
            line_ids=[Command.create({"name": "Привод", "quantity": 1})],
        )
        with self.assertRaisesRegex(UserError, "driver.*\n.*brought to.*\n.*window"):
            paper.with_user(self.user_dispatcher).action_issue()

    @requirement("R62")
    def test_power_of_attorney_has_passport_validity_and_list(self):
        paper = self.papers["power_of_attorney"]
        paper.with_user(self.user_manager).action_issue()
        text = self.print_text(paper, self.user_manager)
        self.assertWords(
            text,
            f"Power of attorney No. {paper.name}",
            "Орлов Сергей Дмитриевич, Электромеханик",
            "45 10 123456",
            "ОУФМС России по району Якиманка",
            "17.05.2012",
            "770-001",
            "03.02.1985",
            "Шаболовка",
            "4 декабря 2099 г.",
            "АО «Отис Лифт»",
            "Привод дверей OTIS",
            "Ролик дверной 62 мм",
            "Смирнова Е. П.",
        )
        self.assertNotIn("Регулировка", text)
        # a new passport does not change what was issued
        self.person.passport_number = "99 99 999999"
        self.assertIn("45 10 123456", self.print_text(paper, self.user_manager))

    def test_work_order_names_site_performer_time_lines_and_report(self):
        text = self.print_text(self.papers["work_order"])
        self.assertWords(
            text,
            "Подъезд 2, Ломоносовский пр-т, д. 23, п. 2",
            "Орлов Сергей Дмитриевич",
            "24 ноября 2026 г., 09:00–13:00",
            "Ключ у консьержа",
            "Заменён привод, зазор отрегулирован",
            "Регулировка дверей",
            "Ролик дверной 62 мм",
            "+7 916 120-81-15",
        )
        self.assertNotIn("4 500", text, "no prices on a work order")

    @requirement("R59")
    def test_contract_names_parties_subject_prices_payments_and_term(self):
        contract = self.env["service.contract"].create(
            {
                "subject": "Техническое обслуживание лифтов.",
                "partner_id": self.house.id,
                "company_id": self.ours.id,
                "currency_id": self.ours.currency_id.id,
                "date_start": date(2026, 12, 1),
                "date_end": date(2027, 11, 30),
                "site_ids": [Command.set(self.site.ids)],
                "equipment_ids": [
                    Command.create({"name": "Лифт 4711", "partner_id": self.house.id})
                ],
                "billing": "period",
                "billing_amount": 15000.0,
                "renewal": "auto",
                "sla_hours": 4,
                "sla_text": "Аварийные заявки – круглосуточно",
                "payment_ids": [
                    Command.create(
                        {"name": "Аванс", "date": date(2026, 12, 5), "amount": 7500}
                    )
                ],
            }
        )
        contract.action_activate()
        self.assertTrue(contract.name)
        paper = self.build_paper(
            "contract",
            contract_id=contract.id,
            partner_id=self.customer.id,
            company_id=self.ours.id,
        )
        text = self.print_text(paper)
        self.assertWords(
            text,
            "Contract for services",
            f"No. {contract.name}",
            "Техническое обслуживание лифтов.",
            "Подъезд 2, Ломоносовский",
            "Лифт 4711",
            "15 000,00",
            "Пятнадцать тысяч рублей 00 копеек",
            "Аванс 5 декабря 2026 г. 7 500,00",
            "from 1 декабря 2026 г. to 30 ноября 2027 г. inclusive",
            "renewed by itself for 12 months",
            "4 working hours",
            "Аварийные заявки – круглосуточно",
            "7736050003",
            "40702810938000012345",
        )
        self.assertNotIn("лифтов..", text)
        self.assertNothingOpen(text)
        paper.contract_id = contract.copy({"direction": "expense"})
        text = self.print_text(paper)
        self.assertLess(text.index("Товарищество"), text.index("the Contractor"))

    def test_contract_of_an_order_lists_its_lines(self):
        text = self.print_text(self.papers["contract"])
        order = self.visit.order_id
        self.assertWords(text, *order.order_line.mapped("name"), "204 506,04")
        self.assertEqual(self.papers["contract"].amount_total, order.amount_total)

    def test_minutes_name_people_agenda_decisions(self):
        paper = self.papers["minutes"]
        self.assertWords(
            self.print_text(paper),
            "20 ноября 2026 г., 14:00",
            "Офис ТСЖ",
            "Преображенская Анна Вячеславовна",
            "Сроки замены",
            "Оплата аванса",
            "Решили заменить привод.",
            "Вывесить объявление",
            "23 ноября 2026 г.",
        )
        paper.write({"participant_ids": [Command.clear()], "body": "<p><br></p>"})
        paper.decision_ids.unlink()
        with self.assertRaisesRegex(UserError, "took part.*\n.*said or decided"):
            paper.with_user(self.user_manager).action_issue()

    def test_questionnaire_asks_in_the_customers_language_and_leads_online(self):
        kind = self.env.ref("service_crm.document_type_questionnaire")
        question = kind.question_ids[0]
        question.with_context(lang="ru_RU").name = "Довольны ли вы работой?"
        paper = self.build_paper("questionnaire", self.visit)
        text = self.print_text(paper)
        self.assertWords(text, "Довольны ли вы работой?", "1 2 3 4 5")
        url = self.visit.request_id._get_service_rating_url()
        self.assertIn(url, text.replace(" ", ""))
        carried = self.build_paper(
            "questionnaire", self.visit, work_order_id=self.visit.id
        )
        self.assertNotIn("service/r/", self.print_text(carried))
        question.with_context(lang="ru_RU").name = "Другой вопрос"
        self.assertIn("Довольны ли вы работой?", self.print_text(paper))
        paper.question_ids.unlink()
        with self.assertRaisesRegex(UserError, "add questions"):
            paper.with_user(self.user_manager).action_issue()
