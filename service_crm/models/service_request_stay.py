from collections import defaultdict

from pytz import UTC

from odoo import api, fields, models

SERVICE_LINES = [
    ("1", "First Line"),
    ("2", "Second Line"),
    ("3", "Third Line"),
]


class ServiceRequestStay(models.Model):
    """How long a request was on a line, with whom, and why it came there.

    Rows are made when a request is passed to another line; one that stays on the first
    line all its life has none.
    """

    _name = "service.request.stay"
    _description = "Stay of a request on a line"
    _order = "request_id, date_from, id"
    _rec_name = "line"

    request_id = fields.Many2one(
        "crm.lead", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="request_id.company_id", store=True, precompute=True
    )
    line = fields.Selection(SERVICE_LINES, "Support Line", required=True, readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", "Handled By", readonly=True)
    date_from = fields.Datetime("Started", required=True, readonly=True)
    date_to = fields.Datetime("Ended", readonly=True)
    hours = fields.Float(
        "Working Hours", readonly=True, help="Of the company's working time."
    )
    hours_until_now = fields.Float(
        "Hours until Now", compute="_compute_hours_until_now"
    )
    reason = fields.Char("Why", readonly=True)
    moved_by_id = fields.Many2one("res.users", "Passed On By", readonly=True)

    _open_uniq = models.UniqueIndex(
        "(request_id) WHERE date_to IS NULL",
        "A request is on one line at a time.",
    )

    @api.depends("date_from", "date_to")
    def _compute_hours_until_now(self):
        hours = self._count_hours(fields.Datetime.now())
        for stay in self:
            stay.hours_until_now = hours[stay]

    def _close(self, moment):
        """The stays end now: their working hours are counted."""
        hours = self._count_hours(moment)
        for stay in self:
            stay.write({"date_to": moment, "hours": hours[stay]})
        self.flush_recordset()  # before the next one begins

    def _count_hours(self, until):
        """``{stay: working hours}``, of open stays until a moment; one look at each
        calendar."""
        counted = dict.fromkeys(self, 0.0)
        open_ones = defaultdict(self.browse)
        for stay in self:
            if stay.date_to:
                counted[stay] = stay.hours
            elif stay.date_from and stay.date_from < until:
                company = stay.request_id._get_service_company()
                open_ones[company.resource_calendar_id] += stay
        end = UTC.localize(until)
        for calendar, stays in open_ones.items():
            start = UTC.localize(min(stays.mapped("date_from")))
            spans = [(start, end)]
            if calendar:
                # Public holidays count for who may not read absences too.
                work = calendar.sudo()._work_intervals_batch(start, end)[False]
                spans = [(begin, finish) for begin, finish, _hours in work]
            for stay in stays:
                begin = UTC.localize(stay.date_from)
                seconds = sum(
                    (finish - max(start, begin)).total_seconds()
                    for start, finish in spans
                    if finish > begin
                )
                counted[stay] = seconds / 3600
        return counted
