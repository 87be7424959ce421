from odoo import fields, models


class ResourceResource(models.Model):
    """Performer: how customers rated the requests he worked on."""

    _inherit = "resource.resource"

    service_rating_count = fields.Integer(
        "Ratings", compute="_compute_service_rating", compute_sudo=True
    )
    service_rating_avg = fields.Float(
        "Stars", compute="_compute_service_rating", compute_sudo=True, digits=(2, 1)
    )

    def _compute_service_rating(self):
        """Two queries for any number of performers: their visits, the ratings."""
        visits = self.env["service.work.order"]._read_group(
            self._get_rated_visits_domain(), ["performer_id"], ["request_id:recordset"]
        )
        rated_of = {performer.id: requests for performer, requests in visits}
        for performer in self:
            # A request counts once, however many visits it took.
            rated = self.env["crm.lead"] | rated_of.get(
                performer._origin.id, self.env["crm.lead"]
            )
            stars = rated.mapped("rating_last_value")
            performer.service_rating_count = len(stars)
            performer.service_rating_avg = sum(stars) / len(stars) if stars else 0.0

    def action_view_service_ratings(self):
        """Open the rated requests this performer worked on."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ratings"),
            "res_model": "crm.lead",
            "views": [
                (self.env.ref("service_crm.request_view_list").id, "list"),
                (self.env.ref("service_crm.request_view_form").id, "form"),
            ],
            "domain": [
                ("service_rating_state", "=", "rated"),
                ("work_order_ids", "any", self._get_rated_visits_domain()),
            ],
        }

    def _get_rated_visits_domain(self):
        """Visits of these performers on requests the customer rated."""
        return [
            ("performer_id", "in", self.ids),
            ("state", "in", ("done", "closed")),
            ("request_id.service_rating_state", "=", "rated"),
        ]
