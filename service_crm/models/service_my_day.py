from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import hmac

from ..tools.phone_time import to_milliseconds
from ..tools.work_order_steps import PERFORMER, UNDER_WAY
from .service_work_order_offer import OPEN

DAYS_AHEAD = 8
DAYS_BACK = 60
MOST_ORDERS = 80
MOST_ITEMS = 200
UNFINISHED = ("offered", "assigned", *UNDER_WAY)


class ServiceMyDay(models.AbstractModel):
    """What a performer's phone shows, and works with where there is no connection.

    Everything is read with the rights of the performer; moments are milliseconds.
    """

    _name = "service.my.day"
    _description = "A performer's day on the phone"

    @api.model
    def _get_orders_domain(self):
        """Whose visits the phone shows: of who goes there. Extension point."""
        return Domain("performer_user_id", "=", self.env.uid) | Domain(
            "booked_ids.user_id", "=", self.env.uid
        )

    @api.model
    def _get_days_domain(self):
        """Today, the next days, and what earlier days left unfinished."""
        zone = self.env.tz
        today = fields.Datetime.context_timestamp(
            self.with_context(tz=zone.zone), fields.Datetime.now()
        ).date()

        def midnight(days):
            local = datetime.combine(today + timedelta(days=days), time.min)
            moment = zone.localize(local)
            return (moment - moment.utcoffset()).replace(tzinfo=None)

        now_and_later = (
            Domain("date_start", ">=", midnight(0))
            & Domain("date_start", "<", midnight(DAYS_AHEAD))
            & Domain("state", "not in", ("draft", "cancelled"))
        )
        earlier = (
            Domain("date_start", ">=", midnight(-DAYS_BACK))
            & Domain("date_start", "<", midnight(0))
            & Domain("state", "in", UNFINISHED)
        )
        return self._get_orders_domain() & (now_and_later | earlier)

    @api.model
    def _read_day(self):
        """Everything the phone keeps for the day."""
        orders = self.env["service.work.order"].search(
            self._get_days_domain(), order="date_start, id", limit=MOST_ORDERS
        )
        return {
            "now": to_milliseconds(fields.Datetime.now()),
            "zone": self.env.tz.zone,
            "orders": self._prepare_orders(orders),
            "steps": self._prepare_steps(),
            "states": dict(orders._fields["state"]._description_selection(self.env)),
            "problems": self._prepare_problems(),
            "offers": self._prepare_offers(),
            "items": self._find_items(""),
        }

    @api.model
    def _get_phone_steps(self):
        """The steps a performer takes by one press, at most with a reason.

        Extension point: ``{name: Step}``. To confirm is half of to accept; what leads
        to no state, as to hand a job over, asks for more than a phone does.
        """
        steps = self.env["service.work.order"]._get_steps()
        return {
            name: step
            for name, step in steps.items()
            if PERFORMER in step.roles and step.target and name != "confirm_performer"
        }

    @api.model
    def _prepare_steps(self):
        """The steps as the phone offers them."""
        labels = self.env["service.work.order"]._get_step_labels()
        return [
            {
                "name": name,
                "label": labels[name],
                "sources": list(step.sources),
                "target": step.target,
                "needs_reason": step.needs_reason,
            }
            for name, step in self._get_phone_steps().items()
        ]

    @api.model
    def _prepare_problems(self):
        """The problems that may be chosen when a job is handed in."""
        return [
            {"id": code.id, "name": code.name, "categories": code.category_ids.ids}
            for code in self.env["service.problem.code"].search([])
        ]

    @api.model
    def _prepare_offers(self):
        """Jobs offered to this performer and others, which are not given yet."""
        offers = self.env["service.work.order.offer"].search(
            [("performer_user_id", "=", self.env.uid), ("state", "in", OPEN)],
            order="id",
            limit=MOST_ORDERS,
        )
        return [
            {
                "id": offer.id,
                "when": offer.when_label or "",
                "place": offer.place_label or "",
                "services": offer.services_label or "",
                "until": to_milliseconds(offer.date_expiry),
                "chosen": offer.mode == "choose",
                "accepted": offer.state == "accepted",
                "note": offer.note or "",
                "from": offer.from_performer_id.name or "",
            }
            for offer in offers
        ]

    @api.model
    def _get_items_domain(self):
        """What a performer may add to a job from the catalogue. Extension point."""
        return Domain("sale_ok", "=", True) & (
            Domain("type", "=", "consu") | Domain("service_category_id", "!=", False)
        )

    @api.model
    def _find_items(self, text):
        """Materials (and services) of the catalogue by name, number or barcode."""
        domain = self._get_items_domain()
        for word in text.split()[:5]:
            domain &= (
                Domain("name", "ilike", word)
                | Domain("default_code", "ilike", word)
                | Domain("barcode", "=", word)
            )
        found = self.env["product.product"].search(
            domain, order="type, name, id", limit=MOST_ITEMS if not text else 40
        )
        return [
            {
                "id": item.id,
                "name": item.name,
                "code": item.default_code or "",
                "uom": item.uom_id.name,
            }
            for item in found
        ]

    @api.model
    def _get_order_token(self, order):
        """Proof that this visit was on this performer's phone."""
        # sudo: the secret of the database, for the hash only
        scope = (self.env.uid, order.id)
        return hmac(self.sudo().env, "service_my_day", scope)[:32]

    @api.model
    def _prepare_orders(self, orders):
        """The visits as the phone shows them. Extension point.

        With a constant number of queries.
        """
        states = dict(orders._fields["state"]._description_selection(self.env))
        needs = self._get_needs(orders)
        return [
            {
                **self._prepare_place(order),
                **self._prepare_work(order),
                "id": order.id,
                "token": self._get_order_token(order),
                "name": order.name,
                "state": order.state,
                "state_label": states[order.state],
                "accepted": bool(order.performer_confirmed),
                "urgent": order.priority == "1",
                "mine": order.is_mine,
                "together": order.together_label or "",
                "lead": "" if order.is_mine else order.lead_label or "",
                "start": to_milliseconds(order.date_start),
                "end": to_milliseconds(order.date_end),
                "window": [
                    to_milliseconds(order.window_start),
                    to_milliseconds(order.window_end),
                ],
                "began": to_milliseconds(order.actual_start),
                "ended": to_milliseconds(order.actual_end),
                "needs": needs[order],
                "papers": self._prepare_papers(order),
            }
            for order in orders
        ]

    @api.model
    def _prepare_place(self, order):
        """Where it is and whom to call."""
        # sudo: name and phone of who plans, for who is sent
        dispatcher = order.sudo().dispatcher_id.partner_id
        return {
            "customer": order.partner_name or "",
            "place": order.address_label or "",
            "map": order.map_url or "",
            "phone": order.customer_phone or "",
            "dispatcher": dispatcher.name or "",
            "dispatcher_phone": dispatcher.phone or "",
        }

    @api.model
    def _prepare_work(self, order):
        """What is to do there and what was handed in."""
        names = {line: self._get_line_name(line) for line in order.line_ids}
        titles = [name.split("\n")[0] for name in names.values()]
        return {
            "services": ", ".join(titles) or order.services_label or "",
            "categories": order.line_ids.product_id.service_category_id.ids,
            "instruction": order.instruction or "",
            "lines": [
                {
                    "id": line.id,
                    "name": names[line],
                    "code": line.product_id.default_code or "",
                    "planned": line.quantity_planned,
                    "done": line.quantity_done,
                    "uom": line.uom_id.name or "",
                }
                for line in order.line_ids
            ],
            "report": order.report or "",
            "problems": order.problem_code_ids.ids,
            "photos": [
                {"id": photo.id, "name": photo.name} for photo in order.photo_ids
            ],
            "signed": bool(order.signed_by or order.signature),
            "signed_by": order.signed_by or "",
            # sudo: a setting of the team
            "must_sign": order.sudo().team_id.require_signature,
        }

    @api.model
    def _get_line_name(self, line):
        """What a line is called, without the number of the catalogue before it."""
        name = (line.name or "").strip()
        code = line.product_id.default_code
        return name.removeprefix(f"[{code}]").strip() if code else name

    @api.model
    def _prepare_papers(self, order):
        """The documents of a visit and whether they are there."""
        labels = order.document_ids._fields["state"]._description_selection(self.env)
        states = dict(labels)
        return [
            {
                "id": paper.id,
                "name": paper.display_name,
                "state": paper.state,
                "label": states[paper.state],
                "scans": len(paper.scan_ids),
                "mine": paper.holder in (False, "performer"),
            }
            for paper in order.document_ids
            if paper.state != "cancelled"
        ]

    @api.model
    def _get_needs(self, orders):
        """``{order: {step: [sentence, …]}}``: what the next steps still wait for."""
        needs = {order: {} for order in orders}
        # As when a step is taken: what is in the way is named, not shown.
        found = orders.sudo()
        for step, states in (
            ("start", ("assigned", "on_the_way")),
            ("done", ("assigned", *UNDER_WAY)),
        ):
            waiting = found.filtered(lambda order, states=states: order.state in states)
            for order, sentences in waiting._get_step_obstacles(step).items():
                if sentences:
                    needs[order.with_env(self.env)][step] = sentences
        return needs

    @api.model
    def _get_conflict_words(self, order):
        """Why a visit that was on the phone is no longer this performer's to do.

        :param order: the visit, if it was ever on his phone
        """
        # sudo: it was his, and he is told what became of it, nothing else
        given, order = order, order.sudo().exists()
        if not given:
            return ""
        if not order:
            return self.env._("This visit no longer exists.")
        if order.state == "cancelled":
            return self.env._(
                "The visit was cancelled: %(reason)s",
                reason=order.cancel_reason or self.env._("no reason given"),
            )
        if not order.performer_id:
            return self.env._("The dispatcher took the visit back to plan it anew.")
        if not order.filtered_domain(self._get_orders_domain()):
            return self.env._(
                "The dispatcher gave this visit to %(performer)s.",
                performer=order.performer_id.name,
            )
        return ""
