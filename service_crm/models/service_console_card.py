from odoo import api, models


class ServiceConsole(models.AbstractModel):
    """Operator's console: the card of a customer."""

    _inherit = "service.console"

    @api.model
    def _prepare_card(self, partner):
        """The card of a customer: who, where, what is open, what was."""
        company = partner.commercial_partner_id
        members = self.env["res.partner"].search_fetch(
            [("commercial_partner_id", "=", company.id)],
            ["name", "type", "street", "city", "phone"],
            limit=200,
        )
        lead = self.env["crm.lead"]
        domain = [("partner_id", "in", members.ids), ("is_service", "=", True)]
        open_requests = lead.search(
            [*domain, ("service_phase", "!=", "done")], limit=20, order="id desc"
        )
        manager = partner.user_id or company.user_id
        sites = members.filtered(lambda member: member.type in ("other", "delivery"))
        orders = self.env["sale.order"].search(
            [("partner_id", "in", members.ids), ("state", "=", "sale")],
            limit=3,
            order="date_order desc",
        )
        return {
            "id": partner.id,
            "name": partner.name or partner.display_name,
            "is_company": partner.is_company,
            "company": company != partner
            and {"id": company.id, "name": company.name or ""},
            "phone": partner.phone or "",
            "phones": partner.service_phone_ids.mapped("phone"),
            "email": partner.email or "",
            "address": self._format_address(partner),
            "manager": manager
            and {
                "id": manager.id,
                "name": manager.name,
                "online": manager.im_status in ("online", "away"),
            },
            "sites": [
                {
                    "id": site.id,
                    "name": ", ".join(
                        filter(None, (site.name, self._format_address(site)))
                    ),
                }
                for site in sites[:20]
            ],
            "requests": self._prepare_requests(open_requests),
            "visits": self._prepare_last_visits(members),
            "orders": [
                {
                    "id": order.id,
                    "name": order.name,
                    "date": self._format_time(order.date_order),
                    "amount": order.currency_id.format(order.amount_total),
                }
                for order in orders
            ],
        }

    @api.model
    def _prepare_last_visits(self, members):
        """The last three visits to any address of the customer, with their stars."""
        visits = self.env["service.work.order"].search(
            [("partner_id", "in", members.ids), ("state", "in", ("done", "closed"))],
            limit=3,
            order="date_start desc, id desc",
        )
        return [
            {
                "id": visit.id,
                "date": self._format_time(visit.actual_start or visit.date_start),
                "performer": visit.performer_id.name or "",
                "what": visit.request_id.name or visit.name or "",
                "stars": round(visit.request_id.rating_last_value or 0),
            }
            for visit in visits
        ]

    @api.model
    def _get_next_visits(self, requests):
        """Next open visit: ``{request id: {date, performer, fixed}}``."""
        visits = self.env["service.work.order"].search(
            [
                ("request_id", "in", requests.ids),
                ("state", "in", ("offered", "assigned", "on_the_way", "in_progress")),
                ("date_start", "!=", False),
            ],
            order="date_start desc",
        )
        return {
            visit.request_id.id: {
                "date": self._format_time(visit.date_start),
                "performer": visit.performer_id.name or "",
                "fixed": visit.slot_state == "fixed",
            }
            for visit in visits
        }
