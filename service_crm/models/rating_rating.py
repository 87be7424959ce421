from odoo import api, fields, models
from odoo.fields import Domain


class RatingRating(models.Model):
    """The customer's word about a request belongs to the request's company."""

    _inherit = "rating.rating"

    request_company_id = fields.Many2one(
        "res.company",
        "Company of the Request",
        compute="_compute_request_company_id",
        search="_search_request_company_id",
        compute_sudo=True,
    )

    @api.depends("res_model", "res_id")
    def _compute_request_company_id(self):
        rated = self.filtered(lambda rating: rating.res_model == "crm.lead")
        leads = self.env["crm.lead"].browse(rated.mapped("res_id")).exists()
        companies = {lead.id: lead.company_id for lead in leads}
        for rating in self:
            rating.request_company_id = (
                companies.get(rating.res_id) if rating in rated else False
            )

    def _search_request_company_id(self, operator, value):
        """Ratings of the requests of these companies; of other records, none."""
        if operator != "in":
            return NotImplemented
        # The rule that asks this decides on rights; the requests' own ones are
        # narrower, and archived (lost) requests have ratings, too.
        requests = (
            self.env["crm.lead"]
            .sudo()
            .with_context(active_test=False)
            ._search([("company_id", "in", list(value))])
        )
        return Domain("res_model", "=", "crm.lead") & Domain("res_id", "in", requests)
