from odoo import api, fields, models

from ..tools.work_order_steps import FINISHED, UNDER_WAY

# From here on the visit is known to those who go.
TOLD = ("assigned", *UNDER_WAY)


class ServiceWorkOrder(models.Model):
    """Work order: those who go along with the performer."""

    _inherit = "service.work.order"

    together_label = fields.Char(
        "Together With",
        compute="_compute_together_label",
        help="Who else of your people goes to this visit.",
    )
    lead_label = fields.Char("Led By", compute="_compute_together_label")

    @api.depends("booked_ids", "performer_user_id")
    @api.depends_context("uid")
    def _compute_together_label(self):
        for order in self:
            # sudo: only the names of those who go to the same visit
            people = order.sudo().booked_ids.filtered(lambda who: not who.is_crew)
            others = people.filtered(lambda who: who.user_id != self.env.user)
            order.together_label = ", ".join(others.mapped("name"))
            performer = order.sudo().performer_id  # as above, his name
            order.lead_label = (performer.crew_lead_id or performer).name

    def write(self, vals):
        touched = self._filter_companions_touched(vals)
        before = {order.id: order._get_companion_facts() for order in touched}
        result = super().write(vals)
        touched._tell_companions(before)
        return result

    def _filter_companions_touched(self, vals):
        """Orders where a write may change who goes along, when, or whether at all."""
        if {"helper_ids", "performer_id", "date_start"} & vals.keys():
            return self
        if "state" not in vals or vals["state"] in FINISHED:
            return self.browse()
        told = vals["state"] in TOLD
        return self.filtered(lambda order: (order.state in TOLD) != told)

    def _get_companion_facts(self):
        """Who goes, as far as they were told, and when: ``(people, time)``."""
        self.ensure_one()
        order = self.sudo()  # who else goes is known to the system only
        told = order.state in TOLD
        people = order.booked_ids if told else order.env["resource.resource"]
        return people, order.date_start

    def _tell_companions(self, before):
        """Tell those who go along with the performer what changed for them.

        The performer himself is told by the messages about states.

        :param before: ``{id: facts}`` of :meth:`_get_companion_facts`
        """
        for order in self.sudo():  # they are told though they may read nothing yet
            people, start = before[order.id]
            now, new_start = order._get_companion_facts()
            if order.state in FINISHED or len(people) < 2 and len(now) < 2:
                continue  # over, or nobody goes along
            lead = order.performer_id.crew_lead_id or order.performer_id
            added = (now if start != new_start else now - people) - lead
            gone = people - now - lead
            if added:
                self._notify_people(
                    order,
                    added,
                    self.env._("You go along: %(number)s", number=order.name),
                    self.env._(
                        "You go along with %(performer)s: %(time)s, %(place)s.",
                        performer=lead.name or "",
                        time=order._get_slot_text(),
                        place=order.address_label or "",
                    ),
                )
            if gone:
                self._notify_people(
                    order,
                    gone,
                    self.env._("You do not go: %(number)s", number=order.name),
                    self.env._(
                        "%(place)s: you are not needed at this visit any more.",
                        place=order.address_label or order.name,
                    ),
                )

    @api.model
    def _notify_people(self, order, people, subject, body):
        """A message to people who may have no right on the order."""
        partners = people.partner_id - self.env.user.partner_id
        if partners:
            order.message_notify(partner_ids=partners.ids, subject=subject, body=body)

    def _get_missing_people(self):
        """How many more people the job takes than go.

        Who belongs to a crew without listed members is not known and not counted.
        """
        self.ensure_one()
        performer = self.performer_id
        if performer.resource_type == "material" and not performer.is_crew:
            return 0
        people = self.booked_ids.filtered(lambda who: not who.is_crew)
        return self.crew_size - len(people)
