from odoo import api, fields, models


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
            performer = order.sudo().performer_id
            order.lead_label = (performer.crew_lead_id or performer).name

    def write(self, vals):
        before = {}
        if "helper_ids" in vals:
            before = {order.id: order.sudo().helper_ids for order in self}
        result = super().write(vals)
        if before:
            self._tell_helpers(before)
        return result

    def _tell_helpers(self, before):
        """Tell those who were added to a visit that others know of already.

        :param before: ``{id: helpers until now}``
        """
        for order in self.sudo():  # a helper is told though he may read nothing yet
            added = order.helper_ids - before[order.id]
            partners = added.partner_id - self.env.user.partner_id
            if partners and order.state in ("assigned", "on_the_way", "in_progress"):
                order.message_notify(
                    partner_ids=partners.ids,
                    subject=self.env._("You go along: %(number)s", number=order.name),
                    body=self.env._(
                        "You go along with %(performer)s: %(time)s, %(place)s.",
                        performer=order.performer_id.name,
                        time=order._get_slot_text(),
                        place=order.address_label or "",
                    ),
                )

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
