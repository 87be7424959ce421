"""Builders of offers: sent, refined, with options; and what stands in their PDFs."""

import io

from odoo.fields import Command
from odoo.tools.pdf import PdfFileReader

from .common import ServiceCommon


class OfferCommon(ServiceCommon):
    """A deal of a known customer with two services, one more as an option."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write(
            {
                "approval_customer": True,
                "approval_manager": False,
                "approval_dispatcher": False,
            }
        )
        cls.inspection = cls.build_product("Осмотр лифта", 180.0)
        cls.doors = cls.build_product("Регулировка дверей", 95.5)
        cls.paint = cls.build_product("Покраска кабины", 40.0)
        cls.request = cls.build_deal()

    @classmethod
    def build_deal(cls, option=True, **values):
        """A request at the dispatcher's: 2 inspections, doors, 66 of paint optional."""
        lines = [
            Command.create({"product_id": cls.inspection.id, "quantity": 2}),
            Command.create({"product_id": cls.doors.id, "discount": 10}),
        ]
        if option:
            lines.append(
                Command.create(
                    {
                        "product_id": cls.paint.id,
                        "quantity": 66,
                        "is_optional": True,
                        "trace": "2 × (5 m + 6 m) × 3 m = 66 m²",
                    }
                )
            )
        return cls.build_request(
            **{
                "name": "Дверь лифта шумит",
                "partner_id": cls.customer.id,
                "type": "opportunity",
                "user_id": cls.user_manager.id,
                "dispatcher_id": cls.user_dispatcher.id,
                "stage_id": cls.stages["dispatch"].id,
                "request_line_ids": lines,
                **values,
            }
        )

    @classmethod
    def send(cls, requests=None):
        """Quotations of the requests, sent by their dispatcher."""
        requests = requests or cls.request
        requests.with_user(cls.user_dispatcher).action_ask_approvals()
        return requests.mapped("service_quotation_id")

    @classmethod
    def refine(cls, order, reason="Дорого"):
        """Take an offer back, as the dispatcher does by the dialogue."""
        order = order.with_user(cls.user_dispatcher)
        action = order.action_refine()
        wizard = cls.env[action["res_model"]].with_user(cls.user_dispatcher)
        wizard.with_context(**action["context"]).create(
            {"reason": reason}
        ).action_refine()

    @classmethod
    def agree(cls, order):
        """Everybody who was asked says yes."""
        pending = order.service_approval_ids.filtered(lambda a: a.state == "pending")
        pending.with_user(cls.user_admin).action_approve(
            spoken_with="Анна Петрова", method="phone"
        )

    @classmethod
    def get_line(cls, order, product):
        return order.order_line.filtered(lambda line: line.product_id == product)

    @classmethod
    def read_pdf(cls, content):
        """The words of a PDF, with single spaces."""
        reader = PdfFileReader(io.BytesIO(content))
        text = " ".join(page.extract_text() for page in reader.pages)
        return " ".join(text.replace("\xa0", " ").replace("\u202f", " ").split())
