from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.timing import to_local, to_utc

OPEN_VISITS = ("offered", "assigned", "on_the_way", "in_progress")
ROLES = ("operator", "manager", "dispatcher", "performer")


class ResPartner(models.Model):
    """Contact of an employee: what the working day brings, for a message."""

    _inherit = "res.partner"

    service_day_visit_ids = fields.Many2many(
        "service.work.order",
        string="Visits Today",
        compute="_compute_service_day_visit_ids",
        groups="service_crm.group_service_admin",
    )
    service_day_counts = fields.Json(
        "Waits for This Person",
        compute="_compute_service_day_counts",
        groups="service_crm.group_service_admin",
    )

    def _compute_service_day_visit_ids(self):
        """Visits of the day as performer or helper, the first one first."""
        now = fields.Datetime.now()
        performers = Domain("booked_ids.partner_id", "in", self.ids) | Domain(
            "booked_ids.user_id", "in", self.user_ids.ids
        )
        orders = self.env["service.work.order"].search(
            performers
            & Domain("state", "in", OPEN_VISITS)
            & Domain("date_start", ">", now - timedelta(days=1))
            & Domain("date_start", "<", now + timedelta(days=2)),
            order="date_start, id",
        )
        by_person = defaultdict(orders.browse)
        for order in orders:
            for partner in order._get_booked_partners():
                by_person[partner] |= order
        for person in self:
            today, tz = person._get_service_today()
            person.service_day_visit_ids = by_person.get(
                person._origin, orders.browse()
            ).filtered(lambda o, d=today, tz=tz: to_local(o.date_start, tz).date() == d)

    def _compute_service_day_counts(self):
        """Numbers of what waits for each person, by what it is."""
        counts = {person: {} for person in self}
        for key, (model, field, domain) in self._get_service_day_parts().items():
            found = dict(
                self.env[model]._read_group(
                    Domain(field, "in", self.user_ids.ids) & domain,
                    [field],
                    ["__count"],
                )
            )
            for person in self:
                counts[person][key] = sum(found.get(u, 0) for u in person.user_ids)
        for person in self:
            person.service_day_counts = counts[person]

    @api.model
    def _get_service_day_parts(self):
        """What is counted for the morning: ``{key: (model, field of the user,
        domain)}``. Extension point."""
        today, tz = self.env["res.partner"]._get_service_today()
        evening = to_utc(today + timedelta(days=1), 0, tz)
        open_request = Domain("is_service", "=", True) & Domain(
            "stage_id.is_won", "=", False
        )
        late = open_request & Domain("service_due", "<", evening)
        unplanned = Domain("state", "in", ("draft", "offered"))
        return {
            "todo": ("mail.activity", "user_id", Domain("date_deadline", "<=", today)),
            "due": ("crm.lead", "dispatcher_id", late),
            "due_customer": ("crm.lead", "user_id", late),
            "unplanned": ("service.work.order", "dispatcher_id", unplanned),
        }

    @api.model
    def _get_service_day_words(self):
        """What is counted for the morning, in words. Extension point."""
        return {
            "todo": self.env._("To-dos until today"),
            "due": self.env._("Requests to plan or close today, or late"),
            "due_customer": self.env._("Requests of your customers due today, or late"),
            "unplanned": self.env._("Visits without performer or time"),
        }

    def _get_service_today(self):
        """``(day, time zone)`` it is for a person; for nobody: for the company."""
        tz = self.tz or self.env.company.resource_calendar_id.tz or "UTC"
        return to_local(fields.Datetime.now(), tz).date(), tz

    def _get_service_day_rows(self):
        """What waits for a person, for the message: ``[(words, number)]``."""
        self.ensure_one()
        words = self._get_service_day_words()
        counts = self.service_day_counts
        return [(words[key], number) for key, number in counts.items() if number]

    @api.model
    def _get_service_daily_domain(self):
        """Whom the morning's message may be meant for: people with a service role."""
        users = self.env["res.users"]
        for role in ROLES:
            users |= self.env.ref(f"service_crm.group_service_{role}").all_user_ids
        people = users.filtered("active") - self.env.ref("base.user_root")
        return Domain("id", "in", people.partner_id.ids)

    def _filter_service_day(self):
        """Those of the people to whom there is something to tell in the morning."""
        return self.filtered(
            lambda p: p.service_day_visit_ids or any(p.service_day_counts.values())
        )
