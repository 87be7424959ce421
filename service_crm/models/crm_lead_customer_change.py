from datetime import datetime, timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError

SLOTS = 6
SLOTS_LOOKS, WINDOW = 60, 600  # times in ten minutes
SLOTS_A_DAY = 2
DAYS_AHEAD = 14
SEARCHED = 300
SPREAD = 2 * 60 * 60  # seconds between the starts in one gap


class CrmLead(models.Model):
    """Service request: how customers move and cancel visits, by the team's rules."""

    _inherit = "crm.lead"

    def _prepare_customer_visit_values(self, visit, tz):
        """When the performer arrives, and what the customer may still change."""
        values = super()._prepare_customer_visit_values(visit, tz)
        window = visit._get_arrival_windows().get(visit)
        in_time = self._is_customer_in_time(visit)
        return {
            **values,
            "arrival": visit._describe_arrival(window, tz),
            "delayed": bool(window) and window[2] >= timedelta(minutes=15),
            "too_late": values["movable"] and not in_time,
            "movable": values["movable"] and in_time,
            "may_confirm": values["movable"] and not values["confirmed"],
            "slots": self._prepare_customer_slots(visit, tz)
            if values["movable"] and in_time
            else [],
        }

    def _prepare_customer_slots(self, visit, tz):
        """Free times for the page: ``[(number, words)]``.

        Looking at everybody's day costs: whoever asks all the time gets none.
        """
        limiter = self.env["service.rate.limit"]
        if not limiter._allow("customer_slots", self.id, SLOTS_LOOKS, WINDOW):
            return []
        return [
            (self._get_slot_number(start), self._describe_moment(start, tz))
            for start in self._get_customer_slots(visit)
        ]

    def _prepare_customer_page_values(self):
        """Whether the customer decides alone; whether to look at the clock again."""
        values = super()._prepare_customer_page_values()
        soon = fields.Datetime.now() + timedelta(hours=12)
        visits = [item["visit"] for item in values["visits"]]
        states = [f"{visit.id}:{visit.state}" for visit in visits]
        return {
            **values,
            "customer_decides": self._may_customer_change(),
            "is_live": any(visit.date_start < soon for visit in visits),
            "live_state": " ".join([values["status"], *states]),
        }

    # -- what the customer does

    def _customer_choose_slot(self, visit, start):
        """The customer picks one of the free times.

        :param start: naive UTC, one of :meth:`_get_customer_slots`
        :raise UserError: when the time was taken meanwhile, or it is too late
        """
        self._check_customer_visit(visit)
        self._check_customer_in_time(visit)
        if visit.date_start == start:
            return  # sent twice
        slot = self._get_customer_slots(visit).get(start)
        taken = self.env._(
            "This time has been taken meanwhile. Please choose another one."
        )
        if not slot:
            raise UserError(taken)
        if not self._may_customer_change():
            self._customer_reschedule(visit, "", start)
            return
        try:
            visit._action_reschedule(
                self.env._("The customer chose another time on the page."),
                start,
                performer=self.env["resource.resource"].browse(slot["performer"]),
            )
        except UserError as error:
            # What the performer does instead is nothing for the customer.
            raise UserError(taken) from error
        visit._action_confirm_customer()
        self._customer_note(
            self.env._(
                "Another time was chosen: %(time)s", time=self._describe_visit(visit)
            )
        )

    def _customer_reschedule(self, visit, text, wished):
        """Not when it is too late for it."""
        self._check_customer_visit(visit)
        self._check_customer_in_time(visit)
        return super()._customer_reschedule(visit, text, wished)

    def _customer_cancel(self, visit, text):
        """At once where the customer decides, else as a wish to the dispatcher."""
        if visit:
            self._check_customer_visit(visit)
            self._check_customer_in_time(visit)
            if self._may_customer_change():
                text = self._check_customer_text(text)
                visit._action_cancel(
                    self.env._("The customer cancelled: %(reason)s", reason=text)
                )
                self._ask_for_customer(
                    self._get_service_dispatcher(),
                    self._get_wish_note(self._get_service_dispatcher(), visit, text),
                    lambda env: env._("The customer cancelled the visit"),
                )
                return None
        return super()._customer_cancel(visit, text)

    # -- rules

    def _may_customer_change(self):
        """Whether customers of this team move and cancel visits themselves."""
        self.ensure_one()
        return self.team_id.customer_changes == "self"

    def _is_customer_in_time(self, visit):
        """Whether it is early enough before the visit to change it on the page."""
        notice = timedelta(hours=self.team_id.customer_notice_hours)
        return not notice or fields.Datetime.now() <= visit.date_start - notice

    def _check_customer_in_time(self, visit):
        """Refuse what comes too late, in words."""
        if not self._is_customer_in_time(visit):
            raise UserError(
                self.env._(
                    "The visit is less than %(hours)s hours away. Please call us to "
                    "change it.",
                    hours=self.team_id.customer_notice_hours,
                )
            )

    def _get_customer_slots(self, visit):
        """Free times a customer may choose for a visit: a few, over several days.

        Extension point.

        :return: ``{start: slot}``, naive UTC, in order of time; the slot as
            ``_get_suggestions`` gives it
        """
        now = fields.Datetime.now()
        notice = timedelta(hours=max(2, self.team_id.customer_notice_hours))
        found = visit._get_suggestions(
            now + notice,
            now + notice + timedelta(days=DAYS_AHEAD),
            SEARCHED,
            spread=SPREAD,
        )
        slots, days = {}, {}
        for slot in found["slots"]:  # the best first
            start = slot["start"]
            day = start.date()
            if start in slots or start == visit.date_start:
                continue
            if days.get(day, 0) < SLOTS_A_DAY:
                slots[start] = slot
                days[day] = days.get(day, 0) + 1
        chosen = sorted(slots)[:SLOTS]
        return {start: slots[start] for start in chosen}

    @api.model
    def _get_slot_number(self, moment):
        """A moment as the page's form writes it: seconds since 1970, UTC."""
        return int(moment.replace(tzinfo=timezone.utc).timestamp())

    @api.model
    def _get_slot_moment(self, seconds):
        """The moment of such a number, naive UTC."""
        return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)

    @api.model
    def _describe_moment(self, moment, tz):
        """``Monday, 23 November, 10:00`` on the customer's clock."""
        return self.env["service.work.order"]._format_slot_moment(moment, tz)
