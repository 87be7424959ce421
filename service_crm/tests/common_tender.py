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
