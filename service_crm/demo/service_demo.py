from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from .story import JOBS, PHASES


class ServiceDemo(models.AbstractModel):
    """Demo requests, each walked by its people through the real steps to its phase.

    Loaded by ``service_story_demo.xml`` and by nothing else; what is told in them
    stands in ``story.py``.
    """

    _name = "service.demo"
    _description = "Demo data of the service CRM"

    @api.model
    def _load(self):
        """Make all requests of the story. Called once, when demo data is installed."""
        today = fields.Date.context_today(self.with_context(tz="Europe/Moscow"))
        for job in JOBS:
            self._tell(job, self._get_working_day(today, job["day"]))

    def _get_working_day(self, today, days):
        """The day ``days`` from today, moved away from the weekend."""
        day = today + timedelta(days=days)
        if day.weekday() > 4:
            day += timedelta(days=7 - day.weekday() if days >= 0 else 4 - day.weekday())
        return day

    def _tell(self, job, day):
        """One request up to the phase it is in by now."""
        request = self._create_request(job, day)
        reached = PHASES.index(job["phase"])
        for phase in PHASES[: reached + 1]:
            getattr(self, f"_tell_{phase}")(request, job, day)
        self._age(request, job, day)

    def _create_request(self, job, day):
        customer = self._ref(job.get("customer"))
        start = self._get_moment(day, job.get("hour", 10))
        request = self._as("operator", self.env["crm.lead"]).create(
            {
                "name": job["name"],
                "team_id": self._ref("team_service").id,
                "service_channel": job["channel"],
                "service_need": job["need"],
                "partner_id": customer.id,
                "contact_name": job.get("contact"),
                "partner_name": job.get("company"),
                "site_id": self._ref(job.get("site")).id,
                "equipment_id": self._ref(job.get("equipment")).id,
                "priority": "3" if job.get("urgent") else "0",
                "wished_start": start if job["phase"] in ("new", "dispatch") else False,
                # Of a known customer they come with the customer.
                **({"email_from": job["email"]} if job.get("email") else {}),
                **({"phone": job["phone"]} if job.get("phone") else {}),
            }
        )
        return self.env["crm.lead"].browse(request.id)

    def _tell_new(self, request, job, day):
        """In the operators' queue."""

    def _tell_taken(self, request, job, day):
        self._as("operator", request).action_take()

    def _tell_qualification(self, request, job, day):
        if request.partner_id:
            return
        request.user_id = self._ref("user_manager")
        self._as("operator", request).action_pass_to_manager()

    def _tell_dispatch(self, request, job, day):
        request.dispatcher_id = self._ref("user_dispatcher")
        if request.partner_id:
            self._as("operator", request).action_pass_to_dispatch()
        else:
            qualified = self._as("manager", request)
            qualified.action_convert_new()
            qualified.action_pass_to_dispatch()

    def _tell_offered(self, request, job, day):
        priced = self._as("dispatcher", request)
        priced.write(
            {
                "request_line_ids": [
                    Command.create(
                        {
                            "product_id": self._ref(product).product_variant_id.id,
                            "quantity": quantity,
                        }
                    )
                    for product, quantity in job["lines"]
                ]
            }
        )
        priced.action_make_quotation()
        quotation = priced.service_quotation_id
        # Handed over in person: no mail, and no PDF to draw while installing.
        quotation.action_quotation_sent()
        quotation.action_ask_approvals()

    def _tell_planned(self, request, job, day):
        self._as("dispatcher", request).action_create_work_order()
        visit = self._as("dispatcher", request.work_order_ids)
        visit.write(
            {
                "performer_id": self._ref(job["performer"]).id,
                "date_start": self._get_moment(day, job["hour"]),
                "planned_hours": job.get("hours", 1.5),
                "override_reason": job.get("reason"),
            }
        )
        visit.action_assign()

    def _tell_agreed(self, request, job, day):
        approvals = request.service_quotation_id.service_approval_ids
        for approval in approvals.filtered(lambda a: a.state == "pending"):
            self._as("dispatcher", approval).action_approve(
                spoken_with=request.partner_id.name, method="phone"
            )
        visit = request.work_order_ids
        self._as("dispatcher", visit).action_confirm_customer()
        self._as_performer(visit).action_accept()

    def _tell_on_the_way(self, request, job, day):
        self._as_performer(request.work_order_ids).action_on_the_way()

    def _tell_execution(self, request, job, day):
        self._as_performer(request.work_order_ids).action_start()

    def _tell_closing(self, request, job, day):
        visit = self._as_performer(request.work_order_ids)
        for line in visit.line_ids:
            line.quantity_done = line.quantity_planned
        visit.report = job.get("report", job["need"])
        visit.action_done()

    def _tell_invoiced(self, request, job, day):
        self._as("dispatcher", request.work_order_ids).action_close()
        # Accounting posts it; without a chart of accounts there is none to post.
        invoices = request.order_ids.invoice_ids
        invoices.invoice_date = day
        invoices.action_post()

    def _tell_paid(self, request, job, day):
        invoices = request.order_ids.invoice_ids
        if invoices:
            wizard = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoices.ids
            )
            wizard.create({"payment_date": day}).action_create_payments()

    def _tell_done(self, request, job, day):
        if stars := job.get("stars"):
            request.rating_apply(
                stars,
                token=request._rating_get_access_token(),
                feedback=job.get("words"),
            )
        if request.service_phase != "done":
            self._as("dispatcher", request).action_close()

    def _age(self, request, job, day):
        """Put what was done just now where the story has it: on its day."""
        visits = request.work_order_ids
        finished = visits.filtered(lambda v: v.state in ("done", "closed"))
        for visit in finished:
            late = timedelta(minutes=job.get("late", 0))
            self._set(visit, actual_start=visit.date_start + late)
            self._set(visit, actual_end=visit.date_end + late * 2)
        filed = self._get_moment(day, 8) - timedelta(days=job.get("before", 0))
        filed = min(filed, fields.Datetime.now())
        self._set(request, create_date=filed)
        if request.date_closed and finished:
            self._set(request, date_closed=finished.date_end)
        if finished:
            # What happened long ago is told to nobody any more.
            self.env["service.phase.log"].search(
                [
                    ("res_model", "in", (request._name, visits._name)),
                    ("res_id", "in", request.ids + visits.ids),
                    ("message_pending", "=", True),
                ]
            ).message_pending = False

    def _set(self, record, **values):
        """Write what no step lets anybody write: the past."""
        self.env.flush_all()
        for name, value in values.items():
            self.env.execute_query(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id IN %s RETURNING id",
                    SQL.identifier(record._table),
                    SQL.identifier(name),
                    value or None,
                    tuple(record.ids),
                )
            )
        record.invalidate_recordset(list(values))

    def _get_moment(self, day, hour):
        """``hour`` o'clock in Moscow of that day, in UTC."""
        moment = datetime.combine(day, time(int(hour), int(hour % 1 * 60)))
        zone = pytz.timezone("Europe/Moscow")
        return zone.localize(moment).astimezone(pytz.utc).replace(tzinfo=None)

    def _as(self, role, records):
        """The records in the hands of the demo user of that role."""
        user = self._ref(f"user_{role}")
        return records.with_user(user).with_context(lang=user.lang, tz=user.tz)

    def _as_performer(self, visits):
        return visits.with_user(visits.performer_id.user_id or self.env.user)

    def _ref(self, name):
        if not name:
            return self.env["res.partner"]
        return self.env.ref(f"service_crm.{name}")
