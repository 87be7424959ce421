"""Builders of tenders: items with the prices found for them, bids."""

from datetime import date

from odoo.fields import Command

from .common import ServiceCommon

TODAY = date(2026, 11, 22)


class TenderCommon(ServiceCommon):
    """A customer's tender as a manager enters it."""

    @classmethod
    def build_tender(cls, prices=None, **values):
        """A tender with an item per product and a participant's offer per price.

        :param prices: ``{product: (price, …)}``
        """
        participants = [
            cls.build_partner(name=name, is_company=True)
            for name in ("ООО «Бета»", "ООО «Гамма»", "Delta LLC", "Epsilon LLC")
        ]
        return cls.env["service.tender"].create(
            {
                "subject": "Обслуживание лифтов",
                "partner_id": cls.company_customer.id,
                "price_date": TODAY,
                "line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "quantity": 2,
                            "offer_ids": [
                                Command.create(
                                    {
                                        "partner_id": participant.id,
                                        "price": price,
                                        "date": TODAY,
                                    }
                                )
                                for participant, price in zip(
                                    participants, found, strict=False
                                )
                            ],
                        }
                    )
                    for product, found in (prices or {}).items()
                ],
                **values,
            }
        )

    @classmethod
    def build_bid(cls, tender, amount, partner=None):
        """A bid: ours, unless it is somebody's."""
        return cls.env["service.tender.bid"].create(
            {
                "tender_id": tender.id,
                "amount": amount,
                "is_own": not partner,
                **({"partner_id": partner.id} if partner else {}),
            }
        )


class TenderStepsCommon(TenderCommon):
    """What the steps of the table of rights are taken on."""

    def _build_tender(self):
        tender = self.build_tender({self.build_product(): (100, 110)})
        self.build_bid(tender, 205)
        return tender

    def _build_tender_offered(self):
        tender = self._build_tender()
        tender.action_place_bid()
        return tender

    def _build_tender_lost(self):
        tender = self._build_tender_offered()
        tender.action_set_lost()
        return tender

    def _build_bid(self):
        return self._build_tender_offered().bid_ids

    def _build_offer(self):
        return self._build_tender().offer_ids[0]

    def _build_tender_request(self):
        return self.build_request(tender_id=self._build_tender().id)

    def _build_tender_contract(self):
        return self.env["service.contract"].create(
            {
                "subject": "Лифты",
                "partner_id": self.company_customer.id,
                "tender_id": self._build_tender().id,
            }
        )

    def _build_tender_document(self):
        kind = self.env["service.document.type"].create({"name": "Лицензия"})
        return self.env["service.document"].create(
            {"type_id": kind.id, "tender_id": self._build_tender().id}
        )
