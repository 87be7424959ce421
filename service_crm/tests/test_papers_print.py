"""Printed papers: language, pages, companies, and who may print them."""

import time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_papers import KINDS, PASSPORT, PrintedPapersCommon


@tagged("post_install", "-at_install")
class TestPapersPrint(PrintedPapersCommon):
    def test_the_paper_speaks_the_other_partys_language(self):
        view = self.env.ref("service_crm.report_document_act_page")
        view.update_field_translations(
            "arch_db", {"ru_RU": {"Act of completed work": "Акт выполненных работ"}}
        )
        act = self.papers["act"]
        self.assertIn("Акт выполненных работ", self.print_text(act))
        self.customer.lang = "en_US"
        text = self.print_text(act)
        self.assertWords(text, "Act of completed work", "November 24, 2026")
        self.assertIn("Fifty-five thousand, two hundred and sixty-one roubles", text)

    def test_sixty_lines_fill_whole_pages(self):
        products = self.goods.browse()
        for number in range(60):
            products |= self.build_priced(
                f"Деталь {number:02} с длинным наименованием по каталогу изготовителя, "
                f"артикул {number:02}-77",
                100 + number / 3,
                "consu",
            )
        visit = self.build_job(products, quantity=3)
        paper = self.build_paper("waybill", visit)
        self.assertEqual(paper.amount_total, visit.order_id.amount_total)
        begin = time.perf_counter()
        pages, __ = self.print_pages(paper)
        self.assertLess(time.perf_counter() - begin, 10)
        self.assertGreater(len(pages), 2)
        for number, page in enumerate(pages, 1):
            self.assertIn(f"{number} / {len(pages)}", page)
            self.assertNothingOpen(page)
        for number in range(60):
            # a row is never cut between two pages
            whole = [
                page
                for page in pages
                if f"Деталь {number:02}" in page and f"{number:02}-77" in page
            ]
            self.assertEqual(len(whole), 1, number)
        self.assertIn("Goods received by", pages[-1])

    def test_several_papers_in_one_print(self):
        acts = self.papers["act"]
        for __ in range(3):
            acts |= self.build_paper("act", self.build_job())
        acts._action_issue()
        pages, __ = self.print_pages(acts)
        self.assertEqual(len(pages), 4)
        for act, page in zip(acts, pages, strict=True):
            self.assertIn(act.name, page)

    def test_second_company_prints_its_own_requisites(self):
        other = self.build_company(
            "ООО «Бета-Сервис»", vat="7728168971", account="40702810900000099999"
        )
        paper = self.build_paper(
            "act",
            partner_id=self.customer.id,
            company_id=other.id,
            line_ids=[
                Command.create(
                    {"name": "Осмотр", "quantity": 1, "price_unit": 1000.005}
                )
            ],
        )
        text = self.print_text(paper)
        self.assertWords(
            text, "ООО «Бета-Сервис»", "7728168971", "40702810900000099999"
        )
        self.assertNotIn("7707083893", text)
        self.assertNotIn("НДС", text)

    def test_who_may_not_see_a_paper_does_not_print_it(self):
        self.visit.sudo().performer_id = self.build_performer(
            self.user_performer, company_id=self.ours.id
        )
        self.user_performer.company_ids |= self.ours
        act = self.papers["act"]
        self.assertIn("55 261,20", self.print_text(act, self.user_performer))
        other = self.build_paper("act", self.build_job())
        with self.assertRaises(AccessError):
            self.print_text(other, self.user_performer)

    def test_offer_paper_is_the_offer_of_its_order(self):
        paper = self.build_paper("offer", self.visit)
        text = self.print_text(paper)
        self.assertWords(text, self.visit.order_id.name, "204 506,04")
        paper.order_id = False
        paper.request_id = False
        with self.assertRaisesRegex(UserError, "quotation"):
            paper.with_user(self.user_manager).action_issue()

    def test_passport_text_is_nowhere_but_on_its_paper(self):
        for kind in KINDS:
            if kind != "power_of_attorney":
                text = self.print_text(self.papers[kind])
                self.assertNotIn(PASSPORT["passport_number"], text)
