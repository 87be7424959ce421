from urllib.parse import quote

from odoo import api, fields, models
from odoo.tools import babel_locale_parse, format_datetime, get_lang

MAP_URL = "https://www.openstreetmap.org/search?query={address}"


class ServiceWorkOrder(models.Model):
    """Work order: what its card and its screen on a phone show."""

    _inherit = "service.work.order"

    when_label = fields.Char("When", compute="_compute_when_label")
    day_label = fields.Char("Day", compute="_compute_when_label")
    hours_label = fields.Char("Hours", compute="_compute_when_label")
    late_label = fields.Char("Lateness", compute="_compute_late_label")
    address_label = fields.Char("Address", compute="_compute_address_label")
    map_url = fields.Char(compute="_compute_address_label")
    customer_phone = fields.Char("Phone", compute="_compute_customer_phone")
    partner_name = fields.Char(
        "Customer's Name", related="partner_id.name", tracking=False
    )
    request_number = fields.Char("Number of the Request", compute="_compute_numbers")
    order_number = fields.Char("Number of the Order", compute="_compute_numbers")
    services_label = fields.Char("Services", compute="_compute_services_label")
    done_label = fields.Char("Lines Done", compute="_compute_services_label")
    is_mine = fields.Boolean(compute="_compute_is_mine")

    @api.depends("name", "partner_id", "address_label")
    @api.depends_context("service_visit_names")
    def _compute_display_name(self):
        super()._compute_display_name()
        if not self.env.context.get("service_visit_names"):
            return
        for order in self:
            order.display_name = ", ".join(
                part for part in (order.partner_name, order.address_label) if part
            )

    @api.depends("date_start", "date_end")
    @api.depends_context("tz", "lang", "uid")
    def _compute_when_label(self):
        today = fields.Date.context_today(self)
        pattern = self._get_day_pattern()
        for order in self:
            order.when_label = order.day_label = order.hours_label = False
            if not order.date_start:
                continue
            start = fields.Datetime.context_timestamp(order, order.date_start)
            days = (start.date() - today).days
            if days in (-1, 0, 1):
                order.day_label = {
                    -1: self.env._("Yesterday"),
                    0: self.env._("Today"),
                    1: self.env._("Tomorrow"),
                }[days]
            else:
                order.day_label = self._format_moment(order.date_start, pattern)
            order.hours_label = order._get_hours_label(start.date())
            order.when_label = f"{order.day_label} {order.hours_label}"

    @api.depends("date_start", "date_end", "state")
    def _compute_late_label(self):
        now = fields.Datetime.now()
        for order in self:
            due = False
            if order.state in ("draft", "offered", "assigned", "on_the_way"):
                due = order.date_start
            elif order.state == "in_progress":
                due = order.date_end
            minutes = int((now - due).total_seconds() // 60) if due else 0
            order.late_label = self._get_late_words(minutes) if minutes > 0 else False

    @api.depends("site_id", "partner_id")
    def _compute_address_label(self):
        url = (
            # The address of a map is no secret; only administrators change it.
            self.env["ir.config_parameter"].sudo().get_param("service_crm.map_url")
            or MAP_URL
        )
        for order in self:
            site = order.site_id or order.partner_id
            parts = [
                site.street,
                site.street2,
                " ".join(part for part in (site.zip, site.city) if part),
            ]
            address = ", ".join(part for part in parts if part)
            order.address_label = address or site.display_name
            order.map_url = (
                url.replace("{address}", quote(address)) if address else False
            )

    @api.depends("partner_id", "site_id", "request_id")
    def _compute_customer_phone(self):
        for order in self:
            # The number the customer left with the request belongs to the job.
            order.customer_phone = (
                order.request_id.sudo().phone
                or order.site_id.phone
                or order.partner_id.phone
            )

    @api.depends("line_ids.name", "line_ids.is_done")
    def _compute_services_label(self):
        for order in self:
            lines = order.line_ids
            # The first line names the service, the others describe it to customers.
            names = [(line.name or "").strip().split("\n")[0] for line in lines]
            order.services_label = (
                ", ".join(names) or ((order.instruction or "").strip().split("\n")[0])
            )
            order.done_label = (
                self.env._(
                    "%(done)s of %(all)s done",
                    done=len(lines.filtered("is_done")),
                    all=len(lines),
                )
                if lines
                else False
            )

    @api.depends("request_id", "order_id")
    def _compute_numbers(self):
        for order in self:
            # Numbers are how people talk about requests and orders; nothing else shows.
            request, sale = order.request_id.sudo(), order.order_id.sudo()
            order.request_number = request.service_number or request.name
            order.order_number = sale.name

    @api.depends("performer_user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for order in self:
            order.is_mine = order.performer_user_id == self.env.user

    def action_open_request(self):
        """Open the request of this visit."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.request_number,
            "res_model": "crm.lead",
            "res_id": self.request_id.id,
            "view_mode": "form",
        }

    def action_open_order(self):
        """Open the order of this visit."""
        self.ensure_one()
        return self.order_id._get_open_action()

    def _get_hours_label(self, day):
        """``10:00–11:30``, with the day of the end when it is another one."""
        start = self._format_moment(self.date_start, "HH:mm")
        if not self.date_end:
            return start
        end = fields.Datetime.context_timestamp(self, self.date_end)
        pattern = "HH:mm" if end.date() == day else f"{self._get_day_pattern()} HH:mm"
        return f"{start}–{self._format_moment(self.date_end, pattern)}"

    @api.model
    def _format_moment(self, moment, pattern):
        """A moment on the reader's clock."""
        return format_datetime(self.env, moment, tz=self.env.tz.zone, dt_format=pattern)

    @api.model
    def _get_day_pattern(self):
        """How a day is written short in the reader's language: ``Mon 23 Nov``."""
        locale = babel_locale_parse(get_lang(self.env).code)
        pattern = locale.datetime_skeletons.get("MMMEd")
        return pattern.pattern if pattern else "EEE d MMM"

    @api.model
    def _get_late_words(self, minutes):
        """How late something is, as people say it."""
        if minutes < 60:
            return self.env._("%(count)s min late", count=minutes)
        if minutes < 24 * 60:
            return self.env._("%(count)s h late", count=minutes // 60)
        return self.env._("%(count)s d late", count=minutes // (24 * 60))
