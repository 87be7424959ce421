from datetime import datetime

import pytz
from babel.dates import get_timezone_location
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import (
    babel_locale_parse,
    email_normalize,
    format_datetime,
    formataddr,
    get_lang,
    html2plaintext,
    plaintext2html,
)

from ..tools.customer_steps import get_steps
from ..tools.request_status import get_customer_status

# Visits the customer is told of, and those of them that can still be moved.
VISIBLE = ("assigned", "on_the_way", "in_progress")
MOVABLE = ("assigned",)
ENDED = ("done", "closed")
TEXT_LIMIT = 5000


class CrmLead(models.Model):
    """Service request: what the customer sees and does on the own page.

    The ``_customer_…`` methods are called in superuser mode by the page, after it has
    checked the token; they speak for the customer.
    """

    _inherit = "crm.lead"

    # -- what is shown

    def _prepare_customer_page_values(self):
        """Values of the customer's page. Extension point."""
        self.ensure_one()
        offers = self.order_ids.filtered(lambda o: o.state == "sent")
        wish = self._get_customer_wishes()
        status = get_customer_status(self._get_status_facts())
        if status == "pricing" and any(not offer.is_expired for offer in offers):
            status = "offer"
        elif status == "visit_confirm" and wish:
            status = "visit_planning"
        tz = self._get_customer_tz()
        visits = self.work_order_ids.filtered("date_start").sorted("date_start")
        company = self.company_id or self.env.company
        return {
            "lead": self,
            "company": company,
            "page_url": f"{self.access_url}/{self._portal_ensure_token()}",
            "status": status,
            "headline": self._get_customer_statuses()[status],
            "steps": self._get_customer_steps(status),
            "visits": [
                self._prepare_customer_visit_values(visit, tz)
                for visit in visits
                if visit.state in VISIBLE
            ],
            "past_visits": [
                self._prepare_customer_visit_values(visit, tz)
                for visit in visits
                if visit.state in ENDED
            ],
            "tz_name": self._get_zone_name(tz),
            "now_local": self._localize_now(tz),
            "wish": wish,
            "offers": offers,
            "orders": self._get_service_orders(),
            "invoices": self._get_service_invoices()
            .filtered(lambda move: move.state == "posted")
            .sorted("id"),
            "may_rate": bool(self.active and self.service_rating_state == "asked"),
            "stars": self.service_stars,
            "may_cancel": not any(visit.state in VISIBLE for visit in visits)
            and status
            in ("new", "qualification", "pricing", "offer", "visit_planning"),
            "may_write": self.active,
        }

    def _prepare_customer_visit_values(self, visit, tz):
        """What the customer is told of one visit. Extension point."""
        performer = visit.performer_id
        return {
            "visit": visit,
            "when": visit._get_slot_text(tz),
            "day": self._get_day_word(visit.date_start, tz),
            "who": performer.name,
            "partner": performer.partner_id or performer.user_id.partner_id,
            "confirmed": bool(visit.customer_confirmed),
            "fixed": visit.slot_state == "fixed",
            "movable": visit.state in MOVABLE,
        }

    def _get_customer_steps(self, status):
        """The line of steps: ``[(label, "past" | "present" | "future")]``."""
        labels = {
            "received": self.env._("Received"),
            "agreement": self.env._("Offer"),
            "visit": self.env._("Visit"),
            "work": self.env._("Work"),
            "done": self.env._("Done"),
        }
        return [(labels[step], place) for step, place in get_steps(status)]

    @api.model
    def _get_zone_name(self, tz):
        """The city of a time zone in the reader's language."""
        if "/" not in tz:
            return tz
        locale = babel_locale_parse(get_lang(self.env).code)
        place = get_timezone_location(tz, locale=locale, return_city=True)
        return place.rsplit("/", 1)[-1]  # some say their region, too

    @api.model
    def _localize_now(self, tz):
        """The clock on the customer's wall, as the page's time field wants it."""
        return datetime.now(pytz.timezone(tz)).strftime("%Y-%m-%dT%H:%M")

    @api.model
    def _get_day_word(self, moment, tz):
        """``today`` or ``tomorrow`` on the customer's calendar, else nothing."""
        zone = pytz.timezone(tz)
        day = pytz.utc.localize(moment).astimezone(zone).date()
        distance = (day - datetime.now(zone).date()).days
        return {0: self.env._("today"), 1: self.env._("tomorrow")}.get(distance, "")

    def action_open_customer_page(self):
        """Open the page as the customer sees it."""
        self.ensure_one()
        self._check_service_role("operator", "manager", "dispatcher")
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"{self.access_url}/{self._portal_ensure_token()}",
            "target": "new",
        }

    # -- what the customer does

    def _customer_confirm(self, visit):
        """The customer agrees to the time of a visit; once is enough."""
        self._check_customer_visit(visit)
        if visit.customer_confirmed:
            return
        visit._action_confirm_customer()
        self._customer_note(
            self.env._("The time is fine: %(time)s", time=self._describe_visit(visit))
        )

    def _customer_reschedule(self, visit, text, wished):
        """The customer asks for another time: the dispatcher has to answer.

        :param wished: naive UTC, or ``None``
        """
        self._check_customer_visit(visit)
        text = self._check_customer_text(text, required=not wished)
        if wished and wished < fields.Datetime.now():
            raise UserError(self.env._("Please choose a time in the future."))
        dispatcher = self._get_service_dispatcher()
        note = self._get_wish_note(dispatcher, visit, text, wished)
        if self._ask_for_customer(
            dispatcher, note, lambda env: env._("The customer asks for another time")
        ):
            visit.customer_confirmed = False
            if wished:
                self.write({"wished_start": wished, "wished_end": False})

    def _customer_cancel(self, visit, text):
        """The customer wants to cancel a visit, or the whole request."""
        if visit:
            self._check_customer_visit(visit)
        elif not self.active or self.service_phase == "done":
            raise UserError(self._get_customer_too_late())
        text = self._check_customer_text(text)
        dispatcher = self._get_service_dispatcher()
        self._ask_for_customer(
            dispatcher,
            self._get_wish_note(dispatcher, visit, text),
            lambda env: env._("The customer wants to cancel"),
        )

    def _customer_write(self, text):
        """A message to the office: everybody who deals with the request gets it."""
        if not self.active:
            raise UserError(self._get_customer_too_late())
        text = self._check_customer_text(text)
        body = plaintext2html(text)
        last = self.message_ids[:1]
        if html2plaintext(last.body) == html2plaintext(body):
            return  # sent twice
        users = self._get_service_dispatcher() | self.operator_id | self.user_id
        self.with_context(mail_notify_force_send=False).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=users.partner_id.ids,
            **self._prepare_customer_author(),
        )

    def _customer_rate(self, stars, text):
        """The customer rates the finished work."""
        if not self.active or not self.service_rating_state:
            raise UserError(self._get_customer_too_late())
        if stars not in range(1, 6):
            raise UserError(self.env._("Please choose one to five stars."))
        if self.service_rating_state == "rated":
            return  # once, and thank you
        text = self._check_customer_text(text, required=False)
        token = self._rating_get_access_token()
        self.rating_apply(stars, token=token, feedback=text)

    # -- helpers

    def _check_customer_visit(self, visit):
        """The visit is one of this request, still ahead and can be changed."""
        if visit not in self.work_order_ids or visit.state not in MOVABLE:
            raise UserError(self._get_customer_too_late())

    def _check_customer_text(self, text, required=True):
        """What the customer typed, cleaned; refused when it is missing."""
        text = (text or "").strip()[:TEXT_LIMIT]
        if required and not text:
            raise UserError(self.env._("Please write a few words, so that we know."))
        return text

    def _get_customer_too_late(self):
        """Words for what can no longer be done on the page."""
        return self.env._("This can no longer be changed here. Please call us.")

    def _ask_for_customer(self, dispatcher, note, get_summary):
        """Give the dispatcher the wish as an activity, unless it is there already.

        :param get_summary: called with the dispatcher's environment
        :return: whether it is new
        """
        summary = get_summary(self.with_context(lang=dispatcher.lang).env)
        same = self._get_customer_wishes().filtered(
            lambda a: (
                a.summary == summary and html2plaintext(a.note) == html2plaintext(note)
            )
        )
        if same:
            return False
        self._schedule_service_activities(
            "service_crm.mail_activity_customer_wish",
            lambda request: note,
            user=dispatcher,
            summary=summary,
        )
        self._customer_note(Markup("<p>%s</p>%s") % (summary, note))
        return True

    def _get_customer_wishes(self):
        """What the customer asked for on the page and nobody has answered yet."""
        kind = self.env.ref("service_crm.mail_activity_customer_wish")
        return self.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def _get_wish_note(self, reader, visit, text, wished=None):
        """A wish of the customer as HTML, in the reader's language."""
        request = self.with_context(lang=reader.lang or self.env.lang)
        parts = []
        if visit:
            parts.append(
                request.env._("Planned: %(time)s", time=request._describe_visit(visit))
            )
        if wished:
            tz = self._get_customer_tz()
            parts.append(
                request.env._(
                    "Wished: %(time)s (%(tz)s)",
                    time=format_datetime(
                        request.env, wished, tz, dt_format="EEEE, d MMMM, HH:mm"
                    ),
                    tz=tz,
                )
            )
        return Markup("").join(
            [Markup("<p>%s</p>") % part for part in parts]
            + ([plaintext2html(text)] if text else [])
        )

    def _describe_visit(self, visit):
        """A visit in one line, on the customer's clock."""
        tz = self._get_customer_tz()
        time = visit.with_env(self.env)._get_slot_text(tz)
        return f"{visit.name}, {time} ({tz})"

    def _get_service_dispatcher(self):
        """The user who answers the customer's wishes."""
        self.ensure_one()
        return (
            self.dispatcher_id
            or self.work_order_ids.dispatcher_id[:1]
            or self._get_service_manager()
            or self.operator_id
        )

    def _get_customer_author(self):
        """In whose name the page writes; empty when the customer is not known.

        Whoever is logged in writes in the own name: a colleague of the customer, or
        somebody of the office who helps on the phone.
        """
        self.ensure_one()
        user = self.env.user
        same = user.partner_id.commercial_partner_id == self.commercial_partner_id
        if user._is_internal() or (self.partner_id and same and not user._is_public()):
            return user.partner_id
        return self.partner_id

    def _prepare_customer_author(self):
        """Author values of a message by the customer."""
        author = self._get_customer_author()
        if author:
            return {"author_id": author.id}
        email = email_normalize(self.email_from)
        name = self.contact_name or self.partner_name or email
        return {
            "author_id": False,
            "email_from": formataddr((name, email)) if email else False,
        }

    def _customer_note(self, body):
        """A line in the chatter, written by the customer."""
        self.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            **self._prepare_customer_author(),
        )
