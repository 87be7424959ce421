from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_date


class CrmLead(models.Model):
    """Service request: what its customer may want some time later."""

    _inherit = "crm.lead"

    def _propose_follow_ups(self):
        """One activity per request, for all that its services are followed by.

        It is for the manager of the customer, due when the first of them is.
        """
        kind = self.env.ref(
            "service_crm.mail_activity_follow_up", raise_if_not_found=False
        )
        if not kind:
            return
        waiting = self.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        asked = self.browse(waiting.mapped("res_id"))
        today = fields.Date.context_today(self)
        for request in self - asked:
            user = request._get_follow_up_user()
            offers = request._get_follow_ups()
            if not offers or not user:
                continue
            dates = {
                product: fields.Date.add(today, days=days)
                for product, days in offers.items()
            }
            names = ", ".join(product.name for product in dates)
            request.activity_schedule(
                "service_crm.mail_activity_follow_up",
                min(dates.values()),
                summary=self.env._("Offer: %(services)s", services=names),
                note=request._get_follow_up_note(dates),
                user_id=user.id,
            )

    def _get_follow_ups(self):
        """What to offer after the services of the request. Extension point.

        :return: ``{product template: days from now}``, the nearest first
        """
        self.ensure_one()
        done = self.request_line_ids.product_id.product_tmpl_id
        days = {}
        for follow_up in done.service_follow_up_ids:
            offer = follow_up.offer_id
            if offer.active and offer.sale_ok:
                days[offer] = min(days.get(offer, follow_up.days), follow_up.days)
        return dict(sorted(days.items(), key=lambda item: item[1]))

    def _get_follow_up_user(self):
        """Who offers: the manager, else who dealt with the request."""
        self.ensure_one()
        owners = (
            self.user_id
            | self.partner_id.user_id
            | self.partner_id.commercial_partner_id.user_id
            | self.dispatcher_id
        )
        return owners.filtered("active")[:1]

    def _get_follow_up_note(self, dates):
        """The list of offers with their dates, for the activity."""
        rows = Markup().join(
            Markup("<li>%s: %s</li>") % (format_date(self.env, day), product.name)
            for product, day in dates.items()
        )
        return Markup("<p>%s</p><ul>%s</ul>") % (
            self.env._("The work is done. Offer the customer next:"),
            rows,
        )
