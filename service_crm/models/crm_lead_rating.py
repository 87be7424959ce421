from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import plaintext2html

from ..tools.locks import take_turns

LOW_RATING = 2


class CrmLead(models.Model):
    """Service request: the customer rates the finished work, once."""

    _inherit = "crm.lead"

    service_rating_state = fields.Selection(
        [("asked", "Asked"), ("rated", "Rated")],
        "Rating",
        readonly=True,
        copy=False,
        help="Asked when the works are closed, rated when the customer answered.",
    )
    service_stars = fields.Selection(
        lambda self: self._get_star_selection(),
        "Stars",
        compute="_compute_service_stars",
    )

    # A new lead has no ratings: known before it is saved, not searched after.
    rating_last_value = fields.Float(
        compute="_compute_rating_last_value", store=True, precompute=True
    )

    @api.depends("rating_last_value", "service_rating_state")
    def _compute_service_stars(self):
        for lead in self:
            rated = lead.service_rating_state == "rated"
            # sudo: the stars of a request one may read are no secret
            lead.service_stars = rated and str(round(lead.sudo().rating_last_value))

    @api.model
    def _get_star_selection(self):
        """The five stars in words."""
        return [
            ("0", self.env._("Not rated")),
            ("1", self.env._("Very bad")),
            ("2", self.env._("Bad")),
            ("3", self.env._("Fair")),
            ("4", self.env._("Good")),
            ("5", self.env._("Very good")),
        ]

    @api.model
    def _get_service_entry_fields(self):
        """A rating given is logged, so that messages and robots may follow it."""
        return (*super()._get_service_entry_fields(), "service_rating_state")

    def _rating_get_operator(self):
        """Who is rated: the performer of the last visit, else the dispatcher."""
        if not self.is_service:
            return super()._rating_get_operator()
        visits = self.work_order_ids.filtered(lambda w: w.state in ("done", "closed"))
        performer = visits.sorted("actual_end", reverse=True)[:1].performer_id
        return (
            performer.partner_id
            or performer.user_id.partner_id
            or self.dispatcher_id.partner_id
            or super()._rating_get_operator()
        )

    def rating_apply(self, rate, *args, **kwargs):
        """A service request is rated once: later answers change nothing."""
        if not self.is_service:
            return super().rating_apply(rate, *args, **kwargs)
        if not self.env.su:
            raise AccessError(self.env._("A request is rated by its customer."))
        take_turns(self)
        if self.service_rating_state == "rated":
            return self.rating_ids.filtered("consumed")[:1]
        rating = super().rating_apply(rate, *args, **kwargs)
        self._action_rated(rating)
        return rating

    def _action_ask_rating(self):
        """Ask the customer how it was; the entry is what sends the message."""
        self.filtered(lambda r: not r.service_rating_state).write(
            {"service_rating_state": "asked"}
        )

    def _action_rated(self, rating):
        """The customer rated: a low rating is the manager's to answer."""
        # The customer rates by a link and has no rights of his own.
        request = self.sudo()
        request.service_rating_state = "rated"
        if rating.rating <= LOW_RATING:
            request._schedule_service_activities(
                "service_crm.mail_activity_low_rating",
                lambda r: (
                    Markup("<p>%s</p>%s")
                    % (
                        r.env._("%(stars)d of 5 stars", stars=rating.rating),
                        plaintext2html(rating.feedback or ""),
                    )
                ),
            )
        request._action_done_when_settled()
