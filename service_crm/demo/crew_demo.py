from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command


class ServiceDemo(models.AbstractModel):
    """Demo of crews, of a job offered to several, and of recurring visits."""

    _inherit = "service.demo"

    @api.model
    def _load_crews(self):
        """Bring the records of ``service_dispatch_demo.xml`` to life."""
        self._load_crew_visit()
        self._load_job_offers()
        series = self._ref("series_lift_month") | self._ref("series_boiler_week")
        self._as("dispatcher", series).action_start()

    def _load_crew_visit(self):
        visit = self._build_demo_visit(
            "customer_gamma", 9, 9, "Replace the boiler pump", self._ref("crew_boilers")
        )
        if visit:
            visit.action_assign()

    def _load_job_offers(self):
        visit = self._build_demo_visit(
            "customer_beta", 12, 13, "Renew the lamps in two entrances"
        )
        people = self.env["resource.resource"].browse(
            performer.id
            for performer, (booked, problems) in visit._get_candidates(
                self._ref("performer_sergey")
                | self._ref("performer_oleg")
                | self._ref("performer_anton")
            ).items()
            if not booked and not problems
        )
        if people:
            visit.action_offer_to(people.ids, mode="choose", note="A ladder is there")
            offer = visit.offer_ids.sorted("id")[:1]
            offer.with_user(offer.performer_user_id).action_accept()

    def _build_demo_visit(self, customer, days, hour, work, performer=None):
        """A visit on a working day, or none when the performer cannot come then."""
        day = fields.Date.today() + timedelta(days=days)
        while day.weekday() > 4:
            day += timedelta(days=1)
        start = self._get_moment(day, hour)
        orders = self._as("dispatcher", self.env["service.work.order"])
        visit = orders.create(
            {
                "partner_id": self._ref(customer).id,
                "team_id": self._ref("team_service").id,
                "date_start": start,
                "planned_hours": 2,
                "line_ids": [Command.create({"name": work})],
            }
        )
        if performer is None:
            return visit
        booked, problems = visit._get_candidates(performer)[performer]
        if booked or problems:
            visit.unlink()
            return visit.browse()
        visit.performer_id = performer
        return visit
