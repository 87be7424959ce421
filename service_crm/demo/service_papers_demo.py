from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

PASSPORTS = {
    "user_performer": ("45 10 123456", "Passport office No. 12, Moscow", "1985-02-03"),
    "user_performer_2": ("45 12 654321", "Passport office No. 7, Moscow", "1990-08-17"),
}


class ServiceDemo(models.AbstractModel):
    """Demo papers: who signs, passports, and one of each rarer kind."""

    _inherit = "service.demo"

    @api.model
    def _load_papers(self):
        """Make the papers. Called once, when demo data is installed."""
        # No PDF is drawn while data is loaded.
        self = self.with_context(install_mode=True)
        self._load_signatories()
        model = self.env["service.work.order"]
        delivered = model.search([("state", "in", ("assigned", "in_progress"))])
        goods = delivered.filtered(
            lambda visit: (
                "consu" in visit.line_ids.mapped("product_id.type")
                and visit.performer_id.partner_id.passport_number
            )
        )
        for visit in goods[:2]:
            self._load_goods_papers(visit)
        done = model.search([("state", "in", ("done", "closed"))]).filtered(
            lambda visit: "consu" in visit.line_ids.mapped("product_id.type")
        )
        self._load_finished_papers(done[:1])

    def _load_signatories(self):
        self.env.company.write(
            {
                "service_signatory_name": "Alexander Sidorov",
                "service_signatory_position": "Director",
                "service_accountant_name": "Elena Smirnova",
            }
        )
        for xmlid, (number, office, born) in PASSPORTS.items():
            self._ref(xmlid).partner_id.write(
                {
                    "passport_number": number,
                    "passport_issued_by": office,
                    "passport_issued_on": "2012-05-17",
                    "passport_code": "770-001",
                    "passport_birth_date": born,
                    "passport_address": "Moscow, Shabolovka 10, flat 15",
                }
            )
        self._ref("user_manager").group_ids |= self._ref("group_service_passport")

    def _load_goods_papers(self, visit):
        """Goods are fetched from the maker and brought to the customer."""
        today = fields.Date.context_today(self)
        supplier = self.env["res.partner"].create(
            {
                "name": "Lift Parts Trading House",
                "is_company": True,
                "street": "Khimichesky lane 12",
                "city": "Saint Petersburg",
                "country_id": self.env.ref("base.ru").id,
            }
        )
        delivery, attorney = self._create_papers(
            visit, "delivery_order", "power_of_attorney"
        )
        delivery.vehicle = "Ford Transit, A 123 BC 777"
        attorney.write(
            {"supplier_id": supplier.id, "valid_until": today + timedelta(days=10)}
        )
        (delivery | attorney)._action_issue()

    def _load_finished_papers(self, visit):
        """What is left of a job that is done: goods, a meeting, a questionnaire."""
        waybill, minutes, _questionnaire = self._create_papers(
            visit, "waybill", "minutes", "questionnaire"
        )
        waybill._action_issue()
        customer = visit.partner_id
        manager = self._ref("user_manager").partner_id
        minutes.write(
            {
                "meeting_start": fields.Datetime.subtract(minutes.create_date, days=2),
                "meeting_place": "At the customer's",
                "agenda": "State of the equipment\nWork of the next quarter",
                "participant_ids": [Command.set((customer | manager).ids)],
                "body": "<p>The equipment works. Worn parts were shown and listed.</p>",
                "decision_ids": [
                    Command.create(
                        {
                            "name": "Send an offer for the worn parts",
                            "partner_id": manager.id,
                            "date_due": minutes.date + timedelta(days=7),
                        }
                    ),
                    Command.create(
                        {
                            "name": "Name the days on which the work may be done",
                            "partner_id": customer.id,
                            "date_due": minutes.date + timedelta(days=10),
                        }
                    ),
                ],
            }
        )

    def _create_papers(self, visit, *kinds):
        """Drafts of these kinds about a visit."""
        return [
            self.env["service.document"].create(
                {
                    "type_id": self._ref(f"document_type_{kind}").id,
                    "request_id": visit.request_id.id,
                    "order_id": visit.order_id.id,
                    "work_order_id": (
                        False if kind in ("minutes", "questionnaire") else visit.id
                    ),
                    "partner_id": visit.partner_id.id,
                    "performer_id": visit.performer_id.id,
                    "company_id": visit.company_id.id,
                    "responsible_id": self._ref("user_manager").id,
                }
            )
            for kind in kinds
        ]
